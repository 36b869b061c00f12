"""What keeps a network from learning is named, and its first action cures it; a sound network is in no such state."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.verdicts import judged
from tuilab.events import Layers, Parts, Shift
from tuilab.experiment import Experiment, edit, get
from tuilab.presets import Presets
from tuilab.training import Course, diagnose
from tuilab.training.line import Reached, Step
from tuilab.training.line import step as led
from tuilab.training.states import STATES

BASE = edit(
    Experiment(),
    {"data.source": "circles", "data.examples": "150", "network.hidden": "10, 5", "optimization.iterations": "400"},
)
DEEP = ", ".join(["4"] * 40)
ILL: dict[str, list[dict[str, str]]] = {
    "symmetric": [
        {"initialization.scheme": "zeros"},
        {"initialization.gain": "0", "network.activation": "tanh"},
    ],
    "dead": [
        {"optimization.learning_rate": "5"},
        {"optimization.learning_rate": "10", "data.source": "moons"},
    ],
    "vanished": [
        {
            "network.hidden": DEEP,
            "network.activation": "linear",
            "initialization.scheme": "identity",
            "initialization.gain": "0.5",
        },
        {"network.hidden": ", ".join(["8"] * 8), "network.activation": "sigmoid"},
        {"network.hidden": ", ".join(["8"] * 8), "initialization.gain": "0.1"},
        {
            "network.hidden": ", ".join(["8"] * 8),
            "network.activation": "sigmoid",
            "regularization.kind": "l2",
            "regularization.lambd": "0.7",
        },
    ],
    "exploded": [
        {
            "network.hidden": DEEP,
            "network.activation": "linear",
            "initialization.scheme": "identity",
            "initialization.gain": "1.5",
        },
        {"network.hidden": "16, 16, 16", "initialization.scheme": "random", "initialization.gain": "10"},
        {"network.activation": "tanh", "initialization.gain": "30"},
    ],
    "overshooting": [
        {"data.source": "ranges", "network.hidden": "[]", "inputs.normalize": "false"},
        {"network.activation": "tanh", "optimization.learning_rate": "30", "data.source": "moons"},
    ],
    "converging": [
        {"optimization.iterations": "60"},
        {"data.source": "breast-cancer", "optimization.learning_rate": "0.001"},
    ],
    "told": [
        {"network.hidden": "[]"},
        {"network.hidden": "[]", "data.source": "xor", "optimization.batch_size": "16"},
        {"regularization.kind": "l2", "regularization.lambd": "60"},
    ],
}
CASES = [(state, edits) for state, cases in ILL.items() for edits in cases]


@pytest.mark.parametrize(("state", "edits"), CASES)
def test_the_state_is_named_and_its_first_action_lowers_the_cost(state: str, edits: dict[str, str]) -> None:
    run = judged(BASE, edits)
    assert run.diagnosis.state == state, run.diagnosis.sentence
    child = judged(run.experiment, run.diagnosis.actions[0].edits)
    assert child.cost < run.cost


@pytest.mark.parametrize(
    ("preset", "state", "label"),
    [
        ("high-bias", "told", "hidden layers [16]"),
        ("init-zeros", "symmetric", "He initialization"),
        ("vanishing", "vanished", "gain 1"),
        ("exploding", "exploded", "gain 1"),
    ],
)
def test_the_first_key_cures_what_a_preset_is_there_to_show(preset: str, state: str, label: str) -> None:
    experiment = Presets(Path("nowhere")).open(preset).experiment
    run = judged(experiment, {"optimization.iterations": str(min(1000, experiment.optimization.iterations))})
    assert (run.diagnosis.state, run.diagnosis.actions[0].label) == (state, label)
    child = judged(run.experiment, run.diagnosis.actions[0].edits)
    assert child.cost < run.cost and child.finished.status == "done"
    if preset != "exploding" and preset != "vanishing":  # of linear networks, which no start makes bend
        assert (child.error.train or 0) < (run.error.train or 0) - 0.1


def layers(units: int = 3, **columns: Any) -> Layers:
    """A sound report of two hidden layers and the output, but for these columns."""
    sound = {name: np.ones(units) for name in Layers.__struct_fields__}
    sound |= {"dead": np.array([0.0, 0.0, np.nan]), "alike": np.array([0.0, 0.0, np.nan])}
    sound["update_ratio"] = np.full(units, 0.01)
    return Layers(**(sound | {name: np.array(values, dtype=float) for name, values in columns.items()}))


def course(**more: Any) -> Course:
    at = np.arange(1000.0)
    given = {"iteration": at, "cost": np.full(1000, 0.7), "first": layers(), "last": layers(), "made": 1000} | more
    return Course(**given)


def state(course: Course, experiment: Experiment = BASE) -> str:
    return diagnose(Parts(train=0.4, dev=0.4), Parts(train=600, dev=2000), experiment, course).state


def test_inputs_that_saturate_tanh_are_normalized_first() -> None:
    run = judged(BASE, {"data.source": "ranges", "network.activation": "tanh", "inputs.normalize": "false"})
    assert run.diagnosis.state == "exploded" and "the inputs are too large" in run.diagnosis.sentence
    child = judged(run.experiment, run.diagnosis.actions[0].edits)
    assert run.diagnosis.actions[0].label == "normalize the inputs" and child.cost < run.cost / 2


def test_where_the_errors_are_low_nothing_keeps_the_network_from_learning() -> None:
    ill = course(last=layers(dead=[1, 0, np.nan]))
    assert state(ill) == "dead"
    low = diagnose(Parts(train=0.0, dev=0.0), Parts(train=600, dev=2000), BASE, ill)
    assert low.state == "told" and low.sentence.startswith("Low bias")


def test_without_a_report_or_a_curve_nothing_is_found() -> None:
    bare, old = Course(), course(first=layers(alike=[1, 1, 1]), last=layers(alike=[1, 1, 1]))
    assert [find(bare, BASE) for find in STATES] == [None] * len(STATES)
    assert state(old) == "symmetric"
    none = {"alike": None}
    without = Layers(**{name: getattr(layers(), name) for name in Layers.__struct_fields__} | none)
    assert state(course(first=without, last=without)) == "told", "the log of an earlier version"


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (np.full(1000, 0.7), "told"),
        (np.linspace(0.8, 0.6, 1000), "converging"),
        (np.linspace(0.70, 0.69, 1000), "converging"),
        (0.6895 + np.exp(-np.arange(1000) / 300) / 50, "told"),
        (np.linspace(0.6, 0.8, 1000) ** 3, "overshooting"),
        (0.7 + 0.3 * (-1.0) ** np.arange(1000), "overshooting"),
        (0.7 + 0.04 * (-1.0) ** np.arange(1000), "overshooting"),
        (0.7 + 0.02 * (-1.0) ** np.arange(1000), "told"),  # it has come to rest, and trembles
        (0.6 + np.exp(-np.arange(1000) / 50), "told"),
        (np.full(20, 0.7), "told"),
        (np.full(1000, np.inf), "told"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_j_says_whether_it_falls_jumps_or_stands(cost: Any, expected: str) -> None:
    assert state(course(cost=cost, iteration=np.arange(float(len(cost))))) == expected


@pytest.mark.parametrize(("made", "expected"), [(100, "converging"), (1000, "told")])
def test_of_a_moment_s_iterations_less_of_a_fall_asks_for_more(made: int, expected: str) -> None:
    """By 3 % over the last half, at a fifth of its first pace."""
    assert state(course(cost=0.6 + 0.17 * np.exp(-np.arange(1000) / 300), made=made)) == expected


@pytest.mark.parametrize(
    ("half", "expected"),
    [([0.451, 0.449, 0.428, 0.423, 0.42], "told"), ([0.451, 0.443, 0.435, 0.427, 0.42], "converging")],
)
def test_a_j_that_comes_to_rest_is_not_asked_to_fall_by_the_little_that_is_left(
    half: list[float], expected: str
) -> None:
    """By 7 % over the last half, nearly all of it in the third quarter: behind a plateau a network may look so."""
    cost = np.interp(np.arange(1000), np.arange(50, 1000, 100), [0.7, 0.6, 0.55, 0.5, 0.47, *half])
    assert state(course(cost=cost)) == expected


def test_where_batches_make_j_jump_the_dev_cost_tells_that_it_falls() -> None:
    """Of eight examples a batch, J halves under noise of its own size."""
    falls = np.linspace(2.0, 1.0, 1000)
    jumps = falls + 2 * np.random.default_rng(0).standard_normal(1000)
    small = edit(BASE, {"optimization.batch_size": "8"})
    dev = {"measured": np.arange(1000.0), "dev_error": np.full(1000, 0.3)}
    for dev_cost, expected in ((falls, "converging"), (np.full(1000, 1.5), "told")):
        assert state(course(cost=jumps, dev_cost=dev_cost, **dev), small) == expected
    resting = 1.0 + 0.3 * np.exp(-np.arange(1000) / 30)  # of all examples J itself tells
    assert state(course(cost=resting, dev_cost=falls, made=400, **dev)) == "told"


def test_a_j_that_has_slowed_down_little_has_not_come_to_rest() -> None:
    """By 4 % over the last half, at a third of its first pace."""
    assert state(course(cost=0.6 + 0.15 * np.exp(-np.arange(1000) / 500))) == "converging"


def test_of_a_network_that_learns_for_all_its_jumps_a_third_of_the_steps_is_tried_first() -> None:
    jumps = 0.3 * (-1.0) ** np.arange(1000)
    for fell, first, said in ((0.0, "learning rate 0.1", "does not fall"), (1.0, "learning rate 0.3", "J falls, but")):
        cost = 0.5 + jumps * 0.7 + fell * np.exp(-np.arange(1000) / 100) * 2
        large = edit(BASE, {"optimization.learning_rate": "1"})
        found = diagnose(Parts(train=0.4, dev=0.4), Parts(), large, course(cost=cost))
        assert found.state == "overshooting" and found.actions[0].label == first and said in found.sentence


FALLING = np.linspace(0.8, 0.6, 1000)
TURNED = np.abs(np.linspace(-0.3, 0.7, 1000)) + 0.5
"""A dev cost that is lowest after three tenths of the iterations."""


@pytest.mark.parametrize(
    ("dev_cost", "dev_error", "expected"),
    [
        (TURNED, np.full(1000, 0.3), "overfitting"),
        (TURNED, np.linspace(0.4, 0.3, 1000), "told"),  # dearer, and right more often
        (TURNED[::-1], np.full(1000, 0.3), "told"),  # it turned a moment ago: neither more time nor less
        (np.full(1000, 0.7), np.full(1000, 0.3), "told"),
        (FALLING, np.full(1000, 0.3), "converging"),
        (0.9 + 0.1 * FALLING, np.full(1000, 0.3), "told"),  # by a tenth of what J falls: the rest is memory
        (np.full(1000, np.nan), np.full(1000, np.nan), "converging"),
        (0.01 * TURNED + 0.69, np.full(1000, 0.3), "told"),  # by a hundredth
    ],
)
def test_where_dev_turned_no_more_time_is_asked_for(dev_cost: Any, dev_error: Any, expected: str) -> None:
    dev = {"measured": np.arange(1000.0), "dev_cost": dev_cost, "dev_error": dev_error}
    assert state(course(cost=FALLING, **dev)) == expected


def test_a_dev_set_of_a_few_examples_turns_by_chance() -> None:
    """Of runs with 2 to 10 dev examples that were told to overfit, four of five were worse on test once stopped.

    Of 30 one that is wrong ever more surely may raise the cost by a third.
    """
    dev = {"measured": np.arange(1000.0), "dev_cost": TURNED, "dev_error": np.full(1000, 0.3)}
    stops = edit(BASE, {"early_stopping.monitor": "dev_cost"})
    for examples, expected in ((29, ["told", "told"]), (30, ["overfitting", "stopped"])):
        seen = course(cost=FALLING, stopped_early=True, examples=Parts(train=600, dev=examples), **dev)
        assert [state(seen), state(seen, stops)] == expected
        offered = [one.edits for one in diagnose(Parts(train=0.4, dev=0.4), Parts(), stops, seen).actions]
        assert any("early_stopping.patience" in edits for edits in offered) == (examples < 30)


@pytest.mark.parametrize(("examples", "expected"), [(30, "told"), (60, "overfitting")])
def test_a_rise_that_one_dev_example_could_make_is_no_overfitting(examples: int, expected: str) -> None:
    """By a fifth. Of sound runs with 30 dev examples one in 70 was told so, and of six such dev costs endless examples
    saw none rise by a tenth."""
    cost = 0.4 * np.abs(np.linspace(-0.3, 0.7, 1000)) + 1.4
    dev = {"measured": np.arange(1000.0), "dev_cost": cost, "dev_error": np.full(1000, 0.3)}
    assert state(course(cost=FALLING, examples=Parts(train=600, dev=examples), **dev)) == expected


def test_what_is_done_against_overfitting_lowers_the_dev_error_whatever_the_seed() -> None:
    """Classes that overlap, a base error believed to be 0, and many dev examples, so that none moves their cost."""
    noisy = {"data.source": "moons", "data.noise": "0.5", "diagnosis.base_error": "0", "network.hidden": "16"}
    noisy |= {"data.examples": "400", "split.train": "0.2", "split.dev": "0.6"}
    long = {"optimization.iterations": "2000", "optimization.learning_rate": "0.3"}
    named = lower = 0
    for seed in range(8):
        run = judged(BASE, {**noisy, **long, "seed": str(seed)})
        if run.diagnosis.state != "overfitting":
            continue
        assert run.diagnosis.actions[0].label == "early stopping on dev cost"
        named += 1
        child = judged(run.experiment, run.diagnosis.actions[0].edits, run.line)
        assert run.error.dev is not None and child.error.dev is not None
        lower += child.error.dev < run.error.dev
        assert child.diagnosis.state not in ("overfitting", "converging"), child.diagnosis.sentence
    assert named >= 3 and lower >= 0.8 * named


def test_a_j_that_falls_by_its_penalty_alone_needs_no_more_time() -> None:
    falling, stuck = np.linspace(0.9, 0.7, 1000), np.full(1000, 0.69)
    assert state(course(cost=falling, data=stuck)) == "told"
    assert state(course(cost=falling, data=falling - 0.1)) == "converging"


def test_between_steps_that_were_too_small_and_too_large_are_others() -> None:
    large, was = {"optimization.learning_rate": "1"}, {"optimization.learning_rate": 0.1}
    jumps = course(cost=0.7 + 0.3 * (-1.0) ** np.arange(1000))
    for steps, first in (((), "learning rate 0.1"), ((step(large, was, better=False),), "learning rate 0.3")):
        found = diagnose(Parts(train=0.4, dev=0.4), Parts(), edit(BASE, large), replace(jumps, steps=steps))
        assert found.state == "overshooting" and found.actions[0].label == first


def test_what_only_the_training_set_sees_fall_is_no_small_step() -> None:
    """J falls steadily; the dev cost, at a third of its first pace."""
    resting = {"measured": np.arange(1000.0), "dev_error": np.full(1000, 0.3)}
    falls, rests = np.linspace(0.8, 0.6, 1000), np.interp(np.arange(1000), [0, 500, 999], [0.73, 0.63, 0.6])
    for dev_cost, small in ((falls, True), (rests, False)):
        told = diagnose(Parts(train=0.4, dev=0.4), Parts(), BASE, course(cost=falls, dev_cost=dev_cost, **resting))
        assert told.state == "converging" and ("the steps are too small" in told.sentence) == small


@pytest.mark.parametrize(
    ("begins", "ends", "edits", "expected"),
    [
        (0.75, 1.04, {}, "overshooting"),
        (9.0, 1.04, {}, "overshooting"),
        (1.04, 1.04, {}, "told"),  # it never moved
        (0.75, 0.75, {}, "told"),
        (9.0, 1.04, {"optimization.class_weights": "balanced"}, "told"),
    ],
)
def test_who_comes_to_rest_above_the_cost_of_knowing_nothing_overshot(
    begins: float, ends: float, edits: dict[str, str], expected: str
) -> None:
    """Of two equal classes that is log 2. Sigmoids that a first large step saturated stay so, dead without being 0."""
    cost = np.array([begins, *np.full(999, ends)])
    seen = course(cost=cost, labels=Parts(train=(300, 300)))
    found = diagnose(Parts(train=0.5, dev=0.5), Parts(train=600, dev=2000), edit(BASE, edits), seen)
    assert found.state == expected
    if expected == "overshooting":
        assert "J rests at 1.04, and who knows only the shares of the classes has 0.693" in found.sentence


def test_who_begins_above_the_cost_of_knowing_nothing_and_hardly_moved_did_not_overshoot() -> None:
    """Batches make J jump, and a penalty is part of it; the dev cost says that α was too small to move anything."""
    batches = 1.5 + 0.4 * np.random.default_rng(1).standard_normal(1000)
    small, dev = edit(BASE, {"optimization.batch_size": "8"}), {"measured": np.arange(1000.0)}
    for begins, expected in ((1.55, "told"), (0.8, "overshooting"), (4.0, "overshooting")):
        dev_cost = np.array([begins, *np.full(999, 1.5)])
        seen = course(cost=batches, labels=Parts(train=(300, 300)), dev_cost=dev_cost, dev_error=dev_cost, **dev)
        assert state(seen, small) == expected
    penalized = course(cost=np.full(1000, 2.5), data=np.full(1000, 1.5), labels=Parts(train=(300, 300)))
    assert state(penalized) == "told"


def test_noise_of_mini_batches_and_masks_is_no_overshooting() -> None:
    noisy = 0.7 + 0.2 * np.random.default_rng(0).standard_normal(1000)
    for edits in ({"optimization.batch_size": "8"}, {"dropout.keep_prob": "0.5"}):
        assert state(course(cost=noisy), edit(BASE, edits)) == "told"


def test_after_early_stopping_no_more_iterations_but_patience() -> None:
    stopping = edit(BASE, {"early_stopping.monitor": "dev_cost", "early_stopping.patience": "50"})
    falls = np.linspace(0.8, 0.6, 1000)
    for cost in (falls, np.full(1000, 0.7)):
        ended = course(made=300, stopped_early=True, cost=cost)
        actions = diagnose(Parts(train=0.4, dev=0.4), Parts(train=60, dev=60), stopping, ended).actions
        labels = [action.label for action in actions]
        assert "patience 200" in labels and "no early stopping" in labels
        assert not any("iterations" in label for label in labels)


@pytest.mark.parametrize("monitor", ["dev_cost", "dev_error"])
def test_where_early_stopping_saw_dev_turn_neither_time_nor_size_is_asked_for(monitor: str) -> None:
    stopping = edit(BASE, {"early_stopping.monitor": monitor})
    dev = {"measured": np.arange(1000.0), "dev_cost": TURNED, "dev_error": np.full(1000, 0.3)}
    ended = course(made=300, stopped_early=True, cost=FALLING, examples=Parts(train=600), **dev)
    found = diagnose(Parts(train=0.4, dev=0.4), Parts(train=600, dev=2000), stopping, ended)
    assert found.state == "stopped" and "after iteration 300" in found.sentence
    assert [one.label for one in found.actions][:2] == ["600 examples", "L2 with λ = 6"]
    assert not any(word in one.label for one in found.actions for word in ("patience", "early", "iterations", "hidden"))


RISES = np.concatenate([[0.9, 0.7], np.linspace(0.61, 0.7, 14)])
"""A dev cost whose steep first fall ends after two looks, and too few looks for stretches of them."""


RESTING = 0.46 + np.exp(-np.arange(32.0) / 3) / 2
"""A dev cost that falls steeply and then by ever less, which each look takes for better."""


@pytest.mark.parametrize(
    ("dev_cost", "dev_error", "expected", "patience"),
    [
        (RISES, np.full(16, 0.3), "stopped", False),
        (np.repeat(RISES, 4), np.full(64, 0.3), "stopped", False),
        (
            RISES,
            np.linspace(0.4, 0.3, 16),
            "stopped",
            False,
        ),  # right more often: the weights kept are others all the same
        (np.full(16, 0.7), np.full(16, 0.3), "told", False),  # it came to rest
        (RESTING, np.full(32, 0.3), "told", False),  # and was lower by a hair at the last looks but two
        (np.linspace(0.8, 0.7, 16), np.repeat([0.31, 0.3], [2, 14]), "told", True),  # the error rests on a stair
        (np.linspace(0.8, 0.7, 16), np.full(16, 0.3), "told", True),  # by less than counts as better
        (RISES[:6], np.full(6, 0.3), "told", True),  # ended after a look or two
        (np.array([0.98, 0.64, 0.84, 0.9]), np.full(4, 0.3), "told", False),  # which rose far
        (np.full(16, np.nan), np.full(16, 0.3), "told", True),
    ],
)
def test_more_patience_is_no_action_where_early_stopping_saw_nothing_better(
    dev_cost: Any, dev_error: Any, expected: str, patience: bool
) -> None:
    stopping = edit(BASE, {"early_stopping.monitor": "dev_cost", "early_stopping.patience": "200"})
    dev = {"measured": 10.0 * np.arange(len(dev_cost)), "dev_cost": dev_cost, "dev_error": dev_error}
    ended = course(made=300, stopped_early=True, **dev)
    found = diagnose(Parts(train=0.4, dev=0.4), Parts(train=600, dev=2000), stopping, ended)
    assert found.state == expected, found.sentence
    assert ("patience 800" in [one.label for one in found.actions]) == patience


def test_after_overfitting_and_early_stopping_no_patience_is_offered_whatever_the_seed() -> None:
    """Classes that overlap, a base error believed to be 0, and 16 looks at dev, of which the first sees it best."""
    noisy = {"data.source": "moons", "data.noise": "0.6", "data.examples": "400", "diagnosis.base_error": "0"}
    fast = {"optimization.optimizer": "adam", "optimization.learning_rate": "0.02", "optimization.batch_size": "32"}
    stopped = 0
    for seed in range(6):
        long = {"network.hidden": "32, 16", "optimization.iterations": "3000", "seed": str(seed)}
        run = judged(BASE, noisy | fast | long)
        child = judged(
            run.experiment, {"early_stopping.monitor": "dev_cost", "early_stopping.patience": "200"}, run.line
        )
        stopped += child.diagnosis.state == "stopped"
        assert not any("patience" in one.label for one in child.diagnosis.actions), child.diagnosis.sentence
    assert stopped >= 5


def test_what_is_left_where_dev_turned_in_time_may_be_noise_and_that_is_said() -> None:
    """Of own data, whose base error nobody knows; and after all that could be done has been tried."""
    own = edit(
        BASE,
        {"data.source": "own.csv", "data.examples": "all", "early_stopping.monitor": "dev_cost", "network.hidden": ""},
    )
    dev = {"measured": np.arange(1000.0), "dev_cost": TURNED, "dev_error": np.full(1000, 0.3)}
    steps = [
        Step(changed={"regularization.lambd": (old, new), "augmentation.copies": (0, 2)}, better=False, helped=False)
        for old, new in ((1.0, 3.0), (0.0, 1.0))
    ]
    more = edit(own, {"regularization.kind": "l2", "regularization.lambd": "3", "augmentation.copies": "2"})
    for experiment, line in ((own, ()), (more, tuple(steps))):
        ended = course(made=300, stopped_early=True, cost=FALLING, examples=Parts(train=600), steps=line, **dev)
        found = diagnose(Parts(train=0.4, dev=0.4), Parts(train=600, dev=2000), experiment, ended)
        assert found.state == "stopped" and "The base error of 0 is assumed" in found.sentence
        assert ("What was tried against it did not help" in found.sentence) == bool(line)
        assert not any("hidden layers" in one.label for one in found.actions), "more of it would be learned by heart"
    known = edit(own, {"diagnosis.base_error": "0"})
    ended = course(made=300, stopped_early=True, cost=FALLING, examples=Parts(train=600), **dev)
    assert "assumed" not in diagnose(Parts(train=0.4, dev=0.4), Parts(train=600, dev=2000), known, ended).sentence


def test_a_run_that_was_stopped_in_time_is_never_said_to_need_more_time() -> None:
    """Twenty looks at dev and few more, of which the first half sees it fall; the base error is believed to be 0."""
    noisy = {"data.source": "moons", "data.noise": "0.6", "data.examples": "400", "diagnosis.base_error": "0"}
    split = {"split.train": "0.3", "split.dev": "0.7", "split.test": "0", "network.hidden": "64"}
    stopping = {"early_stopping.monitor": "dev_cost", "early_stopping.patience": "200"}
    adam = {"optimization.optimizer": "adam", "optimization.learning_rate": "0.02", "optimization.iterations": "2000"}
    runs = [judged(BASE, {**noisy, **split, **stopping, **adam, "seed": str(seed)}) for seed in range(4)]
    assert all(20 <= len(run.course.measured) < 40 for run in runs)
    assert [run.diagnosis.state for run in runs] == 4 * ["stopped"]


def test_a_run_that_was_ended_while_j_fell_can_go_on() -> None:
    """Stopped at 2 % of three million: no "too early" for ever, and no longer training of what was not trained."""
    long = edit(BASE, {"optimization.iterations": "3000000"})
    ended = course(made=60_000, cost=np.linspace(0.8, 0.6, 1000))
    diagnosis = diagnose(Parts(train=0.4, dev=0.4), Parts(train=60, dev=60), long, ended)
    assert diagnosis.state == "converging" and "60,000 of 3,000,000 iterations and can go on" in diagnosis.sentence
    assert not any("iterations" in action.label for action in diagnosis.actions)
    flat = diagnose(Parts(train=0.4, dev=0.4), Parts(train=60, dev=60), long, course(made=60_000))
    assert flat.sentence.startswith("Ended after 60,000 of 3,000,000 iterations. High bias")
    assert not any("iterations" in action.label for action in flat.actions)


def test_where_j_falls_at_its_first_pace_larger_steps_come_first_and_help_whatever_the_seed() -> None:
    """A preset whose α is too small by far, and a plateau that a J may have behind it."""
    small = Presets(Path("nowhere")).open("preflight").experiment
    for experiment in (small, edit(BASE, {"data.source": "xor", "optimization.learning_rate": "0.01"})):
        for seed in range(4):
            run = judged(experiment, {"seed": str(seed)})
            rate = 10 * experiment.optimization.learning_rate
            assert "the steps are too small" in run.diagnosis.sentence
            assert next(one.label for one in run.diagnosis.actions) == f"learning rate {rate:g}"
            child = judged(run.experiment, run.diagnosis.actions[0].edits, run.line)
            assert child.cost < 0.7 * run.cost and (child.error.train or 0) < (run.error.train or 0)


def test_a_run_that_goes_on_may_just_be_waited_for() -> None:
    going = course(made=500, going=True, cost=np.linspace(0.8, 0.6, 1000))
    assert "wait" in diagnose(Parts(train=0.4, dev=0.4), Parts(train=60, dev=60), BASE, going).sentence


@pytest.mark.parametrize(
    ("before", "second", "told", "label"),
    [
        (
            0.0,
            9.0,
            ", not from the start; large steps may have killed them: J rose from 0.7 to 9.",
            "normalize the inputs",
        ),
        (
            0.0,
            0.2,
            ", not from the start; large steps may have killed them: J rose from 0.2 to 0.7.",
            "normalize the inputs",
        ),
        (0.0, 0.72, ", not from the start; but J did not rise, so", "hidden layers [20, 16] with He initialization"),
        (0.5, 9.0, ", from the start.", "hidden layers [20, 16] with He initialization"),
    ],
)
def test_units_are_killed_by_large_steps_only_where_j_rose_and_they_did_not_begin_dead(
    before: float, second: float, told: str, label: str
) -> None:
    raw = edit(BASE, {"inputs.normalize": "false", "initialization.scheme": "random", "network.hidden": "10, 2"})
    cost = np.array([0.7, second, *np.full(98, 0.7)])
    ends = {"first": layers(dead=[0, before, np.nan]), "last": layers(dead=[0, 1, np.nan])}
    found = diagnose(Parts(train=0.4, dev=0.4), Parts(), raw, course(cost=cost, iteration=np.arange(100.0), **ends))
    assert found.state == "dead" and f"2 of 2 in layer 2 are 0 for every example{told}" in found.sentence
    assert found.actions[0].label == label


@pytest.mark.parametrize(("norm", "killed"), [(9.0, True), (0.1, False)])
def test_a_first_step_that_goes_far_kills_without_a_rise_of_j(norm: float, killed: bool) -> None:
    """By 90 % of the weights, which is far unless they are next to nothing."""
    first, last = layers(update_ratio=[0.9, 0.1, 0.1], weight_norm=3 * [norm]), layers(dead=[0, 1, np.nan])
    found = diagnose(Parts(train=0.4, dev=0.4), Parts(), BASE, course(first=first, last=last))
    assert ("killed them: the first moved the weights of layer 1 by 90 %" in found.sentence) == killed
    assert (found.actions[0].label == "learning rate 0.01") == killed


@pytest.mark.parametrize(("units", "dead", "expected"), [(2, 0.5, "dead"), (8, 0.5, "told"), (8, 0.625, "dead")])
def test_where_enough_units_are_left_the_dead_ones_hinder_nothing(units: int, dead: float, expected: str) -> None:
    some = course(last=layers(dead=[0, dead, np.nan]))
    assert state(some, edit(BASE, {"network.hidden": f"16, {units}"})) == expected


@pytest.mark.parametrize("seed", [25, 35])
def test_of_two_units_one_that_dies_of_its_own_hinders_nothing_and_more_units_are_what_helps(seed: int) -> None:
    run = judged(BASE, {"network.hidden": "2", "optimization.iterations": "2500", "seed": str(seed)})
    assert run.course.last is not None and run.course.last.dead[0] == 0.5
    assert run.diagnosis.sentence.startswith("High bias")
    child = judged(run.experiment, run.diagnosis.actions[0].edits)
    assert child.cost < run.cost / 2
    alive = judged(run.experiment, {"network.activation": "leaky_relu"})
    assert alive.cost > 0.99 * run.cost, "units that cannot die come no further"


@pytest.mark.parametrize(
    ("hidden", "dead", "expected"),
    [
        ("2", [0.5], "told"),
        ("2", [1.0], "dead"),
        ("3", [2 / 3], "told"),
        ("4", [0.75], "dead"),
        ("16, 2", [0, 0.5], "dead"),
    ],
)
def test_a_unit_that_is_left_over_or_stands_deeper_is_another_matter(
    hidden: str, dead: list[float], expected: str
) -> None:
    report = {name: np.ones(len(dead) + 1) for name in Layers.__struct_fields__}
    first = Layers(**{**report, "dead": np.append(np.zeros(len(dead)), np.nan), "alike": np.zeros(len(dead) + 1)})
    last = replace(first, dead=np.append(dead, np.nan))
    assert (
        state(
            course(first=replace(first, update_ratio=np.full(len(dead) + 1, 0.01)), last=last),
            edit(BASE, {"network.hidden": hidden}),
        )
        == expected
    )


def test_units_that_a_strong_penalty_shrank_are_its_matter_wherever_they_began() -> None:
    shrunk = layers(dead=[0, 0.6, np.nan], weight_norm=[0.01, 0.01, 0.01])
    begun = course(first=layers(dead=[0, 0.6, np.nan]), last=shrunk, examples=Parts(train=90))
    for lambd, expected in (("60", "told"), ("1", "dead")):
        penalized = edit(BASE, {"regularization.kind": "l2", "regularization.lambd": lambd})
        assert state(begun, penalized) == expected


def test_weights_that_a_penalty_made_small_are_no_death_by_large_steps() -> None:
    shrunk = course(last=layers(dead=[1, 1, np.nan], weight_norm=[0.01, 0.01, 0.01]))
    penalized = edit(BASE, {"regularization.kind": "l2", "regularization.lambd": "9"})
    assert (state(shrunk, penalized), state(shrunk)) == ("told", "dead"), "without a penalty steps alone can do that"


@pytest.mark.parametrize(
    ("edits", "before", "going_back"),
    [
        ({"regularization.kind": "l2", "regularization.lambd": "9"}, {"regularization.lambd": 3.0}, "λ = 0.9"),
        ({"dropout.keep_prob": "0.5"}, {"dropout.keep_prob": 1.0}, "no dropout"),
        ({"early_stopping.monitor": "dev_cost"}, {"early_stopping.monitor": "off"}, "no early stopping"),
        ({"network.hidden": "5, 2"}, {"network.hidden": (10, 5)}, "hidden layers [10, 4]"),
    ],
)
def test_what_made_a_child_better_is_not_undone(edits: dict[str, str], before: dict[str, Any], going_back: str) -> None:
    labels = child_actions(edits), child_actions(edits, steps=[step(edits, before, better=True)])
    assert going_back in labels[0] and [label for label in labels[0] if label != going_back] == labels[1]


@pytest.mark.parametrize(
    ("edits", "before", "going_on"),
    [
        ({"regularization.kind": "l2", "regularization.lambd": "9"}, {"regularization.lambd": 90.0}, "λ = 0.9"),
        ({"network.hidden": "20, 10"}, {"network.hidden": (10, 5)}, "hidden layers [40, 20]"),
        ({"optimization.iterations": "800"}, {"optimization.iterations": 400}, "train to 1,600 iterations"),
    ],
)
def test_more_of_what_made_a_child_no_better_is_not_offered(
    edits: dict[str, str], before: dict[str, Any], going_on: str
) -> None:
    labels = child_actions(edits), child_actions(edits, steps=[step(edits, before, better=False)])
    assert going_on in labels[0] and [label for label in labels[0] if label != going_on] == labels[1]
    helped = child_actions(edits, steps=[step(edits, before, better=True)])
    assert helped == labels[0], "where it helped, more of it may help, too"


def test_no_action_undoes_what_made_an_ancestor_better_or_leads_back_to_one() -> None:
    penalty, wider = {"regularization.kind": "l2", "regularization.lambd": "9"}, {"network.hidden": "20, 10"}
    edits = {**penalty, **wider, "early_stopping.monitor": "dev_cost"}
    grew = step(wider, {"network.hidden": (10, 5)}, better=False)
    stopping = step(edits, {"early_stopping.monitor": "off"}, better=False)
    stopped, penalized = replace(stopping, better=True), step(penalty, {"regularization.lambd": 1.0}, better=True)
    free = child_actions(edits)
    assert {"λ = 0.9", "no early stopping"} < set(free)
    after = child_actions(edits, steps=[grew, stopped, penalized])
    assert set(free) - set(after) == {"λ = 0.9", "no early stopping", "hidden layers [40, 20]"}
    less = step(edits, {"regularization.lambd": 90.0}, better=False)
    again = child_actions(edits, steps=[grew, less, penalized])
    assert "λ = 0.9" not in again, "what lies beyond a change that helped undoes it, whatever came after it"
    assert "no early stopping" not in child_actions(edits, steps=[stopping]), "that one has been trained"
    assert "no early stopping" in child_actions(edits, steps=[grew, stopping]), "not with these layers"


def test_where_all_that_is_left_was_tried_in_vain_it_says_so() -> None:
    """Of a high bias whose cures are a bigger network and more time."""
    longer = step({"optimization.iterations": "400"}, {"optimization.iterations": 200}, better=False)
    grew = step({}, {"network.hidden": (5, 2)}, better=False)
    both, one = (diagnose(Parts(train=0.4, dev=0.4), Parts(), BASE, course(steps=s)) for s in ([grew, longer], [grew]))
    assert both.sentence.endswith("columns that are not there.") and not both.actions
    assert "columns" not in one.sentence and one.actions


@pytest.mark.parametrize(
    ("before", "after", "better", "helped"),
    [
        ((0.10, 0.158), (0.12, 0.153), True, False),  # by a hair, and train was no aim of it
        ((0.10, 0.158), (0.12, 0.140), True, True),
        ((0.10, 0.158), (0.05, 0.158), False, True),  # a bigger network that learned more
        ((0.10, 0.158), (0.10, 0.158), False, False),
        ((np.inf, np.inf), (0.10, 0.158), True, True),
        ((0.10, 0.158), (np.inf, np.inf), False, False),
        ((np.inf, np.inf), (np.inf, np.inf), False, False),
        ((0.0, 0.0), (0.0, 0.0), False, False),
        ((None, 0.2), (0.1, 0.1), True, True),
    ],
)
def test_a_change_helped_that_made_an_error_lower_by_more_than_a_hair(
    before: tuple[float | None, float], after: tuple[float, float], better: bool, helped: bool
) -> None:
    found = led({}, Reached(*before), Reached(*after))
    assert (found.better, found.helped) == (better, helped)


def test_more_time_that_took_the_cost_down_helped_though_no_error_shows_it_yet() -> None:
    """Of a J that falls still; where the cost stood, too, more of it is not offered."""
    falls, longer = course(cost=np.linspace(0.8, 0.6, 1000)), {"optimization.iterations": (200, 400)}
    for cost, more in ((0.5, True), (0.59, False)):
        steps = (led(longer, Reached(0.4, 0.4, 0.6), Reached(0.4, 0.4, cost)),)
        found = diagnose(Parts(train=0.4, dev=0.4), Parts(), BASE, replace(falls, steps=steps))
        labels = [one.label for one in found.actions]
        assert ("train to 1,000 iterations" in labels) == more and labels[0] == "learning rate 1"


def test_where_time_was_given_and_not_enough_larger_steps_come_first() -> None:
    slows = course(cost=0.6 + 0.15 * np.exp(-np.arange(1000) / 500))
    longer = led({"optimization.iterations": (200, 400)}, Reached(0.4, 0.4, 0.6), Reached(0.4, 0.4, 0.5))
    for steps, first in (((), "train to 1,000 iterations"), ((longer,), "learning rate 0.3")):
        found = diagnose(Parts(train=0.4, dev=0.4), Parts(), BASE, replace(slows, steps=steps))
        assert found.state == "converging" and found.actions[0].label == first


def test_iterations_that_early_stopping_left_unused_were_no_time() -> None:
    slows = course(cost=0.6 + 0.15 * np.exp(-np.arange(1000) / 500), stopped_early=True, made=300)
    longer = led({"optimization.iterations": (200, 400)}, Reached(0.4, 0.4, 0.6), Reached(0.4, 0.4, 0.5))
    stops = edit(BASE, {"early_stopping.monitor": "dev_error"})
    found = diagnose(Parts(train=0.4, dev=0.4), Parts(), stops, replace(slows, steps=(longer,)))
    assert found.state == "converging" and found.actions[0].label == "no early stopping"


def test_less_of_a_step_that_helped_is_no_way_back() -> None:
    """Ten times the α made dev better, and J jump; a third of it is neither what there was nor near it."""
    jumps, large = course(cost=0.7 + 0.3 * (-1.0) ** np.arange(1000)), {"optimization.learning_rate": "1"}
    grew = step(large, {"optimization.learning_rate": 0.1}, better=True)
    found = diagnose(Parts(train=0.4, dev=0.4), Parts(), edit(BASE, large), replace(jumps, steps=(grew,)))
    assert [one.label for one in found.actions] == ["learning rate 0.3"]


def test_a_penalty_that_has_not_acted_yet_may_be_made_stronger() -> None:
    """It comes last; one that raised the train error and not lowered that of dev is of no use."""
    penalty = edit(Experiment(), {"regularization.kind": "l2", "regularization.lambd": "1"})
    sizes, before = Parts(train=150, dev=50), Reached(0.0, 0.32)
    for train, last in ((0.0, "λ = 3"), (0.1, "hidden layers [8]")):
        steps = (led({"regularization.lambd": (0.1, 1.0)}, before, Reached(train, 0.32)),)
        found = diagnose(Parts(train=0.0, dev=0.32), sizes, penalty, course(steps=steps))
        assert found.actions[-1].label == last and "λ = 3" not in [one.label for one in found.actions[:-1]]


def test_copies_are_not_doubled_again_where_twice_as_many_gained_nothing() -> None:
    """Of images, dev noisier than train."""
    four = edit(Experiment(), {"data.source": "digits", "augmentation.copies": "4", "augmentation.noise": "1"})
    found = {}
    for dev in (0.178, 0.14):
        steps = [led({"augmentation.copies": (2, 4)}, Reached(0.05, 0.18), Reached(0.06, dev))]
        known = Course(shift=Shift(noise=1.0, images=True), steps=tuple(steps))
        errors, sizes = Parts(train=0.0, train_dev=0.01, dev=dev), Parts(train=1000, train_dev=500, dev=1000)
        found[dev] = [one.label for one in diagnose(errors, sizes, four, known).actions]
    assert (
        "augmentation, 8 copies with noise 1" in found[0.14]
        and "augmentation, 8 copies with noise 1" not in found[0.178]
    )
    assert "examples as those of dev in train" in found[0.178]


def step(edits: dict[str, str], before: dict[str, Any], better: bool) -> Step:
    """That to the child with these edits, from what had these values."""
    child = edit(BASE, {"network.activation": "sigmoid", **edits})
    changed = {path: (old, get(child, path)) for path, old in before.items()}
    return Step(changed=changed, better=better, helped=better)


def child_actions(edits: dict[str, str], **more: Any) -> list[str]:
    child = edit(BASE, {"network.activation": "sigmoid", **edits})
    actions = diagnose(Parts(train=0.4, dev=0.4), Parts(), child, course(**more)).actions
    return [action.label for action in actions]


def test_copies_that_are_harder_than_dev_are_no_reason_to_train_longer_where_dev_is_near_the_base() -> None:
    copies = edit(Experiment(), {"data.source": "digits", "augmentation.copies": "2", "augmentation.noise": "0.5"})
    errors, sizes = Parts(train=0.1, dev=0.015), Parts(train=3000, dev=360)
    falls = course(cost=np.linspace(0.8, 0.6, 1000))
    found = diagnose(errors, sizes, copies, falls)
    assert (found.state, found.actions, found.high_bias) == ("told", (), False)
    assert found.sentence.startswith(
        "Low bias and low variance: dev is near the base error, train above it by its chan"
    )
    assert diagnose(errors, sizes, edit(copies, {"augmentation.copies": "0"}), falls).state == "converging"
    still = diagnose(Parts(train=0.3, dev=0.2), sizes, copies, course())
    assert still.actions[0].label == "no changed copies"
    harder = diagnose(Parts(train=0.3, dev=0.2), sizes, copies, falls)
    assert harder.state == "converging", "what is unseen is far above the base, too"
    assert (
        "The changed copies are harder than dev"
        in diagnose(Parts(train=0.3, dev=0.2), sizes, copies, course()).sentence
    )
