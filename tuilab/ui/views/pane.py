"""The run on the screen: its status, and one of the views of it; a second one beside it where there is room."""

from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import var

from tuilab.experiment import Experiment
from tuilab.lab import Snapshot
from tuilab.presets import ViewName
from tuilab.ui.panels.lineage import BetterThan, Claims, DifferenceLine, Lineage
from tuilab.ui.panels.status import IDLE, RunStatus
from tuilab.ui.panels.tabs import TabChosen, TabLine
from tuilab.ui.views import VIEWS, View
from tuilab.ui.views.slot import EMPTY, LookAt, Slot
from tuilab.ui.work.jobs import Jobs

WIDE = 160
"""Columns of a terminal from which on a second view stands beside the first."""


class RunPane(Vertical):
    """Shows a snapshot through the view that was chosen, and through another one beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right_curly_bracket", "turn_beside(1)", "Beside", key_display="}", tooltip="Next view beside, or none"
        ),
        Binding("left_curly_bracket", "turn_beside(-1)", "Previous beside", show=False, tooltip="Previous view beside"),
    ]

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
    beside = var(1)
    """Which one is to stand beside it; `EMPTY`: none."""

    def __init__(self, jobs: Jobs, look: LookAt, better: BetterThan) -> None:
        super().__init__()
        self._lineage = Lineage(jobs, better)
        self._first = Slot("look", jobs, look, leads=True)
        self._second = Slot("beside", jobs, look)
        self._second.set_reactive(Slot.current, EMPTY)

    @property
    def view(self) -> View:
        """The view that was chosen."""
        return self._first.view

    def compose(self) -> ComposeResult:
        yield RunStatus(markup=False).data_bind(RunPane.snapshot, RunPane.idle)
        yield self._lineage.data_bind(RunPane.snapshot, RunPane.overlays)
        yield DifferenceLine(markup=False).data_bind(RunPane.snapshot, RunPane.experiment)
        yield Claims(markup=False).data_bind(RunPane.claims)
        yield TabLine([view.TITLE for view in VIEWS]).data_bind(RunPane.current)
        with Horizontal(id="slots"):
            yield self._first.data_bind(RunPane.snapshot, RunPane.overlays, RunPane.experiment, RunPane.current)
            yield self._second.data_bind(RunPane.snapshot, RunPane.overlays, RunPane.experiment)

    def on_resize(self) -> None:
        """Brings the second view, or takes it away."""
        self._arrange()

    def show(self, name: ViewName) -> None:
        """Shows the view of that name."""
        self.current = get_args(ViewName).index(name)

    def turn(self, step: int) -> None:
        """Shows the view that is `step` tabs away."""
        self.current = (self.current + step) % len(VIEWS)

    def action_turn_beside(self, step: int) -> None:
        """Shows another view beside, or none after the last one."""
        choices = [number for number in range(len(VIEWS)) if number != self.current] + [EMPTY]
        self.beside = choices[(choices.index(self._second.current) + step) % len(choices)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something beside only where there is room for it."""
        return self.app.size.width >= WIDE if action == "turn_beside" else True

    @on(TabChosen)
    def _take_tab(self, event: TabChosen) -> None:
        event.stop()
        self.current = event.number

    def watch_current(self) -> None:
        """Shows the view that was chosen, and another one beside it if that stood there."""
        self._arrange()

    def watch_beside(self) -> None:
        """Shows the view that was chosen to stand beside, where there is room."""
        self._arrange()

    def _arrange(self) -> None:
        if not self.is_mounted:
            return
        shown = self.beside if self.app.size.width >= WIDE else EMPTY
        if shown == self.current:  # the curves, or what stood beside them
            shown = 1 if self.current == 0 else 0
        if self._second.display != (shown != EMPTY):  # to say it again lays everything out again
            self._second.display = shown != EMPTY
        self._second.current = shown
        self.query_one(TabLine).beside = shown
