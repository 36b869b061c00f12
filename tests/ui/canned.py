"""A canned run: always the same figures, no clock."""

import numpy as np

from tuilab.events import Cost, Costs, Errors, Event, Finished, Parts, Progress, Started
from tuilab.experiment import Experiment, edit
from tuilab.lab import Snapshot
from tuilab.runs import ACTIVE, Status, fold
from tuilab.runs.view import RunView
from tuilab.training.diagnosis import diagnose
from tuilab.training.divergence import diagnose_divergence

ITERATIONS = 2000
EXPERIMENT = edit(
    Experiment(title="Canned"),
    {
        "regularization.kind": "l2",
        "regularization.lambd": "0.7",
        "optimization.iterations": str(ITERATIONS),
        "network.hidden": "10, 5",
    },
)
EXAMPLES = Parts(train=180, dev=60, test=60)


def snapshot(status: Status, points: int = 200, experiment: Experiment = EXPERIMENT) -> Snapshot:
    """A run with `points` points of each curve, train error 5 % and dev error 10 % at the end."""
    view = _view(status, points)
    error = Parts(train=0.05, dev=0.10) if points else Parts[float]()
    return Snapshot(
        name="canned-0001",
        experiment=experiment,
        view=view,
        status=status,
        rate=4000.0 if points else None,
        eta=0.25 if points and status in ACTIVE else None,
        diagnosis=diagnose_divergence(experiment) if status == "diverged" else diagnose(error, EXAMPLES, experiment),
        error=error,
    )


def _view(status: Status, points: int) -> RunView:
    iteration = ITERATIONS if status not in ACTIVE else ITERATIONS // 2 if points else 0
    at = np.linspace(1, max(iteration, 1), points)
    data, penalty = 0.7 * np.exp(-at / 300), 0.02 + 0.05 * at / ITERATIONS
    events: list[Event] = [
        Started(
            time=0,
            version=1,
            iterations=ITERATIONS,
            layers=(2, 10, 5, 1),
            parameters=91,
            classes=("inside", "outside"),
            examples=EXAMPLES,
        ),
        Progress(
            time=1,
            iteration=iteration,
            seconds=iteration / 4000,
            costs=Costs(iteration=at, data=data, penalty=penalty),
            errors=Errors(
                iteration=at,
                train=0.05 + 0.45 * np.exp(-at / 200),
                dev=0.10 + 0.4 * np.exp(-at / 200),
                dev_cost=0.7 * np.exp(-at / 250) + 0.2 * at / ITERATIONS,
            ),
        ),
    ]
    if status in ("done", "stopped", "diverged", "failed"):
        cost = Cost(data=0.01, penalty=0.07, total=0.08)
        end = Finished(time=2, status=status, reason="it was told to", iteration=iteration, seconds=0.5, cost=cost)
        events.append(end)
    return fold(RunView(), events)
