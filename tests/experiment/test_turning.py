"""Numbers that are turned in steps, and lists in shorthand."""

import pytest

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, get, knobs
from tuilab.words import layers


@pytest.mark.parametrize(
    ("path", "raw", "up", "becomes"),
    [
        ("optimization.learning_rate", "0.1", True, "0.2"),
        ("optimization.learning_rate", "0.3", False, "0.2"),
        ("optimization.learning_rate", "5", True, "10.0"),
        ("optimization.learning_rate", "0.0001", False, "0.0001"),  # 0 is none
        ("optimization.learning_rate", "1000000", True, "1000000"),
        ("optimization.learning_rate", "fast", True, "fast"),
        ("optimization.learning_rate", "inf", False, "inf"),
        ("regularization.lambd", "0", True, "0.0001"),
        ("regularization.lambd", "0.0001", False, "0.0"),
        ("dropout.keep_prob", "0.8", True, "0.85"),
        ("dropout.keep_prob", "0.83", False, "0.8"),
        ("dropout.keep_prob", "1.0", True, "1.0"),
        ("dropout.keep_prob", "0.05", False, "0.05"),
        ("optimization.iterations", "10", True, "10"),
    ],
)
def test_a_knob_is_turned_in_its_steps_and_stops_at_its_ends(path: str, raw: str, up: bool, becomes: str) -> None:
    assert knobs()[path].turned(raw, up) == (becomes, len(becomes))


@pytest.mark.parametrize(
    ("raw", "place", "becomes", "end"),
    [
        ("1, 0.5", 6, "1, 0.55", 7),
        ("1, 0.5", 3, "1, 0.55", 7),
        ("0.8, 0.5", 0, "0.85, 0.5", 4),
        ("0.8, 0.5", 3, "0.85, 0.5", 4),
        ("0.8,  0.5", 4, "0.85,  0.5", 4),  # between two the left one
        ("[.5]", 4, "[0.55]", 5),
        ("0.5 x 3, 1", 6, "0.55 x 3, 1", 4),  # not how often it stands there
        ("0.5*3", 5, "0.55*3", 4),
        ("1, 0.5", 0, "1, 0.5", 1),  # at its end
        ("", 0, "", 0),
        (", ", 1, ", ", 2),
    ],
)
def test_of_a_list_that_number_is_turned_at_which_the_cursor_stands(
    raw: str, place: int, becomes: str, end: int
) -> None:
    assert knobs()["dropout.keep_prob"].turned(raw, True, place) == (becomes, end)


@pytest.mark.parametrize(
    ("path", "raw", "value"),
    [
        ("optimization.learning_rate", ".5", 0.5),
        ("optimization.learning_rate", "5.", 5.0),
        ("optimization.learning_rate", "+.5e-3", 0.0005),
        ("optimization.learning_rate", "1e−3", 0.001),
        ("optimization.learning_rate", " 00.5 ", 0.5),
        ("optimization.learning_rate", "1,000,000", 1e6),
        ("dropout.keep_prob", ".5", 0.5),
        ("dropout.keep_prob", "1., .5", (1.0, 0.5)),
        ("optimization.iterations", "1e3", 1000),
        ("optimization.iterations", "2.5e3", 2500),
        ("optimization.iterations", "1,000,000", 1_000_000),
        ("optimization.iterations", "100 000", 100_000),
        ("optimization.iterations", "1_000", 1000),
        ("optimization.iterations", "007", 7),
        ("network.hidden", "1e1, 010", (10, 10)),
        ("data.examples", "All", "all"),
        ("network.activation", "TANH", "tanh"),
        ("inputs.normalize", "False", False),
    ],
)
def test_a_number_may_be_typed_as_a_person_writes_it(path: str, raw: str, value: object) -> None:
    assert get(edit(Experiment(), {path: raw}), path) == value


@pytest.mark.parametrize(
    ("path", "raw", "says"),
    [
        (
            "optimization.learning_rate",
            "0,5",
            "must be a number > 0, ≤ 1,000,000, not '0,5': the decimal sign is a point",
        ),
        ("optimization.learning_rate", "1,000", "not '1,000': the decimal sign is a point"),
        ("optimization.learning_rate", "1.000.000", "must be a number > 0, ≤ 1,000,000, not '1.000.000'"),
        ("optimization.learning_rate", "1e400", "not '1e400'"),
        ("dropout.keep_prob", "0,5", "not '0,5': the decimal sign is a point"),
        ("dropout.keep_prob", "1, 0,5", "not '1, 0,5': the decimal sign is a point"),
        ("optimization.iterations", "1.000", "must be a whole number ≥ 1, ≤ 1,000,000,000, not '1.000'"),
        ("optimization.iterations", "1,00", "not '1,00'"),
        ("optimization.iterations", "1e-3", "not '1e-3'"),
        ("optimization.iterations", "10k", "not '10k'"),
        ("seed", "1e-400", "not '1e-400'"),
        ("seed", "12345678901234567.5e0", "not '12345678901234567.5e0'"),
        ("seed", "0e99999999999999999999", "not '0e99999999999999999999'"),
        ("network.hidden", "150x0", "not '150x0': a value may stand there 1 to 1,001 times"),
        ("network.hidden", "9" * 5000, "…"),
        ("network.hidden", "5×999 5×2", "network.hidden: must be at most 1,000 values, not 1,001"),
        ("network.hidden", "5×1000 " * 11, "these are too many"),
        ("title", "x" * 201, "title: must be at most 200 characters, not 201"),
        ("data.source", "", "data.source: must not be empty"),
    ],
)
def test_a_refusal_says_what_was_typed_and_what_is_allowed(path: str, raw: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        edit(Experiment(), {path: raw})
    assert says in str(caught.value) and len(str(caught.value)) < 250 and "_" not in caught.value.message


SHORT = [
    "150×2",
    "150x2",
    "150 × 2",
    "150 x 2",
    "150X2",
    "150*2",
    "150 *2",
    "[150 x2]",
    "150, 150",
    "[150×2]",
    "150 150",
]


@pytest.mark.parametrize("raw", SHORT)
def test_a_layer_may_stand_there_several_times(raw: str) -> None:
    assert edit(Experiment(), {"network.hidden": raw}).network.hidden == (150, 150)


def test_shorthand_stands_among_others_and_for_words_and_shares() -> None:
    made = edit(
        Experiment(), {"network.hidden": "8x2, 4", "network.activation": "relu x 3", "dropout.keep_prob": "0.5x4"}
    )
    assert made.network.hidden == (8, 8, 4)
    assert made.network.activation == ("relu",) * 3 and made.dropout.keep_prob == (0.5,) * 4
    assert edit(Experiment(), {"network.hidden": "0x10"}).network.hidden == (16,)  # hexadecimal, as in TOML
    assert edit(Experiment(), {"network.hidden": "0x10 x 2"}).network.hidden == (16, 16)


def test_a_long_list_of_one_value_is_told_as_it_may_be_typed() -> None:
    deep, knob = (2,) * 149 + (4,), knobs()["network.hidden"]
    assert knob.format(deep) == "2×149, 4" and tuple(knob.parse(knob.format(deep))) == deep
    assert layers((2, *deep, 1)) == "2×150-4-1"


@pytest.mark.parametrize("raw", ["150×", "×2", "150×two", "9×999999999999", "150x0", "4×2×0", "2x", "3.5x2", "150x1.5"])
def test_shorthand_that_says_nothing_is_refused(raw: str) -> None:
    with pytest.raises(BadInput, match="hidden"):
        edit(Experiment(), {"network.hidden": raw})


@pytest.mark.parametrize("raw", ["1_", "1__0", "1_.5", "1._5", "_1"])
@pytest.mark.parametrize("path", ["optimization.learning_rate", "optimization.iterations", "network.hidden"])
def test_what_is_not_yet_a_number_is_turned_without_a_fault(path: str, raw: str) -> None:
    text, end = knobs()[path].turned(raw, True)
    assert 0 <= end <= len(text)


def test_names_in_brackets_are_read_back() -> None:
    knob, names = knobs()["columns.drop"], ("[a", "b]")
    assert tuple(knob.parse(knob.format(names))) == names
