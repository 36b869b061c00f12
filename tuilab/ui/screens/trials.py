"""The trials of a sweep as they arrive, the best first; the one that was chosen, with its experiment, is the result."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ProgressBar, Static

from tuilab.experiment import Experiment, differences, edit
from tuilab.lab import Lab
from tuilab.lab.comparison import knob_name
from tuilab.lab.sentences.run import STATUS_SIGNS
from tuilab.lab.sentences.sweep import progress_text, sweep_sentences
from tuilab.lab.sentences.winner import winner_sentences
from tuilab.lab.sweep_view import SweepView
from tuilab.lab.winner import winner
from tuilab.search import Search, TrialResult
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.panels.long_table import LongTable, TitledColumn
from tuilab.ui.screens.dialog import Room
from tuilab.ui.screens.pictures import WIDEN, pictures_of_sweep, say_widened
from tuilab.ui.screens.save import SaveScreen
from tuilab.ui.work.jobs import Jobs
from tuilab.words import percent

REFRESH = 1.0
"""Seconds between two looks."""
SIGNS: dict[str, str] = {str(status): sign for status, sign in STATUS_SIGNS.items()} | {"pruned": "■"}
WIDEST = 20
"""Cells of a value."""


class ChosenTrial(Struct, frozen=True):
    """A trial's run, what it trains, and the knobs in which the trials of its sweep differ."""

    run: str
    experiment: Experiment
    varied: frozenset[str]

    def is_of(self, experiment: Experiment) -> bool:
        """Whether it differs from `experiment` in nothing but those: both are of one sweep, or might be."""
        return differences(experiment, self.experiment).keys() <= self.varied


class TrialsScreen(Room[ChosenTrial]):
    """Follows the sweep called `name`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Show", tooltip="Show the trial's run, its experiment in the panels"),
        Binding("w", "winner", "Best", tooltip="Show the best trial's run, its experiment in the panels"),
        Binding("k", "keep", "Keep", tooltip="Save the best as a preset of your own"),
        Binding("s", "stop", "Stop", tooltip="Stop the sweep; what was learned is kept"),
        Binding("p", "go_on", "Go on", tooltip="Go on with a sweep that was stopped"),
        WIDEN,
        Binding("v", "pictures", "Pictures", tooltip="Error against each knob, and what matters most"),
        Binding("escape,q", "dismiss", "Back", tooltip="Go back; the sweep goes on"),
    ]

    def __init__(self, lab: Lab, name: str) -> None:
        super().__init__()
        self._lab, self._sweep = lab, name
        self._jobs = Jobs(self, lab.store.home)
        self._view: SweepView | None = None
        self._shown: tuple[TrialResult, ...] = ()
        self._sentences: tuple[str, ...] = ()
        """What is known of the best, once there will be no other."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(clean(self._sweep)), classes="title", markup=False)
            yield ProgressBar(total=1, show_eta=False, show_percentage=False)
            yield LongTable()
            yield Static("Looking …", id="sentence", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(LongTable).focus()
        self._look()
        self.set_interval(REFRESH, lambda: None if self._jobs.goes_on("sweep") else self._look())

    def on_unmount(self) -> None:
        self._jobs.end()

    @on(LongTable.Selected)
    def action_open(self) -> None:
        """Ends with the highlighted trial."""
        row = self.query_one(LongTable).cursor
        if row < len(self._shown):
            self._choose(self._shown[row])

    def action_winner(self) -> None:
        """Ends with the best trial."""
        if self._view is not None and (best := self._view.ranked):
            self._choose(best[0].best)

    def action_keep(self) -> None:
        """Asks for the name of a preset for the best."""
        assert self._view is not None
        view, lab = self._view, self._lab

        def save(name: str, overwrite: bool) -> None:
            lab.save_preset(name, view.best_experiment, overwrite=overwrite)

        def saved(name: str | None) -> None:
            if name is not None:
                self.notify(f"{name} is a preset now", markup=False)

        own = frozenset(preset.name for preset in lab.presets() if preset.own)
        self.app.push_screen(SaveScreen(f"{view.name}-best", own, save, self._jobs), saved)

    def action_stop(self) -> None:
        """Stops the sweep."""
        self._do("stop", partial(self._lab.sweeps.stop, self._sweep))

    def action_go_on(self) -> None:
        """Goes on with it."""
        self._do("go on", partial(self._lab.sweeps.go_on, self._sweep))

    def action_widen(self) -> None:
        """Tries more, beyond the edge where the best lies."""
        self._jobs.do("widen", partial(self._lab.sweeps.widen, self._sweep), self._widened, self.refuse)

    def action_pictures(self) -> None:
        """Shows what the trials show of each knob, as they arrive."""
        self.app.push_screen(pictures_of_sweep(self._lab, self._sweep))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        status = self._view.status if self._view is not None else ""
        match action:
            case "stop":
                return status in ("running", "waiting")
            case "go_on":
                return status == "stopped"
            case "widen":
                return bool(self._view is not None and self._view.edges)
            case "winner" | "keep":
                return bool(self._view is not None and self._view.ranked)
            case _:
                return super().check_action(action, parameters)

    def _choose(self, one: TrialResult) -> None:
        assert self._view is not None
        point = {**one.point, "seed": str(one.seed)}
        self.dismiss(ChosenTrial(one.name, edit(self._view.base, point), frozenset(point)))

    def _widened(self, search: Search) -> None:
        say_widened(self, search)
        self._look()

    def _do(self, what: str, work: Callable[[], None]) -> None:
        self._jobs.do(what, work, lambda done: self._look(), self.refuse)

    def _look(self) -> None:
        self._jobs.ask("sweep", partial(self._lab.sweeps.look, self._sweep), self._take, self.refuse)

    def _take(self, view: SweepView) -> None:
        table = self.query_one(LongTable)
        # On the first row it stays with the best, whichever that is, else with its trial.
        here = self._shown[table.cursor].name if 0 < table.cursor < len(self._shown) else ""
        before, self._view, shown = self._view, view, in_order(view)
        self._shown = shown
        place = next((row for row, one in enumerate(shown) if one.name == here), 0)
        table.show(columns(view), len(shown), lambda row: cells(view, shown[row]), place)
        self.query_one(ProgressBar).update(total=view.planned, progress=view.over)
        self.query_one(".title", Static).update(Content(f"{clean(view.name)}: {progress_text(view)}"))
        if before is None or before.results != view.results:
            self._sentences = ()
            if view.status == "done" and view.ranked:
                known = partial(_known, self._lab, view)
                self._jobs.ask("winner", known, self._tell, self.refuse)
        self._say()
        self.refresh_bindings()

    def _tell(self, told: tuple[str, ...]) -> None:
        self._sentences = told
        self._say()

    def _say(self) -> None:
        assert self._view is not None
        said = [*sweep_sentences(self._view, commands=False), *self._sentences]
        self.query_one("#sentence", Static).update(Content("\n".join(said)))


def _known(lab: Lab, view: SweepView) -> tuple[str, ...]:
    return tuple(winner_sentences(winner(lab, view)))


def in_order(view: SweepView) -> tuple[TrialResult, ...]:
    """The trials: those of the best point first, then those that were not trained to their end."""
    ranks = {result.name: rank for rank, one in enumerate(view.ranked) for result in one.results}
    return tuple(
        sorted(
            view.results, key=lambda one: (ranks.get(one.name, math.inf), one.status == "queued", one.status, one.name)
        )
    )


def columns(view: SweepView) -> Sequence[TitledColumn]:
    """The knobs that are varied, then what came of it."""
    paths = view.search.over
    widths = {path: max((len(one.point.get(path, "")) for one in view.results), default=0) for path in paths}
    return (
        *(TitledColumn(knob_name(path), max(len(knob_name(path)), min(widths[path], WIDEST))) for path in paths),
        *((TitledColumn("seed", 5, right=True),) if view.search.seeds > 1 else ()),
        TitledColumn("dev", 8, right=True),
        TitledColumn("train", 8, right=True),
        TitledColumn("status", 2 + max(map(len, SIGNS))),
        TitledColumn("run", max((len(one.name) for one in view.results), default=3)),
    )


def cells(view: SweepView, one: TrialResult) -> tuple[str, ...]:
    """A trial's row."""
    return (
        *(clean(one.point.get(path) or "–", WIDEST) for path in view.search.over),
        *((str(one.seed),) if view.search.seeds > 1 else ()),
        percent(one.dev),
        percent(one.train),
        f"{SIGNS[one.status]} {one.status}",
        one.name,
    )
