"""What stands for every other character: ASCII, and as wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuilab.ui.tty.ascii import to_ascii


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_becomes_ascii_of_the_same_width(text: str) -> None:
    plain = "".join(character for character in text if character.isascii() or cell_len(character) > 0)
    assert to_ascii(text).isascii()
    assert [cell_len(character) for character in plain] == [cell_len(to_ascii(character)) for character in plain]


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_stays_as_it_is(text: str) -> None:
    assert to_ascii(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("┤├└─┬│", "++" + "+-+|"),
        ("▶ running ✗ ✓ … •", "> running x v . *"),
        ("━━──", "==--"),
        ("λ = 0.7 × α, 15\u202f000", "l = 0.7 x a, 15 000"),
        ("误差 é", "???? e"),
        ("e\u0301", "e"),
    ],
)
def test_what_a_glyph_becomes(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@pytest.mark.parametrize(
    ("dots", "stroke"),
    [
        (0x00, " "),
        (0x01, "'"),
        (0x01 | 0x08, '"'),
        (0x40, "."),
        (0x40 | 0x80, "_"),
        (0x02 | 0x10, "-"),
        (0x01 | 0x02 | 0x04, "|"),
        (0x40 | 0x04 | 0x10 | 0x08, "/"),
        (0x01 | 0x02 | 0x20 | 0x80, "\\"),
        (0xFF, "#"),
    ],
)
def test_a_braille_cell_becomes_the_stroke_it_looks_like(dots: int, stroke: str) -> None:
    assert to_ascii(chr(0x2800 + dots)) == stroke
