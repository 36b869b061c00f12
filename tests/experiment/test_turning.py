"""Numbers that are turned in steps, and lists in shorthand."""

import pytest

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, knobs
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
        ("dropout.keep_prob", "1, 0.5", True, "1, 0.5"),
        ("optimization.iterations", "10", True, "10"),
    ],
)
def test_a_knob_is_turned_in_its_steps_and_stops_at_its_ends(path: str, raw: str, up: bool, becomes: str) -> None:
    assert knobs()[path].turned(raw, up) == becomes


@pytest.mark.parametrize("raw", ["150×2", "150x2", "150 × 2", "150, 150", "[150×2]", "150 150"])
def test_a_layer_may_stand_there_several_times(raw: str) -> None:
    assert edit(Experiment(), {"network.hidden": raw}).network.hidden == (150, 150)


def test_shorthand_stands_among_others_and_for_words_and_shares() -> None:
    made = edit(
        Experiment(), {"network.hidden": "8x2, 4", "network.activation": "relu×3", "dropout.keep_prob": "0.5x4"}
    )
    assert made.network.hidden == (8, 8, 4)
    assert made.network.activation == ("relu",) * 3 and made.dropout.keep_prob == (0.5,) * 4
    assert edit(Experiment(), {"network.hidden": "0x10"}).network.hidden == (16,)  # hexadecimal, as in TOML


def test_a_long_list_of_one_value_is_told_as_it_may_be_typed() -> None:
    deep, knob = (2,) * 149 + (4,), knobs()["network.hidden"]
    assert knob.format(deep) == "2×149, 4" and tuple(knob.parse(knob.format(deep))) == deep
    assert layers((2, *deep, 1)) == "2×150-4-1"


@pytest.mark.parametrize("raw", ["150×", "×2", "150×two", "9×999999999999"])
def test_shorthand_that_says_nothing_is_refused(raw: str) -> None:
    with pytest.raises(BadInput, match="hidden"):
        edit(Experiment(), {"network.hidden": raw})
