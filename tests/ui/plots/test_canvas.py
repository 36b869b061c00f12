"""Text over cells keeps every row as wide as it was, wide and combining characters included."""

import pytest
from rich.cells import cell_len

from tuilab.ui.plots.canvas import Canvas


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        ([(1, "ab")], ".ab..."),
        ([(4, "abc")], "....ab"),
        ([(-1, "abc")], "bc...."),
        ([(1, "误")], ".误..."),
        ([(5, "误")], "......"),
        ([(1, "误"), (2, "x")], ". x..."),
        ([(1, "误"), (0, "ab")], "ab ..."),
        ([(1, "误误"), (2, "差")], ". 差 ."),
        ([(1, "e\u0301x")], ".ex..."),
    ],
)
def test_write(texts: list[tuple[int, str]], row: str) -> None:
    canvas = Canvas([list("......")], [[""] * 6])
    for column, text in texts:
        canvas.write(0, column, text, "mark")
    assert "".join(canvas.characters[0]) == row
    assert cell_len(row) == 6
    assert len(canvas.characters[0]) == len(canvas.roles[0]) == 6
