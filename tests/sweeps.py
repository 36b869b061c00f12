"""Sweeps whose trials are told, not trained."""

from collections.abc import Callable

from msgspec import structs

from tests.runs.events import column, finished, started
from tuilab.events import Costs, Errors, Parts, Progress
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import Appender, is_run
from tuilab.search import Search, Trial, trials

BASE = edit(Experiment(), {"data.source": "circles", "regularization.kind": "l2"})
LAMBD = "regularization.lambd"


def tell(lab: Lab, name: str, dev: Callable[[Trial], float], worth: float | None = None) -> None:
    """Every trial that has no run yet comes to its end, with the dev error that `dev` gives, and a test error above."""
    sweep = lab.sweeps.find(name)
    for trial in trials(*sweep.read()):
        folder = sweep.run(trial)
        if is_run(folder):
            continue
        sweep.store.create_as(folder.name, trial.experiment, lambda made: None)
        error = dev(trial)
        with Appender(folder.log_file) as log:
            log.append(structs.replace(started(), examples=Parts(train=240, dev=80, test=80)))
            curves = Errors(iteration=column(0, 500, 1000), train=column(0.5, 0.2, 0.01), dev=column(0.5, 0.4, error))
            costs = Costs(iteration=column(1000), data=column(0.1), penalty=column(0.0))
            log.append(Progress(time=1.0, iteration=1000, seconds=1.0, costs=costs, errors=curves))
            end = structs.replace(finished(), error=Parts(train=0.01, dev=error, test=error + 0.05))
            log.append(structs.replace(end, worth=Parts(train=worth, dev=worth, test=worth)))


def told(lab: Lab, search: Search, dev: Callable[[Trial], float], worth: float | None = None) -> str:
    """The name of a sweep of `BASE` that has been told to its end; nobody works on it."""
    name = lab.sweeps.start(BASE, search.changed({}, workers="asked"))
    tell(lab, name, dev, worth)
    return name
