"""Help: what the lab is, and the keys of every room, made from their bindings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.asking import AskingScreen
from tuilab.ui.screens.bench import BenchScreen
from tuilab.ui.screens.compare import CompareScreen
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.screens.export import ExportScreen
from tuilab.ui.screens.gradient import GradientScreen
from tuilab.ui.screens.keys import KEYS
from tuilab.ui.screens.lessons import LessonsScreen
from tuilab.ui.screens.pictures import PicturesScreen
from tuilab.ui.screens.preflight import PreflightScreen
from tuilab.ui.screens.presets import PresetsScreen
from tuilab.ui.screens.rate_range import RateRangeScreen
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.screens.sweep import SweepScreen
from tuilab.ui.screens.table import TableScreen
from tuilab.ui.screens.trials import TrialsScreen
from tuilab.ui.views import VIEWS

RoomHelp = tuple[str, Sequence[BindingType]]
"""A title and the bindings that hold there."""

INTRODUCTION = (
    "Change a knob on the left, press r, watch the cost and the errors fall, read the verdict, press the number of an "
    "action to try it. tab goes from field to field; escape leaves them, so that letters are keys again."
)
ROOMS: tuple[RoomHelp, ...] = (
    ("The lab", KEYS),
    *((f"View: {view.TITLE}", view.BINDINGS) for view in VIEWS if view.BINDINGS),
    ("Table", TableScreen.BINDINGS),
    ("Preflight", PreflightScreen.BINDINGS),
    ("Which α?", RateRangeScreen.BINDINGS),
    ("Gradient check", GradientScreen.BINDINGS),
    ("Runs", RunsScreen.BINDINGS),
    ("Compare", CompareScreen.BINDINGS),
    ("Sweep: what is varied", SweepScreen.BINDINGS),
    ("Sweep: its trials", TrialsScreen.BINDINGS),
    ("Pictures", PicturesScreen.BINDINGS),
    ("Mistakes one by one", BenchScreen.BINDINGS),
    ("Predict", AskingScreen.BINDINGS),
    ("Lessons", LessonsScreen.BINDINGS),
    ("Presets", PresetsScreen.BINDINGS),
    ("Take away", ExportScreen.BINDINGS),
)


class HelpScreen(Dialog[None], inherit_bindings=False):
    """Lists the keys of all rooms, and those that hold `everywhere`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q", "dismiss", "Back")]

    def __init__(self, everywhere: Sequence[BindingType]) -> None:
        super().__init__()
        self._rooms = (*ROOMS, ("Everywhere", everywhere))

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Help", classes="title", markup=False)
            with VerticalScroll():
                yield Static(INTRODUCTION, classes="introduction", markup=False)
                for title, bindings in self._rooms:
                    yield Static(title, classes="title", markup=False)
                    yield Static(self._table(bindings), markup=False)
        yield RoomKeys()

    def _table(self, bindings: Sequence[BindingType]) -> Table:
        """What each key does, each by its own: the footer shows two keys as one, ← → or x y."""
        keys: dict[str, list[str]] = {}
        for binding in Binding.make_bindings(bindings):
            meaning = binding.tooltip or binding.description
            keys.setdefault(meaning, []).append(self.app.get_key_display(replace(binding, key_display=None)))
        table = Table.grid(padding=(0, 0, 0, 2), pad_edge=True)
        table.add_column(style="bold")
        table.add_column()
        for meaning, displays in keys.items():
            if meaning:
                table.add_row(" ".join(dict.fromkeys(displays)), meaning)
        return table
