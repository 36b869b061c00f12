"""A table of any length: a row is made only while somebody sees it."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip


class TitledColumn(NamedTuple):
    """A column: its title, its cells wide, and whether they are set to the right."""

    title: str
    width: int
    right: bool = False


class LongTable(ScrollView, can_focus=True):
    """Rows of text under a line of titles, with a cursor on one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,ctrl+home", "jump(0)", show=False),
        Binding("end,ctrl+end", "jump(-1)", show=False),
        Binding("left", "scroll_left", show=False),
        Binding("right", "scroll_right", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--titles", "table--even", "table--odd", "table--cursor"}
    DEFAULT_CSS = """
    LongTable {
        color: $foreground;
        & > .table--titles { text-style: bold; background: $panel; color: $foreground; }
        & > .table--even { background: $surface-lighten-1 50%; }
        &:dark > .table--even { background: $surface-darken-1 40%; }
        & > .table--cursor {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
    }
    """

    cursor: reactive[int] = reactive(0, init=False)
    """The row that the cursor is on."""

    class Highlighted(Message):
        """The cursor came to another row."""

    class Selected(Message):
        """A row was chosen, the one that the cursor is on."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[TitledColumn] = ()
        self.row_count = 0
        self.row: Callable[[int], Sequence[str]] = lambda number: ()
        """The cells of a row by its number."""
        self._drawn: dict[int, Strip] = {}

    def show(
        self, columns: Sequence[TitledColumn], count: int, row: Callable[[int], Sequence[str]], cursor: int
    ) -> None:
        """Shows `count` rows, each as `row` gives it by its number, with the cursor on one of them.

        Of what is seen only the lines that changed are drawn again.
        """
        self._columns, self.row_count, self.row = columns, count, row
        self.virtual_size = Size(sum(column.width + 2 for column in columns), count + 1)
        self.set_reactive(LongTable.cursor, cursor)
        self._reveal()
        for y, before in list(self._drawn.items()):
            if y < self.size.height and self.render_line(y) != before:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """The titles, and the rows below them."""
        left, top = self.scroll_offset
        number = top + y - 1
        if y and number >= self.row_count:
            line = Strip.blank(self.size.width, self.rich_style)
        else:
            kind = "titles" if not y else "cursor" if number == self.cursor else "odd" if number % 2 else "even"
            texts = self.row(number) if y else [column.title for column in self._columns]
            style = self.get_component_rich_style(f"table--{kind}")
            cells = (_cell(text, column) for text, column in zip(texts, self._columns, strict=True))
            line = Strip([Segment("".join(cells), style)]).crop_extend(left, left + self.size.width, style)
        self._drawn[y] = line
        return line

    def watch_cursor(self, old: int, new: int) -> None:
        """Draws the two rows and shows the one that the cursor is on."""
        for number in (old, new):
            self.refresh_lines(number + 1)
        self._reveal()
        self.post_message(self.Highlighted())

    def validate_cursor(self, number: int) -> int:
        """Keeps the cursor on a row."""
        return max(0, min(number, self.row_count - 1))

    def action_select(self) -> None:
        """Chooses the row that the cursor is on."""
        if self.row_count:
            self.post_message(self.Selected())

    def action_move(self, rows: int) -> None:
        """Moves the cursor."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Moves the cursor by what is seen at once."""
        self.cursor += pages * max(1, self.size.height - 1)

    def action_jump(self, number: int) -> None:
        """Moves the cursor to the first row, or to the last one (-1)."""
        self.cursor = number % max(1, self.row_count)

    def on_click(self, event: events.Click) -> None:
        """Chooses the row that was clicked on."""
        number = self.scroll_offset.y + event.y - 1
        if event.y and number < self.row_count:
            self.cursor = number
            self.action_select()

    def on_resize(self) -> None:
        """Keeps the cursor in sight."""
        self._reveal()

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= self.cursor < top + height:
            place = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=place, animate=False, immediate=True)


def _cell(text: str, column: TitledColumn) -> str:
    """`text` in the width of the column, with a blank on either side."""
    if column.right:
        text = text.rjust(column.width)
    return f" {set_cell_size(text, column.width)} "
