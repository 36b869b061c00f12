"""Every action of the recipe is an edit that can be applied, whatever the experiment."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.data import Prepared
from tuilab.events import FeatureShift, Parts, Shift
from tuilab.experiment import GENERATED, SHIPPED, Experiment, convert, differences, edit
from tuilab.nn import PENALTIES
from tuilab.training import Action, build, diagnose, diagnose_divergence
from tuilab.training.recipe import against_divergence, against_mismatch, recipe

ACTIVATIONS = ["relu", "leaky_relu", "tanh", "sigmoid", "linear"]


def up_to(most: float) -> st.SearchStrategy[float]:
    """Numbers in the field's bounds, those bounds among them."""
    return st.sampled_from([5e-324, 1e-300, most]) | st.floats(0, most, exclude_min=True)


@st.composite
def experiments(draw: st.DrawFn, most_units: int = 100_000) -> Experiment:
    hidden = draw(st.lists(st.integers(1, most_units) | st.just(most_units), max_size=4))
    layers, kept = len(hidden), up_to(1.0)
    name = st.sampled_from(ACTIVATIONS)
    table: dict[str, Any] = {
        "data": {
            "source": draw(st.sampled_from(GENERATED + SHIPPED)),
            "examples": draw(st.just("all") | st.integers(50, 569)),
        },
        "augmentation": {"copies": draw(st.integers(0, 100))},
        "inputs": {"normalize": draw(st.booleans())},
        "network": {
            "hidden": hidden,
            "activation": draw(name | st.lists(name, min_size=layers, max_size=layers)),
        },
        "initialization": {
            "scheme": draw(st.sampled_from(["zeros", "random", "he", "identity"])),
            "gain": draw(st.just(0.0) | up_to(1e6)),
        },
        "regularization": {
            "kind": draw(st.sampled_from(sorted(PENALTIES))),
            "lambd": draw(st.just(0.0) | up_to(1e9)),
        },
        "dropout": {"keep_prob": draw(kept | st.lists(kept, min_size=layers + 1, max_size=layers + 1))},
        "optimization": {
            "iterations": draw(st.integers(1, 10**9)),
            "learning_rate": draw(up_to(1e6)),
        },
        "early_stopping": {"monitor": draw(st.sampled_from(["off", "dev_cost", "dev_error"]))},
    }
    return convert(table)


SHIFT = Shift(noise=0.7, images=True, features=(FeatureShift(name="age", train=(3.1, 1), dev=(0.2, 1)),))


def test_against_a_mismatch_comes_what_the_data_show_of_it() -> None:
    first, noisier, turned, last = against_mismatch(Experiment(), SHIFT)
    assert (first.label, first.why) == (
        "see to age",
        "mean of age is 0.2 in dev, 3.1 in train: another unit, or other rows?",
    )
    assert noisier.edits == {"augmentation.copies": "2", "augmentation.noise": "0.7"}
    assert "turned by up to 15°, scaled by up to 10 %" in turned.label and not first.edits and not last.edits
    again = against_mismatch(edit(Experiment(), turned.edits | noisier.edits), SHIFT)
    assert again[1].edits == {"augmentation.copies": "4", "augmentation.noise": "0.7"}, "dev is not noisier than it is"
    assert again[2].edits["augmentation.rotation"] == "30.0"
    noisy = edit(Experiment(), {"augmentation.copies": "2", "augmentation.noise": "1"})
    assert against_mismatch(noisy)[0].edits == {"augmentation.copies": "2", "augmentation.noise": "2.0"}, "a guess"
    assert [len(one.edits) for one in against_mismatch(Experiment(), Shift(images=True))] == [3, 2, 0]
    unit = Shift(features=SHIFT.features)
    assert [len(one.edits) for one in against_mismatch(Experiment(), unit)] == [0, 0], "which no copies are good for"
    assert [len(one.edits) for one in against_mismatch(Experiment())] == [2, 0]


def test_a_network_of_a_unit_or_two_is_made_more_than_twice_as_big() -> None:
    for hidden, bigger in (("1", "4"), ("3, 2", "12, 8"), ("4", "8"), ("10, 5", "20, 10")):
        first = recipe(edit(Experiment(), {"network.hidden": hidden}), high_bias=True)[0]
        assert first.edits == {"network.hidden": bigger}


def test_where_bias_and_variance_are_high_dropout_of_most_units_is_made_less() -> None:
    for keep, lighter in (("0.2", True), ("1, 0.3", True), ("0.8", False), ("1", False)):
        known = edit(Experiment(), {"network.hidden": "16", "dropout.keep_prob": keep})
        labels = [one.label for one in recipe(known, high_bias=True, high_variance=True)]
        assert (labels[0] == "dropout, keep_prob [1.0, 0.8]") == lighter


def every_action(experiment: Experiment) -> list[Action]:
    """Against every fault, each once: most are told against several of them."""
    faults = [
        (bias, variance, little) for bias in (False, True) for variance in (False, True) for little in (False, True)
    ]
    found = [
        action
        for bias, variance, little in faults
        for action in recipe(experiment, high_bias=bias, high_variance=variance, little_data=little)
    ]
    distinct: list[Action] = []
    for action in (*found, *against_divergence(experiment)):
        if action not in distinct:
            distinct.append(action)
    return distinct


@examples(200)
@given(experiments())
def test_every_action_is_accepted_and_changes_the_experiment(experiment: Experiment) -> None:
    for action in every_action(experiment):
        child = edit(experiment, action.edits)
        assert differences(experiment, child).keys() <= action.edits.keys()
        assert child != experiment
        assert action.label and action.why


@examples(40)
@given(experiments(most_units=20))
def test_what_can_be_trained_can_be_trained_after_every_action(experiment: Experiment) -> None:
    data = Prepared().dataset  # most actions leave the data as they are
    build(experiment, data)
    for action in every_action(experiment):
        build(edit(experiment, action.edits), data)


@examples(100)
@given(experiments(), st.floats(0, 1), st.floats(0, 1))
def test_a_verdict_offers_no_more_actions_than_there_are_keys(experiment: Experiment, train: float, dev: float) -> None:
    diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=60, dev=20), experiment)
    labels = [action.label for action in diagnosis.actions]
    assert len(labels) == len(set(labels)) <= 9


def labels(experiment: Experiment, **faults: bool) -> list[str]:
    return [action.label for action in recipe(experiment, **faults)]


HELD_BACK = edit(
    Experiment(),
    {
        "data.source": "moons",
        "network.hidden": "10, 80",
        "network.activation": "sigmoid",
        "regularization.kind": "l2",
        "regularization.lambd": "4",
        "dropout.keep_prob": "0.5",
        "early_stopping.monitor": "dev_error",
        "optimization.iterations": "1000",
    },
)
FREE = edit(HELD_BACK, {"regularization.kind": "none", "dropout.keep_prob": "1", "early_stopping.monitor": "off"})


def test_against_bias_first_what_holds_the_fit_back_then_a_bigger_network() -> None:
    assert labels(HELD_BACK, high_bias=True) == [
        "λ = 0.4",
        "no dropout",
        "no early stopping",
        "hidden layers [20, 160]",
        "train to 2,000 iterations",
        "ReLU with He initialization",
    ]
    assert labels(FREE, high_bias=True)[0] == "hidden layers [20, 160]"
    zeros = edit(FREE, {"initialization.scheme": "zeros"})
    assert labels(zeros, high_bias=True)[0] == "He initialization"


def test_against_variance_regularization_then_data_then_a_smaller_network() -> None:
    assert labels(FREE, high_variance=True) == [
        "L2 with λ = 1",
        "dropout, keep_prob [1.0, 0.8, 0.5]",
        "1,600 examples",
        "augmentation, 2 noisy copies",
        "early stopping on dev cost",
        "hidden layers [5, 40]",
    ]
    assert labels(HELD_BACK, high_variance=True)[0] == "λ = 12"


@pytest.mark.parametrize(("examples", "lambd"), [(48, "0.4"), (100, "1"), (341, "3"), (12_000, "100")])
def test_a_first_penalty_pulls_as_hard_whatever_m_is(examples: int, lambd: str) -> None:
    first, *_ = recipe(FREE, high_variance=True, examples=Parts(train=examples))
    assert first.label == f"L2 with λ = {lambd}" and float(first.edits["regularization.lambd"]) == float(lambd)


@pytest.mark.parametrize(("lambd", "bends"), [("0.0399", False), ("0.04", True)])
def test_a_penalty_that_bends_nothing_is_as_good_as_none(lambd: str, bends: bool) -> None:
    """λ/m of 0.0001 is the least of which more is asked for."""
    slight = edit(FREE, {"regularization.kind": "l2", "regularization.lambd": lambd})
    first, *_ = recipe(slight, high_variance=True, examples=Parts(train=400))
    assert first.label == ("λ = 0.12" if bends else "L2 with λ = 4")


@pytest.mark.parametrize("kind", ["l1", "l2"])
@pytest.mark.parametrize(("lambd", "frees"), [("1.9", False), ("2", True)])
def test_less_of_a_penalty_that_hardly_pulls_is_no_cure_of_bias(kind: str, lambd: str, frees: bool) -> None:
    weak = edit(FREE, {"regularization.kind": kind, "regularization.lambd": lambd})
    labels = [one.label for one in recipe(weak, high_bias=True, examples=Parts(train=400))]
    assert any(label.startswith("λ") for label in labels) == frees


@pytest.mark.parametrize(
    ("decay", "rate", "batch", "spent"),
    [
        ("inverse", "0.9", "full", True),
        ("inverse", "0.001", "full", False),
        ("inverse", "0.9", "8", True),
        ("inverse", "0.1", "8", False),
        ("exponential", "0.01", "full", True),
        ("none", "0.9", "full", False),
    ],
)
def test_an_alpha_that_decayed_to_nothing_is_what_holds_the_fit_back(
    decay: str, rate: str, batch: str, spent: bool
) -> None:
    """Of 400 examples 2,000 updates are as many epochs, or 40 by batches of 8."""
    decayed = edit(
        FREE,
        {
            "optimization.decay": decay,
            "optimization.decay_rate": rate,
            "optimization.batch_size": batch,
            "optimization.iterations": "2000",
        },
    )
    first, *_ = recipe(decayed, high_bias=True, examples=Parts(train=400))
    assert (first.label == "no decay of α") == spent


def test_against_both_nothing_that_feeds_either() -> None:
    both = labels(HELD_BACK, high_bias=True, high_variance=True)
    assert both[:2] == ["hidden layers [20, 160]", "train to 2,000 iterations"]
    assert not {"λ = 0.4", "no dropout", "no early stopping", "hidden layers [5, 40]"} & set(both)
    assert "λ = 12" in both


@pytest.mark.parametrize(
    ("edits", "first", "lambd"),
    [
        ({}, "hidden layers [20, 160] and L2 with λ = 20", "20.0"),
        ({"network.hidden": "[]"}, "hidden layers [16] and L2 with λ = 20", "20.0"),
        (
            {"regularization.kind": "l2", "regularization.lambd": "0.01"},
            "hidden layers [20, 160] and L2 with λ = 20",
            "20.0",
        ),
        ({"regularization.kind": "l2", "regularization.lambd": "4"}, "hidden layers [20, 160]", None),
    ],
)
def test_against_both_a_network_without_a_penalty_gets_one_as_it_is_made_bigger(
    edits: dict[str, str], first: str, lambd: str | None
) -> None:
    known, parts = edit(FREE, edits), Parts(train=400)
    both, bias = (recipe(known, high_bias=True, high_variance=high, examples=parts) for high in (True, False))
    assert both[0].label == first and both[0].edits.get("regularization.lambd") == lambd
    bigger = next(one for one in bias if "network.hidden" in one.edits)
    assert "regularization.lambd" not in bigger.edits, "of little variance nothing is to be held back"


def test_where_a_strong_penalty_may_be_why_bias_is_high_too_a_weaker_one_comes_first() -> None:
    strong = edit(HELD_BACK, {"regularization.lambd": "20"})
    for train, first in ((180, "λ = 2"), (2_000, "hidden layers [20, 160]")):
        found = recipe(strong, high_bias=True, high_variance=True, examples=Parts(train=train))
        assert found[0].label == first and ("λ = 60" in [one.label for one in found]) == (train == 2_000)


def test_nothing_wrong_needs_nothing_and_little_data_needs_more() -> None:
    assert labels(FREE) == []
    assert labels(FREE, little_data=True) == ["1,600 examples"]
    assert labels(FREE, little_data=True, high_variance=True)[:2] == ["1,600 examples", "L2 with λ = 1"]
    some, all_of_them = (edit(FREE, {"data.source": "digits", "data.examples": count}) for count in ("100", "all"))
    assert recipe(some, little_data=True)[0].edits == {"data.examples": "all"}
    assert labels(all_of_them, little_data=True) == [], "copies of training examples measure nothing"


def test_of_few_iterations_more_are_many() -> None:
    few = edit(FREE, {"optimization.iterations": "20"})
    assert labels(few, high_bias=True)[:2] == ["train to 1,000 iterations", "hidden layers [20, 160]"]
    linear = edit(few, {"network.activation": "linear"})
    assert recipe(linear, high_bias=True)[-2].label == "train to 1,000 iterations"


def test_where_few_of_the_examples_are_learned_from_the_split_comes_first() -> None:
    shares = {"split.train": "0.045", "split.dev": "0.955", "split.test": "0"}
    digits = edit(FREE, {"data.source": "digits", **shares})

    def first(experiment: Experiment, train: int, dev: int) -> str:
        return recipe(experiment, high_variance=True, examples=Parts(train=train, dev=dev))[0].label

    assert first(digits, 81, 1716) == "split 60/20/20 %"
    assert first(edit(digits, {"augmentation.copies": "12"}), 13 * 81, 1716) == "split 60/20/20 %", "copies are no more"
    assert first(digits, 540, 1257) == "L2 with λ = 5", "not twice as many"
    assert first(edit(FREE, shares), 40, 360) == "L2 with λ = 0.4", "of what is generated there is more for the asking"
    apart = {"data.dev_source": "dev.csv", "split.dev": "0", "split.train": "1"}
    assert first(edit(digits, apart), 81, 1716) == "L2 with λ = 0.8"


@pytest.mark.parametrize(("depth", "hidden"), [(3, (2, 2, 2)), (150, (16, 16, 16, 16))])
def test_linear_layers_are_bent_and_not_made_wider(depth: int, hidden: tuple[int, ...]) -> None:
    deep = convert(
        {
            "network": {"hidden": [2] * depth, "activation": ["linear"] * depth},
            "initialization": {"scheme": "identity"},
            "dropout": {"keep_prob": [1.0] * (depth + 1)},
        }
    )
    first, second = recipe(deep, high_bias=True)
    child = edit(deep, first.edits)
    assert first.label.endswith("ReLU with He initialization") and second.label.startswith("train to")
    assert (child.network.hidden, child.initialization.scheme) == (hidden, "he")
    assert child.network.activation == "relu" and len(child.dropout.keep_prob) == len(hidden) + 1


def test_many_layers_alike_are_counted() -> None:
    deep = convert({"network": {"hidden": [8, 8, *[2] * 150]}})
    bigger, *_ = labels(deep, high_bias=True)
    assert bigger == "hidden layers [16, 16, 4×150]"


def test_logistic_regression_becomes_a_network_whatever_its_lists_were() -> None:
    """keep_prob and activation of no hidden layer are lists of one and of none: both have to grow."""
    flat = convert({"network": {"hidden": [], "activation": []}, "dropout": {"keep_prob": [0.9]}})
    [bigger] = [action for action in recipe(flat, high_bias=True) if action.label == "hidden layers [16]"]
    child = edit(flat, bigger.edits)
    assert (child.network.hidden, child.network.activation) == ((16,), "relu")
    assert child.dropout.keep_prob == (0.9, 1.0)


def test_hidden_layers_do_not_begin_at_the_zeros_that_were_fine_without_them() -> None:
    for zero in ({"initialization.scheme": "zeros"}, {"initialization.gain": "0"}):
        flat = edit(Experiment(), {"network.hidden": "[]", **zero})
        child = edit(flat, recipe(flat, high_bias=True)[0].edits)
        assert child.network.hidden and (child.initialization.scheme, child.initialization.gain) == ("he", 1.0)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, ["learning rate 0.01"]),
        ({"inputs.normalize": "false"}, ["normalize the inputs", "learning rate 0.01"]),
        ({"initialization.gain": "10"}, ["learning rate 0.01", "gain 1"]),
        ({"optimization.learning_rate": "5e-324"}, []),
    ],
)
def test_against_divergence(edits: dict[str, str], expected: list[str]) -> None:
    assert [action.label for action in diagnose_divergence(edit(Experiment(), edits)).actions] == expected


def test_of_a_table_of_ones_own_it_is_said_that_rows_help_though_no_key_brings_them() -> None:
    own, told = edit(Experiment(), {"data.source": "people.csv"}), "more rows in the file"
    for experiment, last in ((own, True), (edit(own, {"data.examples": "80"}), False), (Experiment(), False)):
        actions = recipe(experiment, high_variance=True)
        assert [one.label for one in actions if not one.edits] == [told] * last
        assert actions[-1].edits == {} or not last, "the keys before it keep their numbers"
    assert all(one.edits for one in recipe(own, high_bias=True))


def test_a_first_hidden_layer_changes_no_keep_prob_that_is_one() -> None:
    flat = edit(Experiment(), {"network.hidden": ""})
    assert "dropout.keep_prob" not in recipe(flat, high_bias=True)[0].edits
