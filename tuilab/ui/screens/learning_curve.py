"""The learning curve: would more data help, and how much? A point after another, as they are trained."""

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
from tuilab.lab.sentences.learning_curve import forecast_text
from tuilab.text import clean
from tuilab.training.learning_curve import SEEDS, SIZES, CurvePoint, Forecast, forecast, predicted
from tuilab.ui.figures.known import DEV, FORETOLD, TRAIN
from tuilab.ui.plots import Figure, Plot, Series
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs, Tell, alone

Told = tuple[tuple[CurvePoint, ...], Forecast | None]
AHEAD = 32
"""Points of the curve that is foretold."""


class LearningCurveScreen(Dialog[None]):
    """Trains an experiment with ever more of its examples."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "Back")]

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        super().__init__()
        self._lab, self._experiment = lab, experiment
        self._jobs = Jobs(self, lab.store.home)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            name = clean(self._experiment.name, 60)
            yield Static(Content(f"Learning curve: {name}"), classes="title", markup=False)
            yield ProgressBar(total=SIZES, show_eta=False, show_percentage=False)
            yield Plot()
            yield Static(f"Training {SIZES} sizes with {SEEDS} seeds each …", id="sentence", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._jobs.follow("learning curve", alone(self._look), self._take, self._refuse)

    def on_unmount(self) -> None:
        self._jobs.end()

    def _look(self, tell: Tell[Told]) -> None:
        points: tuple[CurvePoint, ...] = ()
        for point in self._lab.learning_curve(self._experiment):
            points += (point,)
            tell((points, None))
            if tell.over.is_set():
                return
        tell((points, forecast(points)))

    def _take(self, told: Told) -> None:
        points, known = told
        self.query_one(ProgressBar).update(progress=SIZES if known else len(points))
        self.query_one(Plot).show(curve_figure(points, known))
        if known is not None:
            self.query_one("#sentence", Static).update(Content(forecast_text(points, known)))

    def _refuse(self, error: BadInput) -> None:
        self.query_one("#sentence", Static).update(Content(f"✗ {clean(str(error))}"))


def curve_figure(points: tuple[CurvePoint, ...], known: Forecast | None) -> Figure:
    """Both errors over the number of examples, means and extremes over the seeds; what is foretold, once it is."""
    m = np.array([point.examples for point in points], float)
    train, dev = (
        100 * np.array([getattr(point, part) for point in points]).reshape(len(points), -1) for part in ("train", "dev")
    )
    series = [
        Series("lowest dev", m, dev.min(axis=1), "muted", "-"),
        Series("highest", m, dev.max(axis=1), "muted", "+"),
        TRAIN.series(m, train.mean(axis=1)),
        DEV.series(m, dev.mean(axis=1)),
    ]
    if known is not None:
        ahead = np.linspace(m[-1], 2 * m[-1], AHEAD)
        series.append(FORETOLD.series(ahead, 100 * predicted(known.power, ahead)))
    ends = (0.0, 2 * float(m[-1])) if known else None
    return Figure(title="Error, %", series=tuple(series), x_label="training examples", x_range=ends)
