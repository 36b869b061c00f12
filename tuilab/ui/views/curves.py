"""Cost and error as they are learned, and the verdict on them."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var

from tuilab.lab import Snapshot
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.ui.figures.curves import NO_COST, NO_ERROR, cost_figure, error_figure, iterations, overlaid
from tuilab.ui.panels.verdict import VerdictPanel
from tuilab.ui.plots import Chart
from tuilab.ui.plots.figure import Range
from tuilab.ui.views.curves_scene import Scene
from tuilab.ui.views.view import View
from tuilab.words import plural

ZOOM = 0.5
"""What a key makes of the length of the axis."""


class CurvesView(View):
    """The two curves over one axis of iterations; each is drawn again only when it has new points."""

    TITLE = "Curves"
    INSIGHT = CurvesInsight
    LOOKS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,ctrl+l", "log", "Log", tooltip="Draw the cost on a logarithmic or a linear axis"),
        Binding("f", "height", "All points", show=False, tooltip="Make room for every point, or for those that matter"),
        Binding("h", "alone", "Hide parent", show=False, tooltip="Hide the parent's curves, or show them"),
        Binding("c", "cursor", "Cursor", tooltip="Read the curves at a cursor; the mouse reads them without"),
        Binding("n", "smooth", "Smooth", tooltip="Smooth the curves, more each time, then not; the raw line stays"),
        Binding("space", "hold", "Hold", tooltip="Pause the view: points keep coming, the picture stays"),
        Binding(
            "plus,equals_sign", f"zoom({ZOOM})", "Zoom", key_display="+", show=False, tooltip="Zoom in; or wheel up"
        ),
        Binding("minus", f"zoom({1 / ZOOM})", "Zoom out", show=False, tooltip="Zoom out; or wheel down"),
        Binding("0", "reset", "All", show=False, tooltip="See the whole run again"),
        Binding("left", "move(-1)", "Left", show=False, tooltip="Move the cursor; without one, the axis; or drag it"),
        Binding("right", "move(1)", "Right", show=False, tooltip="Move the cursor; without one, the axis; or drag it"),
        Binding("shift+left", "move(-10)", "Far left", show=False, tooltip="Ten times as far"),
        Binding("shift+right", "move(10)", "Far right", show=False, tooltip="Ten times as far"),
    ]

    scene: var[Scene] = var(Scene(), init=False)
    """How the curves are looked at."""
    held: var[Snapshot | None] = var(None, init=False)
    """What is shown while the view is paused."""

    def compose(self) -> ComposeResult:
        with Container(id="plots"):
            yield Chart(id="cost")
            yield Chart(id="error")
        yield VerdictPanel().data_bind(View.snapshot)

    def on_mount(self) -> None:
        self._draw()

    # What the keys and the mouse do

    def action_log(self) -> None:
        """Turns the cost's axis."""
        self.scene = self.scene.turned(not self.query_one("#cost", Chart).is_log)

    def action_height(self) -> None:
        """Shows every point, or what matters."""
        self.scene = self.scene.heightened()

    def action_alone(self) -> None:
        """Hides the other runs, or shows them."""
        self.scene = self.scene.accompanied()

    def action_cursor(self) -> None:
        """Brings the cursor, or takes it away."""
        self.scene = self.scene.with_cursor(0 if self.snapshot is None else self.snapshot.view.iteration)

    def action_smooth(self) -> None:
        """Smooths more, or no longer."""
        self.scene = self.scene.smoother()

    def action_hold(self) -> None:
        """Pauses the view, or lets it go on."""
        self.held = self.snapshot if self.held is None else None

    def action_zoom(self, factor: float) -> None:
        """Makes the window `factor` times as long."""
        self.scene = self.scene.zoomed(factor)

    def action_reset(self) -> None:
        """Shows the whole run."""
        self.scene = self.scene.reset()

    def action_move(self, steps: int) -> None:
        """Moves the cursor or the window."""
        self.scene = self.scene.moved(steps)

    @on(Chart.Zoomed)
    def _zoom_at(self, event: Chart.Zoomed) -> None:
        event.stop()
        self.scene = self.scene.zoomed(event.factor, event.at)

    @on(Chart.Panned)
    def _pan(self, event: Chart.Panned) -> None:
        event.stop()
        self.scene = self.scene.panned(event.share)

    @on(Chart.Pointed)
    def _read(self, event: Chart.Pointed) -> None:
        event.stop()
        self.scene = self.scene.pointed(event.x)

    # What is drawn

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Draws the curves that have new points."""
        if old is None or new is None or old.name != new.name:
            self.held = None
            self._draw()
        elif self.held is not None:
            self._draw(error=False)  # how many points wait
        else:
            both = old.view.marks != new.view.marks or _span(old) != _span(new)
            error = both or old.view.error is not new.view.error  # the dev cost comes with the errors
            self._draw(cost=error or old.view.cost is not new.view.cost, error=error)

    def watch_overlays(self) -> None:
        """Draws both again."""
        self._draw()

    def watch_scene(self) -> None:
        """Draws both again, for the one who asked."""
        self._draw(asked=True)

    def watch_held(self) -> None:
        """Draws both again, for the one who asked."""
        self._draw(asked=True)

    def _draw(self, *, cost: bool = True, error: bool = True, asked: bool = False) -> None:
        shown = self.held or self.snapshot
        seen = None if shown is None else CurvesInsight.of(shown)
        others = [] if self.scene.alone else [CurvesInsight.of(overlay) for overlay in self.overlays]
        for plot in self.query(Chart):
            if plot.id == "cost" and cost:
                figure = NO_COST if seen is None else overlaid(cost_figure(seen, log=self.scene.log), others)
            elif plot.id == "error" and error:
                figure = NO_ERROR if seen is None else overlaid(error_figure(seen), others)
            else:
                continue
            if figure.x_range is not None:
                self.set_reactive(CurvesView.scene, self.scene.of(figure.x_range))
                figure = self.scene.of_figure(replace(figure, note=self._waiting(plot.id == "cost")))
            plot.show(figure, asked=asked)

    def _waiting(self, counted: bool) -> str:
        if self.held is None or self.snapshot is None:
            return ""
        if not counted:
            return "view paused"
        number = len(self.snapshot.view.cost) - len(self.held.view.cost)
        return f"view paused, {plural(number, 'newer point')} wait{'s' if number == 1 else ''}"


def _span(snapshot: Snapshot) -> Range:
    return iterations(CurvesInsight.of(snapshot))
