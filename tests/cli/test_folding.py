"""What is printed for a person is folded on a terminal alone, between words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.cli import folding
from tuilab.cli.folding import fold, folded

LONG = "  verdict    High variance: it fits the training set and not the dev set."


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=30), st.integers(20, 90))
def test_no_word_is_cut_and_no_line_too_long(words: list[str], width: int) -> None:
    line = " ".join(words)
    lines = fold(line, width).split("\n")
    assert all(len(part) <= width for part in lines)
    assert [word for part in lines for word in part.split()] == words
    assert lines == [line] or len(line) > width


def test_what_follows_stands_under_its_line() -> None:
    assert fold(LONG, 40).split("\n") == [
        "  verdict    High variance: it fits the",
        "    training set and not the dev set.",
    ]
    assert fold("a   b", 40) == "a   b"


def test_a_line_stays_a_line_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert folded(LONG) == LONG
    monkeypatch.setattr(folding, "is_screen", lambda stream: True)
    assert folded(f"{LONG}\nx") == f"{fold(LONG, 40)}\nx"
