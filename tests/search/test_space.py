"""What a search varies: each text is read as a person means it, or refused with its path and what is allowed."""

from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, alone, convert, edit, parse
from tuilab.search import Search, divided, identity, joined, trials
from tuilab.search.space import dimension

L2 = edit(Experiment(), {"regularization.kind": "l2"})


@pytest.mark.parametrize(
    ("path", "text", "values"),
    [
        ("dropout.keep_prob", "0.5,0.8, 1.0", ("0.5", "0.8", "1.0")),
        ("dropout.keep_prob", "0.5, 0.50, 1", ("0.5", "1")),
        ("network.hidden", "[16],[32,16]", ("[16]", "[32,16]")),
        ("network.hidden", "[], [4×2]", ("[]", "[4×2]")),
        ("optimization.optimizer", "adam, momentum", ("adam", "momentum")),
        ("inputs.normalize", "true,false", ("true", "false")),
        ("regularization.lambd", "log:0.01..100/5", ("0.01", "0.1", "1.0", "10.0", "100.0")),
        ("optimization.batch_size", "16, full", ("16", "full")),
        ("optimization.batch_size", "log: 16 .. 64 / 3", ("16", "32", "64")),
    ],
)
def test_values(path: str, text: str, values: tuple[str, ...]) -> None:
    assert tuple(alone(path, one) for one in dimension(path, text).values) == tuple(alone(path, one) for one in values)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "regularization.lambda",
            "1,2",
            "regularization.lambda: unknown key; closest are regularization.lambd, regularization.kind",
        ),
        ("seed", "1,2", "seed: cannot be varied here: say how many"),
        ("regularization.lambd", "", "regularization.lambd: must be values such as"),
        ("regularization.lambd", "1,,2", "must be values such as"),
        ("regularization.lambd", "1,2,", "must be values such as"),
        ("regularization.lambd", "log:0..1", "must be above 0 where it is log"),
        ("regularization.lambd", "10..1", "from a lower to a higher number"),
        ("regularization.lambd", "-1..1", "must be a number ≥ 0"),
        ("regularization.lambd", "1e999..1", "must be values such as"),
        ("regularization.lambd", "0..1/1", "must be in 2 to"),
        ("dropout.keep_prob", "0.5,1.5", "dropout.keep_prob: must be a number > 0"),
        ("dropout.keep_prob", "0.5..1.5", "dropout.keep_prob: must be a number > 0"),
        ("network.hidden", "[16],[0]", "network.hidden[0]: must be a whole number ≥ 1"),
        ("network.hidden", "[16", "must be values such as"),
        ("optimization.optimizer", "adam..momentum", "has no range"),
        ("optimization.batch_size", "1.5..3", "must be a range of whole numbers, not from or to 1.5"),
    ],
)
def test_what_is_refused(path: str, text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        dimension(path, text)
    assert said in str(refused.value)


def test_of_a_list_that_is_long_each_value_is_made_sense_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a stranger may list tens of thousands, and a look at its sweep asks for them a dozen times."""
    asked = Mock(side_effect=alone)
    monkeypatch.setattr("tuilab.search.space.alone", asked)
    for _ in range(2):
        found = dimension("regularization.lambd", ",".join(["0.25", "0.75"] * 1000))
        assert found.values == ("0.25", "0.75") and asked.call_count == 2


@given(st.floats(0, 1, exclude_max=True), st.sampled_from(["log:1e-3..10", "0..0.001", "5..5.0001", "log:1..1e6"]))
def test_a_range_is_kept_to(unit: float, text: str) -> None:
    one = dimension("regularization.lambd", text)
    value = one.at(unit)
    assert one.low <= float(value) <= one.high
    assert one.place(value) == pytest.approx(unit, abs=2e-3)


def test_the_ends_of_whole_numbers_are_as_likely_as_the_others() -> None:
    one = dimension("network.hidden", "1..4")
    drawn = [one.at((place + 0.5) / 400) for place in range(400)]
    assert {value: drawn.count(value) for value in drawn} == {"1": 100, "2": 100, "3": 100, "4": 100}
    log = dimension("network.hidden", "log:1..100")
    assert {log.at(0.0), log.at(0.9999999)} == {"1", "100"}


def test_a_file_says_both_and_says_what_is_wrong() -> None:
    over = {"regularization.lambd": "log:1e-3..10", "network.hidden": [[16], [32, 16]], "dropout.keep_prob": [0.5, 1]}
    rest, search = divided({"seed": 3, "sweep": {"over": over, "seeds": 2}})
    assert rest == {"seed": 3} and search is not None
    assert divided(joined(rest, search)) == (rest, search)
    assert [one.values for one in search.space[1:]] == [("[16]", "[32, 16]"), ("0.5", "1")]
    for section, said in (
        ({}, "sweep: Object missing required field over"),
        ({"over": {}}, "sweep.over: must be a table of paths"),
        ({"over": over, "sampler": "best"}, "sweep.sampler: must be one of halton, random, grid, tpe"),
        ({"over": over, "trials": 0}, "sweep.trials: must be a whole number ≥ 1"),
        ({"over": over, "runs": 3}, "sweep: Object contains unknown field runs; known here are over, sampler"),
        ({"over": over, "sampler": "grid"}, "regularization.lambd: a grid needs values"),
        ({"over": {"a.b": "1"}}, "a.b: unknown key"),
        (3, "sweep: Expected object, got int"),
    ):
        with pytest.raises(BadInput) as refused:
            divided({"sweep": section})
        assert said in str(refused.value)


def test_a_trial_is_told_by_what_it_is_not_by_its_space() -> None:
    narrow = Search(over={"regularization.lambd": "1,2"}, sampler="grid")
    wide = narrow.changed({"dropout.keep_prob": "1.0,0.8"}, seeds=2)
    few, many = ([one.identity for one in trials(L2, search)] for search in (narrow, wide))
    assert len(few) == 2 and len(set(many)) == len(many) == 8 and set(few) < set(many)
    titled = edit(L2, {"title": "x", "regularization.lambd": "1"})
    assert identity(titled) == few[0]
    assert identity(edit(titled, {"optimization.decay_rate": "0.5"})) == few[0]  # nothing decays
    assert identity(edit(titled, {"seed": "2"})) != few[0]


def test_what_is_turned_in_vain_is_no_other_trial_and_in_every_trial_refused() -> None:
    with pytest.raises(BadInput, match="has no effect"):
        list(trials(Experiment(), Search(over={"regularization.lambd": "1,2"})))
    both = Search(over={"regularization.kind": "none,l2", "regularization.lambd": "1,2"}, sampler="grid")
    assert len(list(trials(Experiment(), both))) == 3


def test_a_point_that_cannot_be_is_named() -> None:
    search = Search(over={"dropout.keep_prob": "[1, 0.5]", "network.hidden": "[8],[8,8]"}, sampler="grid")
    with pytest.raises(BadInput, match=r"dropout.keep_prob: needs 3 values.*\(at .*network.hidden=\[8,8\]\)"):
        list(trials(Experiment(), search))


@pytest.mark.parametrize(
    "text",
    [
        '"\\u001b]52;c;eA==" = 1',
        '["\\u001b]52"]\nx = 1',
        '[data]\n"\\u202e\\n" = 1',
        '[sweep]\n"\\u001b" = 1',
        '[sweep.over]\n"\\u001b" = [1, 2]',
        '[sweep.over]\n"\\u001b" = [{ x = 1 }]',
    ],
)
def test_a_name_that_means_nothing_is_refused_in_one_clean_line(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        table, _ = divided(parse(text))
        convert(table)
    assert str(refused.value).isprintable()
