"""The run on the screen: its status, its curves, its verdict."""

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.reactive import reactive

from tuilab.lab import Snapshot
from tuilab.ui.figures import NO_COST, NO_ERROR, cost_figure, error_figure
from tuilab.ui.panels.status import IDLE, RunStatus
from tuilab.ui.panels.verdict import Verdict
from tuilab.ui.plots import Plot


class RunPane(Vertical):
    """Shows a snapshot; a curve is drawn again only when it has new points."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    log_axis = reactive(False)
    """Whether the cost is drawn on a logarithmic axis."""
    idle = reactive(IDLE)
    """What to say while there is no run."""

    def compose(self) -> ComposeResult:
        yield RunStatus(markup=False).data_bind(RunPane.snapshot, RunPane.idle)
        with Container(id="plots"):
            yield Plot(id="cost")
            yield Plot(id="error")
        yield Verdict().data_bind(RunPane.snapshot)

    def on_mount(self) -> None:
        self.watch_snapshot(None, self.snapshot)

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Draws the curves that have new points."""
        if old is None or new is None or old.view.cost is not new.view.cost:
            self.watch_log_axis()
        if old is None or new is None or old.view.error is not new.view.error:
            for plot in self.query("#error").results(Plot):
                plot.show(NO_ERROR if new is None else error_figure(new))

    def watch_log_axis(self) -> None:
        """Draws the cost again."""
        for plot in self.query("#cost").results(Plot):
            plot.show(NO_COST if self.snapshot is None else cost_figure(self.snapshot, log=self.log_axis))
