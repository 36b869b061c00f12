"""The run on the screen: its status, and one of the views of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import ContentSwitcher

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Snapshot
from tuilab.ui.desk.looks import Looks
from tuilab.ui.panels.lineage import Claims, Lineage
from tuilab.ui.panels.status import IDLE, RunStatus
from tuilab.ui.panels.tabs import TabChosen, TabLine
from tuilab.ui.views import VIEWS, View
from tuilab.ui.views.view import Chosen
from tuilab.ui.work.jobs import Jobs

LookAt = Callable[[View, Experiment, Snapshot | None, Any], Any]
"""What a view shows of an experiment, or of the run of a snapshot, and of which choice. Raises `BadInput`."""


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

    def __init__(self, jobs: Jobs, look: LookAt) -> None:
        super().__init__()
        self._jobs, self._look = jobs, look
        self._looks = Looks()
        self._views: dict[int, View] = {}
        self._timer: Timer | None = None

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

    @on(Chosen)
    def _take_choice(self, event: Chosen) -> None:
        event.stop()
        self._hurry()

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
        """Gives it to the view; of another run nothing is shown that was seen of the last one."""
        if (old and old.name) != (new and new.name):
            for view in self._views.values():
                view.insight, view.fault = None, ""
            self._looks.hurry()
        self._tell()

    def watch_overlays(self) -> None:
        """Gives the view the runs to be drawn beneath."""
        self._tell()

    def watch_experiment(self) -> None:
        """Gives the view what to look at while there is no run."""
        if self.snapshot is None:
            self._tell()

    def _tell(self) -> None:
        if not self.is_mounted:
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
            "look",
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
