"""The run on the screen: its status, and one of the views of it."""

from time import monotonic
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import ContentSwitcher

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.ui.panels.lineage import Claims, Lineage
from tuilab.ui.panels.status import IDLE, RunStatus
from tuilab.ui.panels.tabs import TabChosen, TabLine
from tuilab.ui.views import VIEWS, View
from tuilab.ui.views.view import Chosen

REST, SHARE = 1.0, 5.0
"""Seconds between two looks at a run, at least; and how many times its own length a look is followed by rest."""


class Looked(Message):
    """A look at a run has ended: what it found for `view`, or why it found nothing."""

    def __init__(self, view: View, run: str, insight: Any, fault: str, seconds: float) -> None:
        super().__init__()
        self.view, self.run, self.insight, self.fault, self.seconds = view, run, insight, fault, seconds


class RunPane(Vertical):
    """Shows a snapshot through the view that was chosen; the others cost nothing, and are made when first chosen."""

    snapshot: var[Snapshot | None] = var(None)
    overlays: var[tuple[Snapshot, ...]] = var(())
    """Other runs beneath it, such as its parent."""
    claims = var("")
    """What the run says of a lesson's claims, in a line."""
    experiment: var[Experiment | None] = var(None)
    """What the views look at while there is no run."""
    idle = var(IDLE)
    """What to say while there is no run."""
    current = var(0)
    """Which of the views is shown."""

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self._views: dict[int, View] = {}
        self._looking = self._stale = self._hurried = False
        self._next_look: Timer | None = None

    @property
    def view(self) -> View:
        """The view that is shown."""
        if self.current not in self._views:
            self._views[self.current] = VIEWS[self.current](id=f"view-{self.current}")
        return self._views[self.current]

    def compose(self) -> ComposeResult:
        yield RunStatus(markup=False).data_bind(RunPane.snapshot, RunPane.idle)
        yield Lineage(markup=False).data_bind(RunPane.snapshot, RunPane.overlays)
        yield Claims(markup=False).data_bind(RunPane.claims)
        yield TabLine([view.TITLE for view in VIEWS]).data_bind(RunPane.current)
        with ContentSwitcher(initial=self.view.id):
            yield self.view

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._look_when_due, init=False)
        self.watch(self.screen, "stack_updates", self._look_when_due, init=False)
        self._tell()

    def on_resize(self) -> None:
        """Also comes when the pane is shown again."""
        self._look_when_due()

    def turn(self, step: int) -> None:
        """Shows the view that is `step` tabs away."""
        self.current = (self.current + step) % len(VIEWS)

    @on(TabChosen)
    def _take_tab(self, event: TabChosen) -> None:
        event.stop()
        self.current = event.number

    async def watch_current(self) -> None:
        """Shows the view, made if it is new, and gives it the keys."""
        if not self.is_mounted:
            return
        switcher, view = self.query_one(ContentSwitcher), self.view
        if not view.is_attached:
            await switcher.mount(view)
        if view is self.view:  # a key that is held has turned to another one meanwhile
            switcher.current = view.id
            view.focus()
            self._tell()
            self._hurry()

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Tells the view."""
        if (old and old.name) != (new and new.name):
            for view in self._views.values():
                view.insight, view.fault = None, ""
        self._tell()

    def watch_overlays(self) -> None:
        """Tells the view."""
        self._tell()

    def watch_experiment(self) -> None:
        """Tells the view, if there is no run."""
        if self.snapshot is None:
            self._tell()

    def _tell(self) -> None:
        if not self.is_mounted:
            return
        self.view.snapshot = self.snapshot
        self.view.overlays = self.overlays
        self._stale = True
        self._look_when_due()

    def _look_when_due(self) -> None:
        """Looks where there is something new, the last look is over and rested from, and somebody sees it.

        There is no rest while there is nothing to be seen yet.
        """
        if self.view.insight is None and not self.view.fault:
            self._end_rest()
        seen = self.app.app_focus and self.screen.is_active and self.is_on_screen
        if seen and self._stale and not self._looking and self._next_look is None and self.view.LOOKS:
            experiment = self.snapshot.experiment if self.snapshot else self.experiment
            if experiment is not None:
                self._looking, self._stale = True, False
                self._look(self.view, experiment, self.snapshot, self.view.choice)

    @on(Chosen)
    def _take_choice(self, event: Chosen) -> None:
        event.stop()
        self._stale = True
        self._hurry()

    def _hurry(self) -> None:
        """Looks without a rest before it: somebody waits."""
        self._hurried = self._looking
        self._end_rest()
        self._look_when_due()

    def _end_rest(self) -> None:
        if self._next_look is not None:
            self._next_look.stop()
            self._next_look = None

    @on(Looked)
    def _take_look(self, event: Looked) -> None:
        event.stop()
        self._looking = False
        if event.run == (self.snapshot.name if self.snapshot else ""):
            event.view.fault = event.fault
            if not event.fault:
                event.view.insight = event.insight
        if self._hurried:
            self._hurry()
        else:
            self._next_look = self.set_timer(max(REST, SHARE * event.seconds), self._rested)
            self._look_when_due()

    def _rested(self) -> None:
        self._next_look = None
        self._look_when_due()

    @work(thread=True, group="look")
    def _look(self, view: View, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> None:
        start = monotonic()
        insight, fault = None, ""
        try:
            insight = view.look(self._lab, experiment, snapshot, choice)
        except BadInput as error:
            fault = str(error)
        self.post_message(Looked(view, snapshot.name if snapshot else "", insight, fault, monotonic() - start))
