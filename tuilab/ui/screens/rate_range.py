"""The learning-rate range test: the cost while α rises, and which α to take."""

from typing import ClassVar

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, ProgressBar, Static

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.sentences.rate_range import range_text
from tuilab.text import clean
from tuilab.training.rate_range import BLOWN, SEEDS, STEPS, RatePoint, RateRange
from tuilab.ui.figures.known import TOTAL
from tuilab.ui.plots import Figure, Plot, Series
from tuilab.ui.plots.figure import VerticalLine
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs, Tell, alone

Risen = tuple[tuple[RatePoint, ...], RateRange | None]


class RateRangeScreen(Dialog[float]):
    """Tests which α suits an experiment; ends with the one suggested, if that is to be taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "take", "Into the panels", tooltip="Put the suggested α into the panels"),
        Binding("escape,q", "dismiss", "Back"),
    ]

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        super().__init__()
        self._lab, self._experiment = lab, experiment
        self._jobs = Jobs(self, lab.store.home)
        self._known: RateRange | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            name = clean(self._experiment.name, 60)
            yield Static(Content(f"Learning-rate range test: {name}"), classes="title", markup=False)
            yield ProgressBar(total=STEPS, show_eta=False, show_percentage=False)
            yield Plot()
            yield Static(f"α rises over {SEEDS} seeds, an update at each …", id="sentence", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._jobs.follow("range test", alone(self._look), self._show, self._refuse)

    def on_unmount(self) -> None:
        self._jobs.end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to take only where an α is suggested."""
        if action == "take":
            return self._known is not None and self._known.suggested is not None
        return super().check_action(action, parameters)

    def action_take(self) -> None:
        """Ends with the suggested α."""
        if self._known is not None and self._known.suggested is not None:
            self.dismiss(self._known.suggested)

    def _look(self, tell: Tell[Risen]) -> None:
        points: tuple[RatePoint, ...] = ()
        test = self._lab.rate_range(self._experiment)
        for point in test.rise():
            points += (point,)
            tell((points, None))
            if tell.over.is_set():
                return
        tell((points, test.found()))

    def _show(self, told: Risen) -> None:
        points, self._known = told
        self.query_one(ProgressBar).update(progress=STEPS if self._known else len(points))
        self.query_one(Plot).show(range_figure(points, self._known))
        if self._known is not None:
            said = range_text(points, self._known, self._experiment)
            self.query_one("#sentence", Static).update(Content(said))
            self.refresh_bindings()

    def _refuse(self, error: BadInput) -> None:
        self.query_one("#sentence", Static).update(Content(f"✗ {clean(str(error))}"))


def range_figure(points: tuple[RatePoint, ...], known: RateRange | None) -> Figure:
    """J over log α, as a share of that at the start: mean and extremes over the seeds; the α that are told of."""
    rate = np.log10([point.rate for point in points])
    costs = np.array([point.costs for point in points]).reshape(len(points), -1)
    costs = np.minimum(np.where(np.isnan(costs), np.inf, costs), BLOWN)
    series = (
        Series("lowest", rate, costs.min(axis=1), "muted", "-"),
        Series("highest", rate, costs.max(axis=1), "muted", "+"),
        TOTAL.series(rate, costs.mean(axis=1)),
    )
    told = {} if known is None else {"stable": known.stable, "suggested": known.suggested}
    marks = tuple(VerticalLine(float(np.log10(rate)), name) for name, rate in told.items() if rate is not None)
    return Figure(title="J / J at the start", series=series, x_label="log₁₀ α", marks=marks)
