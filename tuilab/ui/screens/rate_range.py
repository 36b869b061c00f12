"""The learning-rate range test: the cost while α rises, and which α to take."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

import numpy as np
from textual.binding import Binding, BindingType

from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.sentences.rate_range import range_text
from tuilab.text import clean
from tuilab.training.rate_range import BLOWN, SEEDS, STEPS, RatePoint, RateRange
from tuilab.ui.figures.known import TOTAL
from tuilab.ui.plots import Figure, Series
from tuilab.ui.plots.figure import VerticalLine
from tuilab.ui.screens.study import Study, StudyScreen


class RateRangeScreen(StudyScreen[float]):
    """Tests which α suits an experiment; ends with the one suggested, if that is to be taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "take", "Into the panels", tooltip="Put the suggested α into the panels"),
    ]

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        def begin() -> tuple[Iterable[RatePoint], Callable[[tuple[RatePoint, ...]], RateRange]]:
            test = lab.rate_range(experiment)
            return test.rise(), lambda points: test.found()

        study = Study(
            title=f"Learning-rate range test: {clean(experiment.name, 60)}",
            steps=STEPS,
            beginning=f"α rises over {SEEDS} seeds, an update at each …",
            begin=begin,
            figure=range_figure,
            text=partial(range_text, experiment=experiment),
        )
        super().__init__(lab, study)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to take only where an α is suggested."""
        if action == "take":
            return self.found is not None and self.found.suggested is not None
        return super().check_action(action, parameters)

    def action_take(self) -> None:
        """Ends with the suggested α."""
        if self.found is not None and self.found.suggested is not None:
            self.dismiss(self.found.suggested)


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
