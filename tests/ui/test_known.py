"""One letter and one color mean one thing, on the screen, in exports and in ASCII."""

import numpy as np
from msgspec import structs

from tests.lab.insight.test_machine import watched
from tests.lab.insight.test_signal import layers
from tests.ui.canned import snapshot
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.insight.machine import MachineInsight
from tuilab.nn import EpsilonCurve, EpsilonPoint
from tuilab.ui.figures import known
from tuilab.ui.figures.curves import cost_figure, error_figure, overlaid, sweep_figure
from tuilab.ui.figures.known import KNOWN
from tuilab.ui.figures.livery import liveries
from tuilab.ui.figures.machine import figures as machine_figures
from tuilab.ui.plots import Figure
from tuilab.ui.plots.vector import INKS, as_picture
from tuilab.ui.views.signal import signal_figure, weight_figure


def figures() -> list[Figure]:
    seen = CurvesInsight.of(snapshot("done"))
    report = layers([1, 2], [3, 4], predicted=[1, 2], weight_norm=[1, 1], update_ratio=[1, 1])
    sweep = EpsilonCurve(points=(EpsilonPoint(epsilon=0.1, one_sided=0.1, two_sided=0.1),), coordinates=1, parameters=1)
    return [
        cost_figure(seen),
        error_figure(seen),
        signal_figure(report),
        weight_figure(report),
        sweep_figure(sweep),
        *machine_figures(MachineInsight.of(watched())),
    ]


def test_every_letter_and_every_name_is_one_things_own() -> None:
    assert len({one.letter for one in KNOWN}) == len({one.name for one in KNOWN}) == len(KNOWN)
    assert all(one.letter.isascii() and one.letter.isalnum() for one in KNOWN)


def test_the_letter_of_a_run_is_that_of_no_kind_of_curve() -> None:
    letters = {livery.marker for livery in liveries([f"moons-{number:04}" for number in range(1, 60)]).values()}
    assert not letters & {one.letter for one in KNOWN}


def test_every_figure_draws_what_is_known_as_it_is_known() -> None:
    table = {one.name: one for one in KNOWN}
    for figure in figures():
        hues = [series.color for series in figure.series]
        assert len(set(hues)) == len(hues)
        for series in figure.series:
            assert series.marker == table[series.name].letter and series.color == table[series.name].hue


def test_train_and_dev_look_alike_in_the_cost_and_in_the_error() -> None:
    cost, error = ({series.name: (series.color, series.marker) for series in figure.series} for figure in figures()[:2])
    assert cost["train"] == error["train"] == (known.TRAIN.hue, "t")


def test_the_parent_keeps_its_own_marker_and_the_export_says_the_same() -> None:
    seen = CurvesInsight.of(snapshot("done"))
    figure = overlaid(cost_figure(seen), [structs.replace(seen, run="parent")])
    assert figure.series[0].marker == known.PARENT
    svg = as_picture([figure], "", "svg").decode()
    assert INKS[known.TRAIN.hue] in svg and INKS[known.PENALTY.hue] in svg
    assert np.isfinite(figure.series[0].y).all()
