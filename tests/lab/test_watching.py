"""A run seen from outside, whatever its log says."""

from collections.abc import Callable

import pytest

from tests.runs.events import progress, started
from tuilab.events import Edited
from tuilab.experiment import Experiment
from tuilab.lab import Lab, watching
from tuilab.runs import Appender, ask, claim


def test_an_edit_that_this_version_does_not_know_costs_the_others_nothing(lab: Lab) -> None:
    folder = lab.store.create(Experiment())
    made = {"optimization.iterations": "70000", "optimization.momentum_of_tomorrow": "7", "regularization.lambd": "3"}
    with Appender(folder.log_file) as log:
        log.append(started())
        for path, value in made.items():
            log.append(Edited(time=1.0, iteration=0, path=path, value=value))
    seen = lab.follow(folder.name).poll().experiment
    assert (seen.optimization.iterations, seen.regularization.lambd) == (70_000, 3.0)


def test_what_is_known_is_not_judged_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run is looked at many times a second, and most of the time nothing is new."""
    folder, judged = lab.store.create(Experiment()), list[object]()

    def counted(judge: Callable[..., object]) -> Callable[..., object]:
        return lambda *what: judged.append(what) or judge(*what)

    monkeypatch.setattr(watching, "diagnose", counted(watching.diagnose))
    follower = lab.follow(folder.name)
    with Appender(folder.log_file) as log:
        log.append(started())
        first = follower.poll()
        assert follower.poll() == first and len(judged) == 1
        log.append(progress(10, 0.5))
        second = follower.poll()
        assert second.view.iteration == 10 and len(judged) == 2
    ask(folder, "pause")
    claim(folder)
    assert follower.poll().status != second.status and len(judged) == 3
