"""A place for one view at a time: it is made when first chosen, and looks off the UI thread where somebody sees it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import ContentSwitcher

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Snapshot
from tuilab.runs import ACTIVE
from tuilab.ui.desk.looks import Looks
from tuilab.ui.views import VIEWS, View
from tuilab.ui.views.view import Chosen
from tuilab.ui.work.jobs import Jobs

EMPTY = -1
"""In place of the number of a view."""
LookAt = Callable[[View, Experiment, Snapshot | None, Any], Any]
"""What a view shows of an experiment, or of the run of a snapshot, and of which choice. Raises `BadInput`."""


class Slot(Container):
    """Shows a snapshot through the view that was chosen; the others cost nothing. `name` is that of its looks."""

    snapshot: var[Snapshot | None] = var(None)
    overlays: var[tuple[Snapshot, ...]] = var(())
    """Other runs beneath it, such as its parent."""
    experiment: var[Experiment | None] = var(None)
    """What the views look at while there is no run."""
    current = var(0)
    """Which of the views is shown; none, where it is `EMPTY`."""

    def __init__(self, name: str, jobs: Jobs, look: LookAt, *, leads: bool = False) -> None:
        """`leads`: whoever turns to another view has the keys of it."""
        super().__init__(id=name)
        self._job, self._leads = name, leads
        self._jobs, self._look = jobs, look
        self._looks = Looks()
        self._views: dict[int, View] = {}
        self._timer: Timer | None = None

    @property
    def view(self) -> View:
        """The view that is shown."""
        if self.current not in self._views:
            self._views[self.current] = VIEWS[self.current](id=f"{self._job}-{self.current}")
        return self._views[self.current]

    def compose(self) -> ComposeResult:
        if self.current == EMPTY:
            yield ContentSwitcher()
            return
        with ContentSwitcher(initial=self.view.id):
            yield self.view

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._look_when_due, init=False)
        self.watch(self.screen, "stack_updates", self._look_when_due, init=False)
        self._tell()

    def on_resize(self) -> None:
        """Also comes when the pane is shown again."""
        self._look_when_due()

    @on(Chosen)
    def _take_choice(self, event: Chosen) -> None:
        event.stop()
        self._hurry()

    async def watch_current(self) -> None:
        """Shows the view, made if it is new."""
        if not self.is_mounted or self.current == EMPTY:
            return
        switcher, view = self.query_one(ContentSwitcher), self.view
        if not view.is_attached:
            view.display = False  # both at once would be laid out, each in half of the room
            await switcher.mount(view)
        if view is self.view:  # a key that is held has turned to another one meanwhile
            switcher.current = view.id
            if self._leads:
                view.focus()
            self._tell()
            self._hurry()

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Gives it to the view; of another run nothing is shown that was seen of the last one."""
        if (old and old.name) != (new and new.name):
            for view in self._views.values():
                view.insight, view.fault = None, ""
            self._looks.hurry()
        elif old and new and old.status in ACTIVE and new.status not in ACTIVE:
            self._looks.hurry()  # it is over, so that a look slows nothing down
        self._tell()

    def watch_overlays(self) -> None:
        """Gives the view the runs to be drawn beneath."""
        self._tell()

    def watch_experiment(self) -> None:
        """Gives the view what to look at while there is no run."""
        if self.snapshot is None:
            self._tell()

    def _tell(self) -> None:
        if not self.is_mounted or self.current == EMPTY:
            return
        self.view.snapshot = self.snapshot
        self.view.overlays = self.overlays
        self._looks.renew()
        self._look_when_due()

    def _hurry(self) -> None:
        """Looks at once: somebody waits."""
        self._looks.hurry()
        self._look_when_due()

    def _look_when_due(self) -> None:
        """Has the view look where somebody sees it, now or after the rest."""
        if self.current == EMPTY:
            return
        view, snapshot = self.view, self.snapshot
        experiment = snapshot.experiment if snapshot else self.experiment
        seen = self.app.app_focus and self.screen.is_active and self.is_on_screen
        if not (seen and view.is_mounted and view.LOOKS and experiment is not None):
            return
        wait = self._looks.wait(bare=view.insight is None and not view.fault)
        if wait is None:
            return
        if self._timer is not None:
            self._timer.stop()
        if wait > 0:
            self._timer = self.set_timer(wait, self._look_when_due)
            return
        name = snapshot.name if snapshot else ""
        self._looks.begin()
        self._jobs.ask(
            self._job,
            partial(self._look, view, experiment, snapshot, view.choice),
            partial(self._take, view),
            partial(self._miss, view),
            still=lambda: name == (self.snapshot.name if self.snapshot else ""),
        )

    def _take(self, view: View, insight: Any) -> None:
        view.fault, view.insight = "", insight
        self._looks.end()
        self._look_when_due()

    def _miss(self, view: View, error: BadInput) -> None:
        view.fault = str(error)
        self._looks.end()
        self._look_when_due()
