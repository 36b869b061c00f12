"""What is said of a gradient check and of a sweep over ε."""

from tuilab.nn import GradientReport, Sweep
from tuilab.nn.gradient_check import Verdict
from tuilab.words import count, plural

VERDICT_SIGNS: dict[Verdict, str] = {"correct": "✓", "look again": "?", "wrong": "✗"}
"""What stands for a verdict at a glance, beside the word."""

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
    """What the verdict means, how much was compared `where`, and what was left out."""
    guilty = ", ".join(parameter.name for parameter in report.guilty[:4])
    size = sum(parameter.size for parameter in report.parameters)
    kinks = (
        f", {plural(report.kinks, 'kink')} apart (a ReLU input or an L1 weight within ε of 0)" if report.kinks else ""
    )
    at = f" {where}" if where else ""
    compared = f"{count(size - report.kinks)} of {count(size)} coordinates{at}, ε = {report.epsilon:g}{kinks}"
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


def swept(sweep: Sweep) -> str:
    """Over how much of θ and of the data the error was measured."""
    examples = "" if sweep.examples is None else f", J over {plural(sweep.examples, 'example')}"
    return f"{count(sweep.coordinates)} of {count(sweep.parameters)} coordinates{examples}"
