"""A table that is as wide as its texts from its first picture on."""

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.widgets import DataTable


def fill(table: DataTable[Text], titles: Sequence[str | Text], rows: Iterable[Sequence[str]]) -> None:
    """Puts `rows`, below `titles`, in the place of what the table held; its cursor is then at the first.

    (Left to itself, a `DataTable` measures its cells once it is idle, and keeps what was drawn before, cut.)
    """
    cells = [[Text(cell) for cell in row] for row in rows]
    table.clear(columns=True)
    for place, title in enumerate(titles):
        named = Text(title) if isinstance(title, str) else title
        table.add_column(named, width=max([named.cell_len, *(row[place].cell_len for row in cells)]))
    table.add_rows(cells)
