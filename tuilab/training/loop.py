"""The training loop: gradient descent that yields an event now and then and never knows who looks."""

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from tuilab.events import Cost, Errors, Finished, Parts, Progress
from tuilab.nn import Dropout, Parameters, Pass, loss_for
from tuilab.streams import stream
from tuilab.training.build import Problem
from tuilab.training.curve import CostRecorder
from tuilab.training.evaluate import Evaluator

EVALUATIONS = 200
"""How often a run measures its errors, about; by iteration, never by the clock."""
PACE = 0.1
"""Seconds between two progress events."""


class Training:
    """A run in memory: the weights after `iteration` updates, and how to go on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.parameters: Parameters = problem.initial.copy()
        self.iteration = 0
        dataset, network = problem.dataset, problem.network
        rows = len(dataset.train.y)
        self._pass = Pass(network, rows)
        self._targets = loss_for(network.sizes[-1]).targets(dataset.train.y, network.sizes[-1], np.float64)
        self._gradient = Parameters(network.sizes)
        self._dropout: Dropout | None = None
        if any(keep < 1 for keep in problem.keep_probs):
            random = stream(problem.experiment.seed, "masks")
            self._dropout = Dropout(problem.keep_probs, network.sizes[:-1], rows, random)
        parts = {"train": dataset.train, "dev": dataset.dev, "test": dataset.test}
        self._evaluators = {name: Evaluator(network, part.X, part.y) for name, part in parts.items()}

    def step(self) -> tuple[float, float]:
        """One update: θ ← θ − α(∇data + ∇penalty). Returns data cost and penalty before it, as this pass met them."""
        problem, parameters, gradient = self.problem, self.parameters, self._gradient
        masks = self._dropout.masks() if self._dropout else None
        data = self._pass.cost_and_gradient(parameters, problem.dataset.train.X, self._targets, gradient, masks)
        weights = parameters.all_weights
        penalty = problem.penalty.cost(weights)
        problem.penalty.add_gradient(weights, gradient.all_weights)
        np.multiply(gradient.theta, problem.experiment.optimization.learning_rate, out=gradient.theta)
        np.subtract(parameters.theta, gradient.theta, out=parameters.theta)
        self.iteration += 1
        return data, penalty

    def cost(self) -> Cost:
        """J over the training part in evaluation mode. Not finite after divergence."""
        data = self._evaluators["train"].cost(self.parameters)
        penalty = self.problem.penalty.cost(self.parameters.all_weights)
        assert data is not None, "a training part is never empty"
        return Cost(data=data, penalty=penalty, total=data + penalty)

    def error(self, part: str) -> float | None:
        """The share of `part` (train, dev, test) misclassified, in evaluation mode; None if it is empty."""
        return self._evaluators[part].error(self.parameters)


def train(
    training: Training,
    stop: Callable[[], str] = lambda: "",
    clock: Callable[[], float] = time.perf_counter,
    now: Callable[[], float] = time.time,
) -> Iterator[Progress | Finished]:
    """Trains to the planned iterations and yields `Progress`, paced by `clock`, then one `Finished`.

    `stop` is asked at each progress event: a reason, if not empty, ends the run there and keeps what was learned.
    """
    planned = training.problem.experiment.optimization.iterations
    every = max(1, planned // EVALUATIONS)
    costs, errors = CostRecorder(planned), _ErrorRecorder(training)
    start = clock()
    due = start
    status, reason = "done", f"all {planned} iterations are done"
    errors.add()
    with np.errstate(all="ignore"):  # overflow is reported once, as divergence
        while training.iteration < planned:
            iteration = training.iteration
            data, penalty = training.step()
            costs.add(iteration, data, penalty)
            if not math.isfinite(data + penalty):
                status, reason = "diverged", f"the cost is {data + penalty} after {iteration} iterations"
                break
            if training.iteration % every == 0:
                errors.add()
            if (tick := clock()) >= due:
                due = tick + PACE
                yield _progress(training, costs, errors, tick - start, now())
                if why := stop():
                    status, reason = "stopped", why
                    break
        yield from _end(training, costs, errors, status, reason, clock() - start, now)


def _end(
    training: Training,
    costs: CostRecorder,
    errors: "_ErrorRecorder",
    status: str,
    reason: str,
    seconds: float,
    now: Callable[[], float],
) -> Iterator[Progress | Finished]:
    cost, error = None, Parts[float]()
    if status != "diverged":
        errors.add()
        cost = training.cost()
        error = Parts(train=training.error("train"), dev=training.error("dev"), test=training.error("test"))
        if math.isfinite(cost.total):
            costs.add(training.iteration, cost.data, cost.penalty)
        else:
            status, reason, cost, error = (
                "diverged",
                f"the cost is {cost.total} after the last iteration",
                None,
                Parts(),
            )
    costs.flush()
    yield _progress(training, costs, errors, seconds, now())
    yield Finished(
        time=now(),
        status=status,
        reason=reason,
        iteration=training.iteration,
        seconds=seconds,
        cost=cost,
        error=error,
    )


class _ErrorRecorder:
    """The points of the error curves since they were last taken."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._points: list[tuple[float, float, float]] = []
        self._last = -1

    def add(self) -> None:
        """Measures train and dev error, once an iteration at most."""
        training = self._training
        if training.iteration == self._last:
            return
        self._last = training.iteration
        train, dev = training.error("train"), training.error("dev")
        self._points.append((training.iteration, _nan(train), _nan(dev)))

    def take(self) -> Errors | None:
        if not self._points:
            return None
        iteration, train, dev = np.array(self._points, dtype=np.float64).T
        self._points = []
        return Errors(iteration=iteration, train=train, dev=dev)


def _nan(value: float | None) -> float:
    return math.nan if value is None else value


def _progress(training: Training, costs: CostRecorder, errors: _ErrorRecorder, seconds: float, now: float) -> Progress:
    return Progress(time=now, iteration=training.iteration, seconds=seconds, costs=costs.take(), errors=errors.take())
