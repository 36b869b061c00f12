"""The training loop: it yields an event now and then and never knows who looks."""

import math
import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from tuilab.arrays import Array
from tuilab.engines.divergence import first_non_finite
from tuilab.events import PARTS, Cost, Finished, Outcome, Parts, Progress, Resumed, Signal
from tuilab.training.curve import CostRecorder, ErrorRecorder
from tuilab.training.early_stopping import EarlyStopping
from tuilab.training.evaluate import AtLast
from tuilab.training.pace import evaluations, next_evaluation, signals
from tuilab.training.signal import EXAMPLES, report
from tuilab.training.state import Training
from tuilab.training.strides import next_stride
from tuilab.words import count, plural

LOOKS = 10
"""How often early stopping looks while its patience lasts, at least."""
PACE, FIRST_PACE = 0.1, 0.01
"""Seconds between two progress events, and between the first two; it doubles until then: nobody waits for a curve."""


def train(
    training: Training,
    stop: Callable[[], str] = lambda: "",
    clock: Callable[[], float] = time.perf_counter,
    now: Callable[[], float] = time.time,
) -> Iterator[Progress | Signal | Finished]:
    """Trains to the planned iterations and yields events, paced by `clock`, then one `Finished`.

    `stop` is asked at each progress event: a reason, if not empty, ends the run there and keeps what was learned.
    """
    return Run(training, stop, clock, now).events()


class Run:
    """A run as it goes: what it has recorded, and why it ends.

    Between a `Progress` and the next event of `events` it may be edited, and its state may be taken.
    """

    def __init__(
        self,
        training: Training,
        stop: Callable[[], str] = lambda: "",
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] = time.time,
    ) -> None:
        """As `train`."""
        self.training, self.stop, self.clock, self.now = training, stop, clock, now
        experiment = training.problem.experiment
        self.planned = experiment.optimization.iterations
        self.evaluate_every = max(1, self.planned // evaluations(training.problem, training.evaluated))
        self.signal_every = max(
            1, self.planned // signals(training.problem, min(EXAMPLES, len(training.problem.dataset.train.y)))
        )
        self.costs, self.errors = CostRecorder(self.planned), ErrorRecorder()
        self.start = self.due = clock()
        self.most = 1
        """Updates of the next stride, at most."""
        self.made = 0
        self.reported = -1
        """The iteration of the last signal report."""
        self.over = False
        """Whether the next events are the last ones; the state is still the one that a longer run goes on from."""
        self.status: Outcome = "done"
        self.reason = ""
        self.enough = False
        """Whether early stopping says so."""
        stopping = experiment.early_stopping
        self.monitor = stopping.monitor
        self.look_every = max(1, min(self.evaluate_every, stopping.patience // LOOKS))
        self.stopping = EarlyStopping(stopping.patience, stopping.minimum_improvement)
        self.best = training.parameters.copy() if self.monitor != "off" else None

    def hurry(self) -> None:
        """The next iteration ends with a `Progress`, whatever the clock says."""
        self.due, self.most = -math.inf, 1

    @property
    def seconds(self) -> float:
        """Of training so far."""
        return self.clock() - self.start

    @property
    def complete(self) -> bool:
        """Whether nothing is left to train: all planned iterations are made, or early stopping has had enough."""
        return self.training.iteration >= self.planned or self.enough

    def resumed(self, edits: dict[str, str], note: str = "") -> Resumed:
        """The event that says where this run goes on, with these edits made so far; `note`: what was amiss."""
        iteration = self.training.iteration
        return Resumed(
            time=self.now(),
            iteration=iteration,
            seconds=self.seconds,
            costs_before=self.costs.decided(iteration),
            errors_before=self.errors.last + 1,
            edits=edits,
            note=note,
        )

    def state(self) -> dict[str, Array]:
        """All that the events to come depend on besides the experiment: arrays for a checkpoint, still in use here."""
        stopping = self.stopping
        return {
            **self.training.engine.state(),
            **self.costs.state(),
            "errors_last": np.array(self.errors.last),
            "seconds": np.array(self.seconds),
            "stopping": np.array([stopping.best, stopping.best_iteration, stopping.since]),
            **({} if self.best is None else {"best": self.best.theta}),
        }

    def restore(self, state: dict[str, Array]) -> None:
        """Goes on bit for bit where `state` was taken of the same experiment, before the first event.

        Raises ValueError for the state of another one.
        """
        for name, array in self.state().items():
            given = state.get(name)
            if given is None or given.dtype != array.dtype or given.shape[1:] != array.shape[1:]:
                raise ValueError(f"{name} does not fit the experiment")
            if not name.startswith("costs_") and given.shape != array.shape:
                raise ValueError(f"{name} does not fit the experiment: {given.shape}, not {array.shape}")
        self.training.engine.restore(state)
        self.costs.restore(state)
        self.errors.last = int(state["errors_last"])
        self.reported = int(state["iteration"]) - 1  # of the weights before, nothing is left
        self.start = self.clock() - float(state["seconds"])
        self.stopping.best = float(state["stopping"][0])
        self.stopping.best_iteration, self.stopping.since = (int(number) for number in state["stopping"][1:])
        if self.best is not None:
            self.best.theta[:] = state["best"]
        self.enough = self.exhausted()

    def wait_anew(self) -> None:
        """Early stopping that has had enough is patient once more, from here on."""
        if self.enough:
            self.stopping.since, self.enough = self.training.iteration, False

    def events(self) -> Iterator[Progress | Signal | Finished]:
        training, clock = self.training, self.clock
        with np.errstate(all="ignore"):  # overflow is reported once, as divergence
            if training.iteration == 0:
                self.evaluate()
                self.look()
            while not self.complete:
                self.advance()
                if self.status == "diverged":
                    break
                if (iteration := training.iteration - 1) % self.signal_every == 0:
                    yield self.signal(iteration)
                if training.iteration == next_evaluation(training.iteration - 1, self.evaluate_every):
                    self.evaluate()
                if training.iteration == self.next_look(training.iteration):
                    self.look()
                    self.enough = self.exhausted()
                if (tick := clock()) >= self.due:
                    self.due = tick + min(PACE, max(FIRST_PACE, self.seconds))
                    yield self.progress()
                    if why := self.stop():
                        self.status, self.reason = "stopped", why
                        break
            if self.status != "diverged":
                if training.iteration - 1 > self.reported:
                    yield self.signal(training.iteration - 1)
                self.over = True
                yield self.progress()
            yield from self.end()

    def advance(self) -> None:
        """One stride: to the next figure that is due, or for a few milliseconds."""
        training, start = self.training, self.clock()
        first = training.iteration
        evaluation = next_evaluation(first, self.evaluate_every)
        signal = -(-first // self.signal_every) * self.signal_every + 1
        look = self.next_look(first + 1)
        updates = min(self.most, evaluation - first, signal - first, look - first, self.planned - first)
        data, penalty = training.advance(updates)
        self.costs.extend(first, data, penalty)
        if not math.isfinite(cost := float(data[-1] + penalty[-1])):
            self.diverge(cost, training.engine.lost())
        self.most = next_stride(self.most, updates, self.clock() - start)

    def evaluate(self) -> None:
        """Measures the errors and the dev cost."""
        training, iteration = self.training, self.training.iteration
        if self.errors.wants(iteration):
            self.errors.add(iteration, training.running())

    def next_look(self, iteration: int) -> int:
        """When early stopping looks next, `iteration` or later: every so often, and where its patience would end."""
        if self.best is None:
            return self.planned
        regular = -(-iteration // self.look_every) * self.look_every
        return min(regular, max(iteration, self.stopping.ends))

    def look(self) -> None:
        """Keeps the weights if early stopping says that they are the best so far."""
        training, iteration = self.training, self.training.iteration
        if self.best is None:
            return
        value = training.error("dev") if self.monitor == "dev_error" else training.data_cost("dev")
        if self.stopping.better(iteration, math.nan if value is None else value):
            self.best.theta[:] = training.parameters.theta

    def exhausted(self) -> bool:
        """Whether patience is at its end."""
        return self.best is not None and self.stopping.exhausted(self.training.iteration)

    def done(self) -> str:
        """Why there is nothing more to do."""
        if not self.enough:
            return f"all {count(self.planned)} iterations are done"
        looks = f", measured every {self.look_every}" if self.look_every > 1 else ""
        waited = self.made - self.stopping.best_iteration
        return (
            f"early stopping: no better {self.monitor.replace('_', ' ')} than {self.stopping.best:.4g} "
            f"(iteration {count(self.stopping.best_iteration)}) for {plural(waited, 'iteration')}{looks}"
        )

    def signal(self, iteration: int) -> Signal:
        """The report of the weights before the last update."""
        training, self.reported = self.training, iteration
        layers = report(training.problem, training.engine.previous, training.parameters)
        return Signal(time=self.now(), iteration=iteration, layers=layers)

    def progress(self) -> Progress:
        """What was recorded since the last one."""
        return Progress(
            time=self.now(),
            iteration=self.training.iteration,
            seconds=self.seconds,
            costs=self.costs.take(),
            errors=self.errors.take(),
        )

    def diverge(self, cost: float, tensor: str) -> None:
        """Goes back to the last finite weights; `tensor` is the first that was not."""
        training = self.training
        self.made = at = training.iteration
        if tensor.startswith("d"):
            training.engine.undo()
            at -= 1
        self.status = "diverged"
        self.reason = (
            f"the cost is {cost} after {plural(self.made, 'iteration')}; "
            f"the first number that is not finite is in {tensor} at iteration {count(at)}"
        )

    def end(self) -> Iterator[Progress | Finished]:
        """The last points, and the figures of the weights that are kept."""
        training = self.training
        if self.status != "diverged":
            self.made = training.iteration
            self.evaluate()
            self.look()
            train, cost = self.at_last()
            if training.whole:  # under masks, or of a batch, the curve is of another J: it has no such last point
                self.costs.add(self.made, cost.data, cost.penalty)
            if self.best is not None and math.isfinite(cost.total):
                training.engine.take(self.best)
                train, cost = self.at_last()
            if not math.isfinite(cost.total):
                problem = training.problem
                tensor = first_non_finite(problem.network, training.parameters, problem.dataset.train.looked_at().X)
                self.diverge(cost.total, tensor)
        self.costs.flush()
        seconds = self.seconds
        yield self.progress()
        if self.status == "diverged":
            yield self.finished(training.iteration, seconds)
        else:
            measured = {part: train if part == "train" else training.at_last(part) for part in PARTS}
            kept = self.made if self.best is None else self.stopping.best_iteration
            yield self.finished(kept, seconds, cost, measured)

    def at_last(self) -> tuple[AtLast, Cost]:
        """What is measured of the training part; J."""
        train = self.training.at_last("train")
        return train, self.training.cost(train.cost)

    def finished(
        self,
        kept: int,
        seconds: float,
        cost: Cost | None = None,
        measured: Mapping[str, AtLast] = {},
    ) -> Finished:
        """The last event."""
        error, spread, agreement, outliers, tally, worth = (
            Parts(**{part: getattr(one, name) for part, one in measured.items()})
            for name in ("error", "spread", "agreement", "outliers", "tally", "worth")
        )
        return Finished(
            time=self.now(),
            status=self.status,
            reason=self.reason or self.done(),
            iteration=self.made,
            seconds=seconds,
            cost=cost,
            error=error,
            spread=spread,
            agreement=agreement,
            outliers=outliers,
            tally=tally,
            worth=worth,
            threshold=self.training.threshold() if measured else None,
            kept_iteration=kept,
            sparsity=self.training.sparsity(),
        )
