"""What a search by TPE is without Optuna: its beginning, and a refusal that says what is missing."""

import sys
from types import ModuleType

import pytest

from tests.commands import here as tuilab
from tests.queue.test_queue import QUICK
from tuilab.lab import Lab
from tuilab.search import Search, Tried, trials, trials_in_turn

OVER = {"optimization.learning_rate": "log:0.01..1", "network.hidden": "[2],[3],[4]"}
SWEEP = "sweep circles --over optimization.learning_rate=log:0.01..1 --sampler tpe"


def test_it_begins_like_halton_and_goes_on_with_what_is_there() -> None:
    tpe, halton = (Search(over=OVER, sampler=sampler, trials=8) for sampler in ("tpe", "halton"))
    tried: list[Tried] = []
    asked = trials_in_turn(QUICK, tpe, lambda: tried)
    for expected in trials(QUICK, halton):
        trial = next(asked)
        assert trial == expected
        tried.append(Tried(identity=trial.identity, point=trial.point, seed=QUICK.seed, over=False))
    assert next(asked, "over") == "over"
    again = trials_in_turn(QUICK, tpe.changed({}, seeds=2), lambda: tried)
    assert [one.identity for one in again if one][:8] == [one.identity for one in tried]


def test_a_trial_that_is_not_there_though_it_was_asked_for_is_asked_for_again() -> None:
    asked = trials_in_turn(QUICK, Search(over=OVER, sampler="tpe", trials=8), list)
    first = next(asked)
    assert first is not None and next(asked) is None and next(asked) == first


@pytest.mark.parametrize("version", ["", "4.9.1"])
def test_without_optuna_nothing_is_started(lab: Lab, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    old = ModuleType("optuna")
    old.__version__ = version
    monkeypatch.setitem(sys.modules, "optuna", old if version else None)
    done = tuilab(*SWEEP.split())
    found = f", not {version}" if version else ""
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (f"tuilab: sweep.sampler: tpe needs Optuna 5 or newer{found}: pip install 'tuilab[search]'\n")
    assert not lab.store.sweeps.exists()
