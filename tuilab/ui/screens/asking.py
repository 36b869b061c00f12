"""The room of a single example: typed or chosen, what the run's network says of it, and the nearest training rows."""

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.asking import Answer, Asking, Near, sigmas
from tuilab.text import clean
from tuilab.ui.panels.filled import fill
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.screens.dialog import Room
from tuilab.ui.views.images import paint
from tuilab.ui.work.jobs import Jobs

CELL = 24
"""Characters of a value that a table shows."""
LONGEST = 100_000
"""Characters that may be typed or pasted, a whole row among them."""


_CHANGE = Binding(
    "enter",
    "screen.edit",
    "Change",
    key_display="enter",
    tooltip="Type another value, or a whole row; or take the training row",
)
"""Of the tables, which else keep the key for themselves and show it nowhere."""


class AskedTable(DataTable[Text]):
    """The columns with their values, or the nearest training rows."""

    BINDINGS: ClassVar[list[BindingType]] = [_CHANGE]

    def on_resize(self) -> None:
        """What was changed stays in sight where the answer takes more lines."""
        self.move_cursor(row=self.cursor_row)


class AskingScreen(Room[None]):
    """Puts examples to the network of the run called `run`, an `experiment`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _CHANGE,
        Binding("n", "turn(1)", "Next", tooltip="The next example of the part"),
        Binding("N", "turn(-1)", "Before", tooltip="The example before"),
        Binding("d", "part", "Part", tooltip="Choose from dev, test or train"),
        Binding("escape,q", "back", "Back", tooltip="Back to the table, then to the run"),
    ]
    AUTO_FOCUS = "#columns"

    def __init__(self, lab: Lab, experiment: Experiment, run: str) -> None:
        super().__init__()
        self._run = run
        self._jobs = Jobs(self, lab.store.home)
        self._open = partial(Asking, lab, experiment, run)
        self._asking: Asking | None = None
        self._texts: tuple[str, ...] = ()
        self._chosen: tuple[str, int] | None = None
        """The example of a part that the texts are; None where one was typed."""
        self._part, self._place = "", 0
        """The one that was chosen last."""
        self._answer: Answer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(f"Predict: {clean(self._run, 60)}"), classes="title", markup=False)
            yield Static("Reading …", id="sentence", markup=False)
            yield Input(max_length=LONGEST, disabled=True, compact=True)
            yield AskedTable(id="columns", cursor_type="row", zebra_stripes=True)
            yield AskedTable(id="nearest", cursor_type="row", zebra_stripes=True)
            yield Drawing()
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(Drawing).display = False
        self._jobs.ask("open", self._open, self._begin, self._refuse)

    def on_unmount(self) -> None:
        self._jobs.end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        match action:
            case "turn" | "part":
                return bool(self._asking and self._asking.parts) or None
            case "edit":
                return self._asking is not None or None
            case _:
                return super().check_action(action, parameters)

    def action_turn(self, step: int) -> None:
        """Chooses the example that is so many places further in its part."""
        assert self._asking is not None
        self._choose(self._part, (self._place + step) % len(self._asking.parts[self._part].y))

    def action_part(self) -> None:
        """Chooses the first example of the next part."""
        assert self._asking is not None
        names = list(self._asking.parts)
        self._choose(names[(names.index(self._part) + 1) % len(names)], 0)

    def action_edit(self) -> None:
        """Has the highlighted value typed; or takes the highlighted training row."""
        if self.focused is self.query_one("#nearest"):
            self._take_nearest()
        elif self._asking is not None:
            field = self.query_one(Input)
            field.disabled = False
            field.value = self._texts[self._column]
            field.focus()

    def action_back(self) -> None:
        """Leaves the field, or the room."""
        if self.focused is self.query_one(Input):
            self._leave_field()
        else:
            self.dismiss(None)

    @property
    def _column(self) -> int:
        return self.query_one("#columns", DataTable).cursor_row

    @on(DataTable.RowSelected)
    def _select(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.action_edit()

    @on(DataTable.RowHighlighted, "#columns")
    def _highlight(self) -> None:
        field = self.query_one(Input)
        if self._asking is not None and field.disabled and self._texts:
            field.placeholder = f"{clean(self._asking.columns[self._column].name, 60)}: enter changes it"

    @on(Input.Submitted)
    def _type(self, event: Input.Submitted) -> None:
        event.stop()
        assert self._asking is not None
        try:
            cells = self._asking.cells(self._column, event.value)
        except BadInput as error:  # what was typed stays, to be mended
            self._say(f"✗ {error}")
            return
        if len(cells) != len(self._texts):
            cells = (*self._texts[: self._column], *cells, *self._texts[self._column + 1 :])
        self._leave_field()
        if cells != self._texts:
            self._ask(cells, None)

    def _leave_field(self) -> None:
        field = self.query_one(Input)
        field.value, field.disabled = "", True
        self.query_one("#columns").focus()
        self._highlight()

    def _take_nearest(self) -> None:
        table = self.query_one("#nearest", DataTable)
        if self._answer is not None and table.row_count:
            self._choose("train", self._answer.nearest[table.cursor_row].place)

    def _begin(self, asking: Asking) -> None:
        self._asking = asking
        if asking.parts:
            self._choose(next(iter(asking.parts)), 0)
        else:
            self._ask(asking.typical(), None)
        self.refresh_bindings()

    def _choose(self, part: str, place: int) -> None:
        assert self._asking is not None
        self._part, self._place = part, place
        self._ask(self._asking.example(part, place), (part, place))

    def _ask(self, texts: tuple[str, ...], chosen: tuple[str, int] | None) -> None:
        """Shows the cells, and asks what is said of them."""
        assert self._asking is not None
        self._texts, self._chosen = texts, chosen
        table = self.query_one("#columns", DataTable)
        row = table.cursor_row
        pairs = zip(self._asking.columns, texts, strict=True)
        rows = [(clean(one.name, 40), clean(text, CELL), one.kind, clean(one.holds, 60)) for one, text in pairs]
        fill(table, ("COLUMN", "VALUE", "KIND", "TRAIN HAS"), rows)
        table.move_cursor(row=row)
        self._highlight()
        asked = partial(self._asking.answer, texts)
        self._jobs.ask("answer", asked, self._take, self._refuse, still=lambda: self._texts == texts)

    def _take(self, answer: Answer) -> None:
        assert self._asking is not None
        self._answer = answer
        if self._chosen is None:
            origin = "As typed"
        else:
            part, place = self._chosen
            name = self._asking.name(part, place)
            origin = f"{name[0].upper()}{name[1:]}, truly {clean(self._asking.truth(part, place), 60)}"
        self._say(f"{origin}. Predicted: {answer.said}")
        pictured = len(answer.images) > 0
        drawing, nearest = self.query_one(Drawing), self.query_one("#nearest", DataTable)
        drawing.display, nearest.display = pictured, bool(answer.nearest) and not pictured
        if pictured:
            captions = ["asked", *(f"{clean(near.label, 8)} {near.distance:.2g}" for near in answer.nearest)]
            drawing.draw(lambda wide, high: paint(answer.images, captions, wide, high))
        row = "ROW IN FILE" if any(near.row for near in answer.nearest) else "TRAINING ROW"
        heads = (row, "TRULY", "AWAY", *(clean(one.name, CELL) for one in self._asking.columns[:CELL]))
        fill(nearest, heads, [_near_cells(near) for near in answer.nearest])

    def _refuse(self, error: BadInput) -> None:
        self._answer = None
        self.query_one("#nearest", DataTable).clear()
        self.query_one(Drawing).display = False
        self._say(f"✗ {error}")

    def _say(self, text: str) -> None:
        self.query_one("#sentence", Static).update(Content("\n".join(clean(line) for line in text.split("\n"))))


def _near_cells(near: Near) -> tuple[str, ...]:
    cells = (clean(text, CELL) for text in near.texts[:CELL])
    row = f"{near.place + 1:,}" if near.row is None else clean(str(near.row), CELL)
    return (row, clean(near.label, CELL), sigmas(near.distance), *cells)
