"""What is known of sweeps whose trials are told."""

import math

import pytest

from tests.sweeps import LAMBD, tell, told
from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.sentences.sweep import sweep_sentences
from tuilab.runs import ask
from tuilab.search import Search, Trial, trials


def far(trial: Trial) -> float:
    """Lowest at λ = 100."""
    return 0.1 + 0.05 * abs(math.log10(trial.experiment.regularization.lambd) - 2)


def test_a_sweep_whose_best_lies_at_an_edge_is_widened_until_it_does_not(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1"}, trials=3), far)
    (edge,) = lab.sweeps.look(name).edges
    assert (edge.path, edge.upper, edge.wider) == (LAMBD, True, "0.01, 0.1, 1, 10, 100")
    said = sweep_sentences(lab.sweeps.look(name))[0]
    assert said.endswith(f"widen it, tuilab sweep {name} --over '{LAMBD}=0.01, 0.1, 1, 10, 100'")
    lab.sweeps.widen(name)
    assert lab.sweeps.look(name).states == {"done": 3, "left": 2}
    tell(lab, name, far)
    lab.sweeps.widen(name)
    tell(lab, name, far)
    view = lab.sweeps.look(name)
    assert (view.status, view.planned, view.edges) == ("done", 7, [])
    with pytest.raises(BadInput, match="at no edge"):
        lab.sweeps.widen(name)


def test_of_another_range_all_is_counted_that_came_to_something_and_nothing_else_waited_for(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "log:0.01..1"}, trials=4), far)
    sweep = lab.sweeps.find(name)
    base, search = sweep.read()
    sweep.write(base, search.changed({}, trials=5))
    *_, fifth = trials(*sweep.read())
    sweep.store.create_as(sweep.run(fifth).name, fifth.experiment, lambda folder: ask(folder, "start"))
    assert lab.sweeps.look(name).states == {"done": 4, "left": 1}
    assert lab.sweeps.widen(name).over == {LAMBD: "log:0.01..10"}
    assert (lab.sweeps.look(name).states, lab.sweeps.look(name).planned) == ({"done": 4, "left": 5}, 9)
    tell(lab, name, far)
    view = lab.sweeps.look(name)
    assert (view.status, view.states) == ("done", {"done": 9}), "the one that was never begun is not waited for"
