"""The form of a sweep: which knobs are varied and over what, how many trials; the name of the one that was begun."""

from functools import partial
from typing import ClassVar

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.validation import Integer
from textual.widgets import Button, Input, Label, Static

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, knobs
from tuilab.lab import Lab
from tuilab.lab.comparison import knob_name
from tuilab.search import Search
from tuilab.search.definition import USUAL
from tuilab.search.space import NEITHER
from tuilab.search.suggest import FIRST, named, suggested, variable
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs

MOST_TRIALS, MOST_SEEDS = 100_000, 1000


class Varied(Horizontal):
    """A knob and what it is varied over; an empty text leaves it as it is."""

    def __init__(self, experiment: Experiment, path: str, text: str | None = None) -> None:
        super().__init__()
        self.path = path
        self._now = knobs()[path].format(get(experiment, path))
        self._text = suggested(experiment, path) if text is None else text

    def compose(self) -> ComposeResult:
        yield Label(Content(f"{knob_name(self.path)} ({clean(self._now, 16) or 'none'})"), markup=False)
        yield Input(self._text, placeholder="0.1,0.3,1 or log:0.01..1; empty: not varied", compact=True)

    @property
    def text(self) -> str:
        """What a person has written."""
        return self.query_one(Input).value.strip()


class SweepScreen(Dialog[str]):
    """Asks what is to be varied, first the knob at `path`, and begins a sweep; `search` is what a preset proposes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "start", "Start", tooltip="Begin the sweep; it goes on without the app"),
        Binding("escape", "dismiss", "Cancel"),
    ]

    def __init__(self, lab: Lab, experiment: Experiment, path: str, search: Search | None = None) -> None:
        super().__init__()
        self._lab, self._experiment, self._proposed = lab, experiment, search
        self._jobs = Jobs(self, lab.store.home)
        varied = variable(experiment)
        self._first = path if path in varied and suggested(experiment, path) else FIRST[0]
        self._names = [path.rpartition(".")[2] for path in varied]

    def compose(self) -> ComposeResult:
        proposed = self._proposed
        points, seeds = (proposed.count(), proposed.seeds) if proposed else (USUAL, 1)
        with Vertical(classes="dialog"):
            yield Static(Content(f"Sweep: {clean(self._experiment.name, 60)}"), classes="title", markup=False)
            with VerticalScroll(id="varied", can_focus=False):
                if self._proposed is None:
                    yield Varied(self._experiment, self._first)
                else:
                    for one in self._proposed.space:
                        yield Varied(self._experiment, one.path, one.text)
            with Horizontal(classes="asked"):
                yield Label("vary also")
                yield Input(
                    placeholder="a knob, then enter",
                    suggester=SuggestFromList(self._names, case_sensitive=False),
                    id="another",
                    compact=True,
                )
            with Horizontal(classes="asked"):
                yield Label("points")
                yield Input(
                    str(points), id="trials", type="integer", validators=[Integer(1, MOST_TRIALS)], compact=True
                )
            with Horizontal(classes="asked"):
                yield Label("seeds of each")
                yield Input(str(seeds), id="seeds", type="integer", validators=[Integer(1, MOST_SEEDS)], compact=True)
            yield Static(id="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Start", id="start", variant="primary", compact=True)
                yield Button("Cancel (esc)", id="cancel", compact=True)
            yield Static(
                "Values: 0.5,0.8,1 or [16],[32,16]. A range: 0..1, or by ratios log:0.01..10. Dev tells which is best.",
                classes="foot",
                markup=False,
            )
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(Varied).query_one(Input).focus()

    def on_unmount(self) -> None:
        self._jobs.end()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted, "#another")
    async def _add(self, event: Input.Submitted) -> None:
        path = named(event.value)
        if not event.value.strip():
            return
        if path not in knobs() or path in NEITHER:
            self._refuse(BadInput("is no knob that can be varied", path=clean(path, 60)))
            return
        event.input.clear()
        self._refuse(None)
        row = next((row for row in self.query(Varied) if row.path == path), None)
        if row is None:
            row = Varied(self._experiment, path)
            await self.query_one("#varied").mount(row)
        row.query_one(Input).focus()

    @on(Input.Submitted, "Varied Input")
    def _go_on(self) -> None:
        self.query_one("#another", Input).focus()

    @on(Input.Submitted, "#trials, #seeds")
    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Begins the sweep, or says why not."""
        try:
            search = self._search()
        except BadInput as error:
            self._refuse(error)
        else:
            start = partial(self._lab.sweeps.start, self._experiment, search)
            self._jobs.do("start", start, self.dismiss, self._refuse, still=lambda: self.is_active)

    def _search(self) -> Search:
        """What is asked for. Raises `BadInput`."""
        asked = {}
        for name in ("trials", "seeds"):
            field = self.query_one(f"#{name}", Input)
            if not field.is_valid or not field.value:
                most = MOST_TRIALS if name == "trials" else MOST_SEEDS
                raise BadInput(f"must be a whole number from 1 to {most:,}", path=name)
            asked[name] = int(field.value)
        over = {row.path: row.text for row in self.query(Varied) if row.text}
        if not over:
            raise BadInput("say what to vary: values or a range beside a knob")
        search = structs.replace(
            self._proposed or Search(over={}), over=dict(over), trials=asked["trials"], seeds=asked["seeds"]
        )
        search.count()
        return search

    def _refuse(self, error: BadInput | None) -> None:
        self.query_one("#fault", Static).update(Content(f"✗ {clean(str(error))}" if error else ""))
