"""The table: a file of data explained before it is trained on, and what is to be decided of it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable, OptionList, Static
from textual.widgets.option_list import Option

from tuilab.data.columns.report import DataReport
from tuilab.data.columns.sentences import DECIDED, TITLES, cells, heading, split_line, trap_line
from tuilab.data.columns.traps import Trap
from tuilab.data.columns.ways import Way, together
from tuilab.data.files import SUFFIXES, format_of
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, knobs
from tuilab.lab import Lab
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.panels.title import stage_text
from tuilab.ui.screens.dialog import Room
from tuilab.ui.screens.file import FileScreen
from tuilab.ui.work.jobs import Jobs


class Decided(NamedTuple):
    """An experiment on a file, with what was decided of its columns; and whether it is to be trained at once."""

    experiment: Experiment
    train: bool


_DECIDE = Binding(
    "enter", "screen.take", "Decide", key_display="enter", tooltip="Decide the highlighted question as it is proposed"
)
"""Of the lists, which else keep the key for themselves and show it nowhere."""


class ColumnTable(DataTable[Text]):
    """The columns."""

    BINDINGS: ClassVar[list[BindingType]] = [_DECIDE]


class Questions(OptionList):
    """What is to be decided, and what else is to be known."""

    BINDINGS: ClassVar[list[BindingType]] = [_DECIDE]

    def on_focus(self) -> None:
        """Highlights one, where the column that was left has none."""
        if self.highlighted is None:
            self.action_first()


class TableScreen(Room[Decided]):
    """What the file of `experiment` holds, or one that is chosen first; ends with what was decided, if anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _DECIDE,
        Binding("n", "take_other", "Else", tooltip="Decide the highlighted question the other way, after its or"),
        Binding("a", "take_all", "All", tooltip="Decide every question as it is proposed"),
        Binding("l", "label", "Label", tooltip="Make the highlighted column the label"),
        Binding("x", "leave_out", "Leave out", tooltip="Leave the highlighted column out, or take it again"),
        Binding("u", "undo", "Undo", tooltip="Take the last decision back"),
        Binding("o", "other", "File", tooltip="Explain another file"),
        Binding("w", "use", "Use", tooltip="Put it into the panels"),
        Binding("r", "train", "Run", tooltip="Put it into the panels and train"),
        Binding("escape,q", "dismiss(None)", "Back", tooltip="Back; nothing is changed"),
    ]

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        super().__init__()
        self._decided = [experiment]
        self._known = 1
        """Of what was decided, how much is explained."""
        self._found: DataReport | None = None
        self._row = 0
        """Of the column that is highlighted."""
        self._lab, self._jobs = lab, Jobs(self, lab.store.home, self._hear)

    @property
    def experiment(self) -> Experiment:
        """The experiment with all that was decided so far."""
        return self._decided[-1]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(title(self.experiment)), classes="title", markup=False)
            yield Static("Reading …", id="sentence", markup=False)
            yield ColumnTable(cursor_type="row", zebra_stripes=True)
            yield Questions(markup=False)
            yield Static(id="split", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(ColumnTable).add_columns(*TITLES)
        if format_of(self.experiment.data.source) is None:
            self.action_other()
        else:
            self._look()

    def on_unmount(self) -> None:
        self._jobs.end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        found = self._found
        match action:
            case "undo":
                return len(self._decided) > 1 or None
            case "take":
                return self._way is not None or None
            case "take_other":
                return bool(self._way and self._way.otherwise) or None
            case "take_all":
                return bool(found and found.proposed) or None
            case "label" | "leave_out" | "use" | "train":
                return found is not None or None
            case _:
                return super().check_action(action, parameters)

    def action_take(self) -> None:
        """Decides the highlighted question."""
        if self._way is not None:
            self._decide(self._edits([self._way]))

    def action_take_other(self) -> None:
        """Decides the highlighted question the other way, where there is one."""
        if self._way is not None and (other := self._way.otherwise) is not None:
            self._decide(self._edits([other]))

    def action_take_all(self) -> None:
        """Decides every question as it is proposed."""
        if self._found is not None:
            self._decide({f"columns.{key}": text for key, text in self._found.proposed.items()})

    def action_label(self) -> None:
        """Makes the highlighted column the label."""
        if (name := self._column()) is not None:
            self._decide({"data.label": knobs()["data.label"].format(name)})

    def action_leave_out(self) -> None:
        """Leaves the highlighted column out, or takes it again."""
        if (name := self._column()) is not None:
            dropped = self.experiment.columns.drop
            names = tuple(one for one in dropped if one != name) if name in dropped else (*dropped, name)
            self._decide({"columns.drop": knobs()["columns.drop"].format(names)})

    def action_undo(self) -> None:
        """Takes the last decision back."""
        if len(self._decided) > 1:
            self._decided.pop()
            self._look()

    def action_other(self) -> None:
        """Asks for a file, and explains it."""

        def choose(path: str | None) -> None:
            if path is not None:
                self._open(path)
            elif self._found is None:  # there is nothing to come back to
                self.call_later(self._leave)

        self.app.push_screen(FileScreen(Path.cwd()), choose)

    def action_use(self) -> None:
        """Puts it into the panels."""
        self.dismiss(Decided(self.experiment, train=False))

    def action_train(self) -> None:
        """Puts it into the panels and trains."""
        self.dismiss(Decided(self.experiment, train=True))

    @on(DataTable.RowHighlighted)
    def _go_to(self) -> None:
        """Highlights what is asked of the column that was gone to, so that enter decides it."""
        if self._found is not None and (row := self.query_one(ColumnTable).cursor_row) != self._row:
            self._row, traps = row, self._found.traps
            asked = [place for place, trap in enumerate(traps) if trap.column == self._column()]
            self.query_one(Questions).highlighted = min(asked, key=lambda place: not traps[place].open, default=None)
            self.refresh_bindings()

    @on(OptionList.OptionHighlighted)
    def _tell_keys(self) -> None:
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take()

    def _leave(self) -> None:
        self.dismiss(None)

    def _open(self, path: str) -> None:
        def opened() -> tuple[str, Experiment]:
            if format_of(path) is None and not path.endswith(".toml"):  # which would be looked for among the presets
                raise BadInput(f"is no file of data ({SUFFIXES}), nor a folder of images (flowers/)", file=clean(path))
            return self._lab.open(path)

        self._jobs.ask("open", opened, self._explain, self.refuse)

    def _explain(self, opened: tuple[str, Experiment]) -> None:
        _, experiment = opened
        self._found, self._decided, self._known = None, [experiment], 1
        self.query_one(".title", Static).update(Content(title(experiment)))
        self._look()

    @property
    def _way(self) -> Way | None:
        """The way to decide the highlighted question."""
        place = self.query_one(Questions).highlighted
        return None if self._found is None or place is None else self._found.traps[place].way

    def _column(self) -> str | None:
        table = self.query_one(ColumnTable)
        if self._found is None or not table.row_count:
            return None
        return self._found.columns[table.cursor_row].name

    def _edits(self, ways: list[Way]) -> dict[str, str]:
        return {f"columns.{key}": text for key, text in together(ways, self.experiment.columns).items()}

    def _decide(self, edits: dict[str, str]) -> None:
        try:
            self._decided.append(edit(self.experiment, edits))
        except BadInput as error:
            self.refuse(error)
        else:
            self._look()

    def _look(self) -> None:
        of = self.experiment
        self._jobs.ask(
            "table", partial(self._lab.explain, of), self._take, self._take_back, still=lambda: self.experiment is of
        )

    def _take_back(self, error: BadInput) -> None:
        """Says why what was decided last cannot be; it is as if it had not been, as the table is shown."""
        if len(self._decided) > self._known:
            self._decided.pop()
        self.refuse(error)
        if len(self._decided) > self._known:  # what was decided just before it, and is not explained yet
            self._look()
        self.refresh_bindings()

    def _hear(self) -> None:
        if (stage := self._jobs.stage) is not None:
            source = clean(self.experiment.data.source, 40)
            self.query_one("#sentence", Static).update(Content(stage_text(stage, source)))

    def _take(self, found: DataReport) -> None:
        self._found, self._known = found, len(self._decided)
        said = DECIDED if not found.open else f"{found.open} to be decided (!)."
        said += "" if self.experiment.data.label else _unchosen(found)
        self.query_one("#sentence", Static).update(Content("\n".join([*heading(found), said])))
        table, traps = self.query_one(ColumnTable), self.query_one(Questions)
        row, scroll, place = table.cursor_row, table.scroll_offset, traps.highlighted or 0
        table.clear()
        for one in found.columns:
            table.add_row(*map(Text, cells(one)))
        table.move_cursor(row=row)
        table.scroll_to(*scroll, animate=False)
        self._row = table.cursor_row
        traps.clear_options()
        traps.add_options([Option(Content(clean(_trap(trap_line(trap), trap.way), 400))) for trap in found.traps])
        if found.traps:
            traps.highlighted = self._next(found.traps, place)
        self.query_one("#split", Static).update(Content(clean(split_line(found), 400)))
        self.refresh_bindings()

    def _next(self, traps: Sequence[Trap], place: int) -> int:
        """Which question comes next: among the columns that of the highlighted one, else the one after the last."""
        open_ = [number for number, trap in enumerate(traps) if trap.open]
        here, name = self.query_one(Questions).has_focus, self._column()
        near = [number for number in open_ if (number >= place if here else traps[number].column == name)]
        return next(iter(near or open_), min(place, len(traps) - 1))


def _unchosen(found: DataReport) -> str:
    """What is to be known of a label that nobody chose: it may well be another column. Why it is none stands below."""
    trap = next((trap for trap in found.traps if trap.name == "label"), None)
    if trap is None:
        return ""
    return " l makes another column the label." if not found.task else f" The label: {trap.said} (l)."


def title(experiment: Experiment) -> str:
    """What is explained."""
    return f"Table: {clean(experiment.data.source, 100)}"


def _trap(line: str, way: Way | None) -> str:
    return f"{line} → {way.said}" if way else line
