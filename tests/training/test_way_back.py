"""What a step that made dev worse leads to, and one that did not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.events import Parts
from tuilab.experiment import Experiment, differences, edit
from tuilab.nn.task.chance import of_difference, wilson
from tuilab.training import Course, Diagnosis, diagnose, diagnose_divergence
from tuilab.training.action import Action
from tuilab.training.line import Reached, Step, not_in_circles, step

BASE = edit(Experiment(), {"data.source": "moons", "network.hidden": "16", "diagnosis.base_error": "0"})
CHANGES: list[dict[str, str]] = [
    {"network.hidden": "32, 32"},
    {"network.hidden": ""},
    {"regularization.kind": "l2", "regularization.lambd": "90"},
    {"dropout.keep_prob": "1.0, 0.5"},
    {"optimization.learning_rate": "0.003"},
    {"early_stopping.monitor": "dev_cost"},
    {"inputs.normalize": "false"},
    {"optimization.iterations": "50", "optimization.batch_size": "32"},
]
OFFERED = (
    Action(label="columns", why="", edits={}),
    Action(label="wider", why="it fits more", edits={"network.hidden": "32, 32"}),
    Action(label="L2", why="small weights", edits={"regularization.kind": "l2", "regularization.lambd": "3"}),
)


def reached(wrong: int, examples: int) -> Reached:
    """A dev error of so many of those examples."""
    return Reached(wrong / examples, wrong / examples, None, wilson(wrong / examples, examples))


def verdict(before: Reached, after: Reached, changes: dict[str, str], **more: Any) -> tuple[Experiment, Diagnosis]:
    """The child with these changes, and the verdict on it."""
    child = edit(BASE, changes)
    made = step(differences(BASE, child), before, after, same_dev=more.pop("same_dev", True))
    course = Course(steps=(made,), before=more.pop("offered", lambda: OFFERED), **more)
    if after.dev == np.inf:
        return child, diagnose_divergence(child, course)
    errors = Parts(train=after.train, dev=after.dev)
    return child, diagnose(errors, Parts(train=1000, dev=200), child, course)


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from(CHANGES))
def test_after_a_step_that_made_dev_worse_by_no_chance_it_is_taken_back_first_and_after_no_other(
    before: int, after: int, changes: dict[str, str]
) -> None:
    """By the interval of the difference of two errors; what is taken back is that change, and nothing else."""
    errors = [(one / 200, wilson(one / 200, 200)) for one in (after, before)]
    worse = of_difference(*errors)[0] > 0
    child, found = verdict(reached(before, 200), reached(after, 200), changes)
    back = [one for one in found.actions if one.edits and edit(child, one.edits) == BASE]
    assert len(back) == worse and (not worse or found.actions[0] == back[0])
    if worse:
        other = found.actions[1]
        tried = "network.hidden" in changes and changes["network.hidden"] == "32, 32"
        assert other.label == ("L2 instead" if tried else "wider instead")
        assert edit(child, other.edits) == edit(BASE, OFFERED[2 if tried else 1].edits)
        assert f"{before / 2:.2f} % before it, {after / 2:.2f} % after" in back[0].why
    if after < before:
        assert not any(one.label.startswith("take it back") for one in found.actions)


@pytest.mark.parametrize("diverged", [(False, True), (True, True), (True, False)])
def test_a_step_after_which_a_run_diverged_is_taken_back(diverged: tuple[bool, bool]) -> None:
    """Once, though less of a learning rate is what a verdict on a run that diverged offers by itself."""
    before, after = (Reached(*3 * (np.inf,)) if one else reached(10, 200) for one in diverged)
    child, found = verdict(before, after, {"optimization.learning_rate": "1"})
    back = [one.label for one in found.actions if edit(child, one.edits) == BASE]
    if diverged == (False, True):
        assert found.actions[0].label == "take it back: learning rate α 0.1" and len(back) == 1
        assert found.actions[0].why == "before it the run did not diverge"
    else:
        assert not any(label.startswith("take it back") for label in back)


def test_a_run_that_goes_on_another_dev_set_and_what_was_not_measured_ask_for_no_way_back() -> None:
    good, bad = reached(2, 200), reached(90, 200)
    cases: list[tuple[Reached, Reached, dict[str, Any]]] = [
        (good, bad, {"going": True, "made": 9000}),
        (good, bad, {"same_dev": False}),
        (good, bad._replace(interval=None), {}),
        (good._replace(dev=None), bad, {}),
    ]
    for before, after, more in cases:
        _, found = verdict(before, after, CHANGES[0], **more)
        assert not any(one.label.startswith("take it back") for one in found.actions)


def test_what_the_run_before_offers_is_asked_for_only_where_it_is_needed() -> None:
    def never() -> tuple[Action, ...]:
        raise AssertionError("a look at the run before costs reading its log")

    none: Callable[[], tuple[Action, ...]] = tuple
    verdict(reached(20, 200), reached(25, 200), CHANGES[0], offered=never)
    _, found = verdict(reached(2, 200), reached(90, 200), CHANGES[0], offered=none)
    assert found.actions[0].label == "take it back: hidden layers 16"


@given(st.sampled_from([0.1, 0.3, 1.0, 3.0, 9.0]), st.floats(2.1, 200), st.floats(1.6, 50), st.booleans())
def test_who_would_go_back_past_what_was_tried_stops_between(had: float, ratio: float, beyond: float, up: bool) -> None:
    """λ from `had` to a value `ratio` times as high (as low), and back `beyond` that; neither end was better."""
    had, now, then = (had, had * ratio, had / beyond) if up else (had, had / ratio, had * beyond)
    penalty = edit(Experiment(), {"regularization.kind": "l2", "regularization.lambd": repr(now)})
    steps = [Step(changed={"regularization.lambd": (had, now)}, better=False, helped=True)]
    back = Action(label=f"λ = {then}", why="", edits={"regularization.lambd": repr(then)})
    ((found,), _) = not_in_circles([back], penalty, steps)
    lambd = float(found.edits["regularization.lambd"])
    assert min(had, now) < lambd < max(had, now) and found.label == f"λ = {found.edits['regularization.lambd']}"
    onward = Action(label="more", why="", edits={"regularization.lambd": repr(now * ratio if up else now / ratio)})
    assert not_in_circles([onward], penalty, steps)[0] == (onward,)


def test_between_neighbors_there_is_nothing_to_try() -> None:
    penalty = edit(Experiment(), {"regularization.kind": "l2", "regularization.lambd": "4"})
    steps = [Step(changed={"regularization.lambd": (3.0, 4.0)}, better=False, helped=True)]
    back = Action(label="λ = 0.4", why="", edits={"regularization.lambd": "0.4"})
    assert not_in_circles([back], penalty, steps) == ((), False)


def test_a_title_is_nothing_to_take_back() -> None:
    changes = {"network.hidden": "32, 32", "title": "wider"}
    child, found = verdict(reached(10, 200), reached(100, 200), changes)
    assert found.actions[0].label == "take it back: hidden layers 16"
    assert edit(child, found.actions[0].edits).title == "wider"
