"""What the gradient room says of a report: sentence, tables, the U-curve. Pure."""

import numpy as np

from tuilab.lab.signs import VERDICT_SIGNS
from tuilab.nn import GradientReport, Sweep
from tuilab.ui.plots import Figure, Series
from tuilab.words import count, plural

PARAMETER_COLUMNS = ("parameter", "size", "kinks", "relative difference", "blame: share of ‖difference‖²")
COORDINATE_COLUMNS = ("coordinate", "back-propagation", "numerical", "share")
_SENTENCES = {
    "correct": "Back-propagation and the numerical gradient agree.",
    "look again": "Close, but not close enough: look at {guilty}.",
    "wrong": "Back-propagation is wrong: look at {guilty} first.",
}


def head(report: GradientReport) -> str:
    """`✗ wrong: 0.333`."""
    return f"{VERDICT_SIGNS[report.verdict]} {report.verdict}: {report.relative_difference:.3g}"


def sentence(report: GradientReport, where: str) -> str:
    """What the verdict means, where the check was made, and what was left out."""
    guilty = ", ".join(parameter.name for parameter in report.guilty[:4])
    size = sum(parameter.size for parameter in report.parameters)
    kinks = (
        f", {plural(report.kinks, 'kink')} apart (a ReLU input or an L1 weight within ε of 0)" if report.kinks else ""
    )
    compared = f"{count(size - report.kinks)} of {count(size)} coordinates {where}, ε = {report.epsilon:g}{kinks}"
    return f"{_SENTENCES[report.verdict].format(guilty=guilty)}\n{compared}."


def parameter_rows(report: GradientReport) -> list[tuple[str, ...]]:
    """A row for each W and b, with its share of the squared difference where it is to blame."""
    rows: list[tuple[str, ...]] = []
    for parameter in report.parameters:
        blame = f"← {100 * parameter.share:.0f} %" if parameter in report.guilty else ""
        numbers = count(parameter.size), count(parameter.kinks), f"{parameter.relative_difference:.3g}"
        rows.append((parameter.name, *numbers, blame))
    return rows


def coordinate_rows(report: GradientReport) -> list[tuple[str, ...]]:
    """The coordinates that differ most, with both derivatives."""
    return [
        (
            f"{one.parameter}[{', '.join(map(str, one.index))}]",
            f"{one.analytic:.9g}",
            f"{one.numerical:.9g}",
            f"{100 * one.share:.1f} %",
        )
        for one in report.worst_coordinates
    ]


def sweep_figure(sweep: Sweep | None) -> Figure:
    """The U-curve on two log axes: the error of either quotient over ε."""
    if sweep is None:
        return Figure(title="Error over ε", note="measuring …")
    power = np.log10([point.epsilon for point in sweep.points])[::-1]
    one, two = ([getattr(point, side) for point in sweep.points][::-1] for side in ("one_sided", "two_sided"))
    examples = "" if sweep.examples is None else f", {plural(sweep.examples, 'example')}"
    return Figure(
        title="Relative difference",
        series=(
            Series("one-sided, O(ε)", power, np.array(one), "warning", "1"),
            Series("two-sided, O(ε²)", power, np.array(two), "success", "2"),
        ),
        x_label="log₁₀ ε",
        log_y=True,
        note=f"{count(sweep.coordinates)} of {count(sweep.parameters)} coordinates{examples}",
    )
