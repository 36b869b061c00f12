"""What runs are told apart by: names, columns, orders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.told import told
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, get, knobs
from tuilab.lab.apart import differing, order, trait, traits, values

L2 = {"regularization.kind": "l2"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("lambd", "regularization.lambd"),
        ("regularization.lambd", "regularization.lambd"),
        ("as", "columns.as"),
        ("seed", "seed"),
        ("label", "label"),
        ("best_dev", "best_dev_error"),
        ("status", "status"),
    ],
)
def test_a_trait_is_known_by_the_least_of_its_name(name: str, meant: str) -> None:
    assert trait(name).name == meant


def test_every_trait_is_found_by_what_it_is_called() -> None:
    assert all(trait(one.short) is trait(name) is one for name, one in traits().items())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("noise", "may be data.noise or augmentation.noise or diagnosis.noise"),
        ("dev", "may be dev_error or split.dev"),
        ("lambda", "closest are lambd"),
        ("\x1b[2J", "there are name, label"),
        ("__class__", "is nothing that is said of runs"),
        ("about", "is nothing that is said of runs"),
    ],
)
def test_another_name_is_refused(name: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as fault:
        trait(name)
    assert str(fault.value).isprintable()


def test_the_knobs_that_differ_are_found_the_most_telling_first_and_the_seed_last() -> None:
    runs = [
        told(n, L2 | {"seed": str(n), "regularization.lambd": str(n % 3), "dropout.keep_prob": "0.8"}) for n in range(6)
    ]
    runs.append(told(9, L2 | {"seed": "9", "optimization.learning_rate": "0.5"}))
    assert [one.name for one in differing(runs)] == [
        "regularization.lambd",
        "dropout.keep_prob",
        "optimization.learning_rate",
        "seed",
    ]
    assert differing(runs[:1]) == differing([]) == () == differing([told(1), told(2, experiment=None)])


def test_a_knob_has_no_value_where_it_has_no_effect() -> None:
    idle, heeded = told(1, {"regularization.lambd": "3"}), told(2, L2 | {"regularization.lambd": "2"})
    lambd = trait("lambd")
    assert (lambd.of(idle), lambd.of(heeded)) == (None, 2.0)
    assert [lambd.text(run) for run in (idle, heeded)] == ["–", "2.0"]
    assert "regularization.lambd" not in {one.name for one in differing([idle, told(3)])}


EDITS = {
    "seed": ("1", "2"),
    "data.examples": ("all", "40"),
    "network.hidden": ("16", "8, 4", "8"),
    "dropout.keep_prob": ("1.0", "0.5"),
    "inputs.normalize": ("true", "false"),
    "columns.as": ("a = category", ""),
}


@given(st.lists(st.fixed_dictionaries({}, optional={path: st.sampled_from(few) for path, few in EDITS.items()})))
def test_values_are_counted_as_one_by_one(edits: list[dict[str, str]]) -> None:
    experiments = [edit(Experiment(), one) for one in edits]
    assert values(experiments) == {path: len({get(one, path) for one in experiments}) for path in knobs()}


def test_runs_are_put_in_order_and_those_without_a_value_last() -> None:
    runs = [told(1), told(2, dev_error=0.3), told(3, dev_error=0.1), told(4, dev_error=0.3)]
    assert [run.name[-1] for run in order("dev_error")(runs)] == ["3", "2", "4", "1"]
    assert [run.name[-1] for run in order("-dev_error")(runs)] == ["2", "4", "3", "1"]


def test_values_of_any_kind_have_an_order() -> None:
    texts = {
        "data.examples": ("all", "40", "100"),
        "network.hidden": ("16", "8, 4", "8"),
        "dropout.keep_prob": ("0.5", "[0.9, 0.5]"),
    }
    for path, few in texts.items():
        runs = [told(n, {path: text}) for n, text in enumerate(few)]
        assert len(order(path)(runs)) == len(few)
    examples = [told(n, {"data.examples": text}) for n, text in enumerate(("all", "100", "40"))]
    assert [trait("examples").of(run) for run in order("examples")(examples)] == [40, 100, "all"]
