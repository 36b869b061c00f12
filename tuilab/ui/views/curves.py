"""Cost and error as they are learned, and the verdict on them."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import reactive

from tuilab.lab import Snapshot
from tuilab.ui.figures import NO_COST, NO_ERROR, cost_figure, error_figure, overlaid
from tuilab.ui.panels.verdict import Verdict
from tuilab.ui.plots import Plot
from tuilab.ui.views.view import View


class CurvesView(View):
    """The two curves; each is drawn again only when it has new points."""

    TITLE = "Curves"
    ABOUT = "cost and train/dev error over the iterations, the verdict, the next experiment"
    LOOKS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,ctrl+l", "log", "Log", tooltip="Draw the cost on a logarithmic or a linear axis"),
    ]

    log_axis = reactive(False, init=False)
    """Whether the cost is drawn on a logarithmic axis."""

    def compose(self) -> ComposeResult:
        with Container(id="plots"):
            yield Plot(id="cost")
            yield Plot(id="error")
        yield Verdict().data_bind(View.snapshot)

    def on_mount(self) -> None:
        self.watch_snapshot(None, self.snapshot)

    def action_log(self) -> None:
        """Turns the cost's axis."""
        self.log_axis = not self.log_axis

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Draws the curves that have new points."""
        if old is None or new is None or old.view.cost is not new.view.cost:
            self.watch_log_axis()
        if old is None or new is None or old.view.error is not new.view.error:
            for plot in self.query("#error").results(Plot):
                plot.show(NO_ERROR if new is None else overlaid(error_figure(new), self.overlays))

    def watch_overlays(self) -> None:
        """Draws both again."""
        self.watch_snapshot(None, self.snapshot)

    def watch_log_axis(self) -> None:
        """Draws the cost again."""
        for plot in self.query("#cost").results(Plot):
            plot.show(
                NO_COST
                if self.snapshot is None
                else overlaid(cost_figure(self.snapshot, log=self.log_axis), self.overlays)
            )
