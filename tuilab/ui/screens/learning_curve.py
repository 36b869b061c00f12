"""The learning curve: would more data help, and how much? A point after another, as they are trained."""

import numpy as np

from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.sentences.learning_curve import forecast_text
from tuilab.nn.task import TASKS
from tuilab.text import clean
from tuilab.training.learning_curve import SEEDS, SIZES, CurvePoint, Forecast, forecast, predicted
from tuilab.ui.figures.known import DEV, FORETOLD, TRAIN
from tuilab.ui.plots import Figure, Series
from tuilab.ui.screens.study import Study, StudyScreen

AHEAD = 32
"""Points of the curve that is foretold."""


class LearningCurveScreen(StudyScreen[None]):
    """Trains an experiment with ever more of its examples."""

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        study = Study(
            title=f"Learning curve: {clean(experiment.name, 60)}",
            steps=SIZES,
            beginning=f"Training {SIZES} sizes with {SEEDS} seeds each …",
            begin=lambda: (lab.learning_curve(experiment), forecast),
            figure=curve_figure,
            text=forecast_text,
        )
        super().__init__(lab, study)


def curve_figure(points: tuple[CurvePoint, ...], known: Forecast | None) -> Figure:
    """Both errors over the number of examples, means and extremes over the seeds; what is foretold, if it is."""
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
    if known is not None and known.proves:
        ahead = np.linspace(m[-1], 2 * m[-1], AHEAD)
        series.append(FORETOLD.series(ahead, 100 * predicted(known.power, ahead)))
    ends = (0.0, 2 * float(m[-1])) if known else None
    title = TASKS[points[0].task].words.percent if points else ""
    return Figure(title=title, series=tuple(series), x_label="training examples", x_range=ends)
