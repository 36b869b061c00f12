"""Tables in plain text: rows of cells as lines."""

from collections.abc import Sequence

from rich.cells import cell_len  # a table of how wide each character is

from tuilab.text import clean


def aligned(rows: Sequence[Sequence[str]], left: int | None = None, gap: int = 2) -> tuple[str, ...]:
    """A line for each row: cells of equal width a column, cleaned, `gap` apart.

    The first `left` columns are set to the left, the others to the right; all to the left if it is None.
    """
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cleaned, strict=True)]
    lines = []
    for row in cleaned:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            cells.append(cell + space if left is None or place < left else space + cell)
        lines.append((" " * gap).join(cells).rstrip())
    return tuple(lines)
