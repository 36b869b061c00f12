"""The runs: browse, order and filter them, come back to one, stop, name, compare and delete them."""

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Input, Static

from tuilab.errors import BadInput
from tuilab.lab import Lab, RunSummary
from tuilab.lab.apart import Trait, differing
from tuilab.lab.best_curves import BestCurves
from tuilab.lab.comparison import knob_name
from tuilab.lab.pictures import of_runs
from tuilab.lab.sentences.queue import stall_text
from tuilab.lab.sweep_view import SweepRow
from tuilab.queue import Stall
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.panels.long_table import LongTable
from tuilab.ui.screens.compare import CompareScreen
from tuilab.ui.screens.confirm import ConfirmScreen
from tuilab.ui.screens.dialog import Room
from tuilab.ui.screens.note import NoteScreen
from tuilab.ui.screens.pictures import PicturesScreen, pictures_of_sweep
from tuilab.ui.screens.run_table import KNOBS, ORDERS, about, cells, columns, ordered, wanted
from tuilab.ui.work.jobs import Jobs, Tell
from tuilab.words import count, plural

REFRESH = 2.0
"""Seconds between two looks at the store."""
SOON = 0.15
"""Seconds of the first look until what was found so far is shown."""
_NEWEST = next(iter(ORDERS))


class RunsScreen(Room[RunSummary]):
    """A table of the runs and the sweeps; the one that was chosen is the result."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "attach", "Show", tooltip="Show the run and follow it"),
        Binding("space", "mark", "Mark", tooltip="Mark the run, to compare or delete several"),
        Binding("c", "compare", "Compare", tooltip="Draw the marked runs over one another, with what differs"),
        Binding(
            "v", "pictures", "Pictures", tooltip="Of the marked runs, all shown or a sweep: error against each knob"
        ),
        Binding("o", "order", "Order", tooltip="Order by the next column; the cursor goes to the best"),
        Binding("slash", "filter", "Filter", tooltip="Show only runs with these words, or such as λ: lambd>=1"),
        Binding("s", "stop", "Stop", tooltip="Stop the run; what it learned is kept"),
        Binding("n", "note", "Name", tooltip="Give the run a label and a note"),
        Binding(
            "d,delete", "delete", "Delete", tooltip="Delete the run, or those that are marked; never one that runs"
        ),
        Binding("escape,b,q", "back", "Back", tooltip="End the filter, then go back"),
    ]

    runs: reactive[tuple[RunSummary, ...]] = reactive((), init=False)
    """All that are in the store, newest first."""
    order = reactive(_NEWEST, init=False)
    wanted = reactive("", init=False)
    """What is looked for: words, or an expression."""
    marked: reactive[frozenset[str]] = reactive(frozenset(), init=False)

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self._jobs = Jobs(self, lab.store.home)
        self._fitting: tuple[RunSummary, ...] = ()
        """Those that are looked for, newest first, and the knobs by which they are told apart."""
        self._apart: tuple[Trait, ...] = ()
        self._columns = columns(())
        self._shown: tuple[RunSummary, ...] = ()
        self._looked = False
        self._fault = ""
        self._amiss = ""
        """Why what is looked for is no expression."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static("Runs", classes="title", markup=False)
            yield Input(placeholder="filter: words, or lambd>=1 and status=done", compact=True)
            yield Static(id="stall", markup=False)
            yield LongTable()
            yield Static("Looking …", id="empty", markup=False)
            yield Static(id="about", classes="foot", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        self.query_one("#stall").display = False
        self.query_one(LongTable).focus()
        self._look()
        self.set_interval(REFRESH, lambda: None if self._jobs.goes_on("list") else self._look())

    def on_unmount(self) -> None:
        self._jobs.end()

    # What the keys do

    def action_stop(self) -> None:
        """Stops the highlighted run."""
        if (run := self._highlighted()) is not None:
            self._do("stop", partial(self._lab.stop, run.name))

    @on(LongTable.Selected)
    def action_attach(self) -> None:
        """Ends with the highlighted run."""
        if (run := self._highlighted()) is not None:
            self.dismiss(run)

    def action_mark(self) -> None:
        """Marks the highlighted run, or takes the mark away, and goes to the next."""
        if (run := self._highlighted()) is not None and not isinstance(run, SweepRow):
            self.marked ^= {run.name}
            self.query_one(LongTable).action_move(1)

    def action_compare(self) -> None:
        """Draws the marked runs over one another; without a mark, the highlighted one and its parent."""
        run = self._highlighted()
        if run is None:
            return
        names = [one.name for one in reversed(self.runs) if one.name in self.marked]
        if not names and isinstance(run, SweepRow):
            self._say(BadInput("a sweep is no run to compare: v shows its pictures, space marks runs"))
            return
        if not names:
            known = {one.name for one in self.runs}
            names = [name for name in (run.about.parent, run.name) if name in known]
        self.app.push_screen(CompareScreen(self._lab, tuple(names)))

    def action_pictures(self) -> None:
        """Shows what the highlighted sweep, the marked runs, or all that are listed, show of their knobs."""
        run, lab = self._highlighted(), self._lab
        if isinstance(run, SweepRow):
            self.app.push_screen(pictures_of_sweep(lab, run.name))
            return
        names = self.marked or {one.name for one in self._shown if not isinstance(one, SweepRow)}
        what = f"{plural(len(names), 'run')}{' marked' if self.marked else ''}"
        curves = BestCurves(lab.store)
        self.app.push_screen(
            PicturesScreen(lab, what, lambda: of_runs(what, [one for one in lab.browse() if one.name in names], curves))
        )

    def action_order(self) -> None:
        """Orders by the next column, and goes to the first row: the best, where that is what is ordered by."""
        orders = [*ORDERS, *(one.name for one in self._apart)]
        place = orders.index(self.order) if self.order in orders else -1
        self.query_one(LongTable).cursor = 0
        self.order = orders[(place + 1) % len(orders)]

    def action_filter(self) -> None:
        """Goes to the filter."""
        field = self.query_one(Input)
        field.display = True
        self.set_focus(field)  # at once: the next key is meant for it

    def action_note(self) -> None:
        """Asks for label and note of the highlighted run."""
        if (run := self._highlighted()) is None:
            return
        if isinstance(run, SweepRow):
            self._say(BadInput("a sweep is known by its name alone: label and note are of a run"))
            return

        def describe(label: str, note: str) -> None:
            self._lab.describe(run.name, label=label, note=note)

        def told(saved: bool | None) -> None:
            self._look()

        self.app.push_screen(NoteScreen(run.name, run.about, describe, self._jobs), told)

    def action_delete(self) -> None:
        """Asks, then deletes the marked runs, or the highlighted one."""
        run = self._highlighted()
        names = sorted(self.marked) or ([run.name] if run else [])
        if not names:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._do("delete", partial(self._delete, names))
                self.marked = frozenset()

        what = names[0] if len(names) == 1 else plural(len(names), "marked run")
        question = f"Curves and weights of {what} will be lost for good."
        self.app.push_screen(ConfirmScreen(f"Delete {what}?", question, "Delete"), answered)

    def action_back(self) -> None:
        """Ends the filter; or goes back."""
        field = self.query_one(Input)
        if field.display:
            field.value = ""
            self._close_filter()
            field.display = False
        else:
            self.dismiss(None)

    # What comes from below, and from the thread

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self.wanted = event.value

    @on(Input.Submitted)
    def _close_filter(self) -> None:
        self.query_one(LongTable).focus()

    @on(LongTable.Highlighted)
    def _explain(self) -> None:
        run = self._highlighted()
        self.query_one("#about", Static).update(Content(about(run) if run else ""))

    def _take(self, found: tuple[tuple[RunSummary, ...], bool]) -> None:
        self._fault = ""
        self.runs, self._looked = found
        self._tell_count()

    # What follows from a change of state

    def watch_runs(self) -> None:
        """Shows what there is."""
        self.marked &= {run.name for run in self.runs}
        self._choose()

    def watch_order(self) -> None:
        """Shows the order."""
        self._fill()

    def watch_wanted(self) -> None:
        """Shows what fits."""
        self._choose()

    def watch_marked(self) -> None:
        """Shows the marks."""
        self._fill()

    def _choose(self) -> None:
        """Looks for what is wanted; an expression that is not yet whole leaves the list as it was."""
        try:
            self._fitting, self._amiss = wanted(self.runs, self.wanted), ""
        except BadInput as error:
            self._amiss = str(error)
            known = {run.name: run for run in self.runs}
            self._fitting = tuple(known[run.name] for run in self._fitting if run.name in known)
        self._apart = differing(self._fitting)[:KNOBS]
        self._columns = columns(self._fitting, self._apart)
        self._fill()

    def _fill(self) -> None:
        """Shows those that are looked for; the cursor stays on its run, or where that was.

        In the first row of an order that is not the newest first it stays there, with whichever is best.
        """
        table, here, marked, apart = self.query_one(LongTable), self._highlighted(), self.marked, self._apart
        shown = self._shown = ordered(self._fitting, self.order)
        place = max(0, min(table.cursor, len(shown) - 1))
        if table.cursor or self.order == _NEWEST:
            place = next((row for row, run in enumerate(shown) if here and run.name == here.name), place)
        table.show(self._columns, len(shown), lambda row: cells(shown[row], marked, apart), place)
        self._explain()
        self._tell_count()

    def _tell_count(self) -> None:
        marked = f", {len(self.marked)} marked" if self.marked else ""
        of = f" of {count(len(self.runs))}" if self.wanted else ""
        by = self.order if self.order in ORDERS else knob_name(self.order)
        reading = "" if self._looked or self._fault else " …"
        more = f" · ✗ {clean(self._amiss)}" if self._amiss else f" · enter shows one{reading}"
        title = f"Runs: {count(len(self._shown))}{of}, by {by}{marked}{more}"
        self.query_one(".title", Static).update(Content(title))
        empty = self.query_one("#empty", Static)
        empty.display = not self._shown
        empty.update(
            self._fault
            or (
                "Looking …"
                if not self._looked
                else "No such run."
                if self.runs
                else "No runs yet: press escape, then r."
            )
        )

    def _highlighted(self) -> RunSummary | None:
        row = self.query_one(LongTable).cursor
        return self._shown[row] if row < len(self._shown) else None

    def _do(self, what: str, work: Callable[[], None]) -> None:
        """Does something to runs, off the UI thread, and looks again."""
        self._jobs.do(what, work, lambda done: self._look(), self._say)

    def _delete(self, names: Sequence[str]) -> None:
        """Deletes those that can be; raises `BadInput` for the others."""
        faults = []
        for name in names:
            try:
                self._lab.delete(name)
            except BadInput as error:
                faults.append(str(error))
        if faults:
            raise BadInput("; ".join(faults))

    def _say(self, error: BadInput) -> None:
        self.notify(clean(str(error)), severity="warning", markup=False)
        self._look()

    def _look(self) -> None:
        self._jobs.follow("list", self._browse, self._take, self._miss)
        self._jobs.ask("stall", self._lab.stall, self._tell_stall, lambda error: self._tell_stall(None))

    def _tell_stall(self, stall: Stall | None) -> None:
        line = self.query_one("#stall", Static)
        line.display = stall is not None
        if stall is not None:
            line.update(Content(f"✗ {clean(stall_text(stall))}"))

    def _miss(self, error: BadInput) -> None:
        self._fault, self.runs = f"✗ {clean(str(error))}", ()
        self._tell_count()

    def _browse(self, tell: Tell[tuple[tuple[RunSummary, ...], bool]]) -> None:
        """Tells the runs found so far, and whether they are all."""
        found: list[RunSummary] = [*self._lab.sweeps.rows()]
        known, due = len(self.runs), monotonic() + SOON
        for run in self._lab.browse():
            found.append(run)
            if tell.over.is_set():
                return
            if monotonic() >= due and len(found) > known:
                tell((tuple(found), False))
                due = monotonic() + SOON * 4
        tell((tuple(found), True))
