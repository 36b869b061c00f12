import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tuilab.text import clean


@given(st.text())
def test_nothing_that_is_left_can_steer_a_terminal(text: str) -> None:
    assert not [c for c in clean(text, 10_000) if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), max_size=50))
def test_ordinary_text_stays(text: str) -> None:
    assert clean(text) == text


def test_escapes_and_direction_marks_are_shown() -> None:
    assert clean("\x1b]52;c;aGk=\x07 a\u202eb\x9bc") == "\ufffd]52;c;aGk=\ufffd a\ufffdb\ufffdc"


def test_line_ends_become_spaces_and_long_text_is_cut() -> None:
    assert clean("a\r\nb\tc") == "a  b c"
    assert clean("x" * 500, 10) == "x" * 9 + "…"
