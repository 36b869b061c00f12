"""A run seen from outside, whatever its log says."""

from tests.runs.events import started
from tuilab.events import Edited
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.runs import Appender


def test_an_edit_that_this_version_does_not_know_costs_the_others_nothing(lab: Lab) -> None:
    folder = lab.store.create(Experiment())
    made = {"optimization.iterations": "70000", "optimization.momentum_of_tomorrow": "7", "regularization.lambd": "3"}
    with Appender(folder.log_file) as log:
        log.append(started())
        for path, value in made.items():
            log.append(Edited(time=1.0, iteration=0, path=path, value=value))
    seen = lab.follow(folder.name).poll().experiment
    assert (seen.optimization.iterations, seen.regularization.lambd) == (70_000, 3.0)
