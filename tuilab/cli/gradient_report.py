"""What the command line says of a gradient check and of a sweep over ε."""

from tuilab.nn import GradientReport, Sweep
from tuilab.words.table import aligned

_SIGNS = {"correct": "✓", "look again": "?", "wrong": "✗"}


def gradient_text(report: GradientReport, why: str = "") -> str:
    """The verdict, the parameters to blame, each parameter, and the worst coordinates if it is not correct.

    `why` says what the planted bug is.
    """
    lines = [
        f"{_SIGNS[report.verdict]} {report.verdict}: relative difference {report.relative_difference:.3g} "
        f"with ε = {report.epsilon:g}  (≤ 1e-7 correct, about 1e-5 look again, ≥ 1e-3 wrong)"
    ]
    if report.guilty:
        lines.append("  to blame   " + ", ".join(parameter.name for parameter in report.guilty))
    if report.planted is not None:
        lines.append(f"  planted    {report.planted}: {why}")
    size = sum(parameter.size for parameter in report.parameters)
    lines.append(f"  compared   {size - report.kinks:,} of {size:,} coordinates")
    if report.kinks:
        lines.append(f"  kinks      {report.kinks:,} left out: a ReLU input or an L1 weight within reach of ε from 0")
    rows = [("PARAMETER", "SIZE", "KINKS", "RELATIVE DIFFERENCE", "")]
    for parameter in report.parameters:
        blame = f"← {100 * parameter.share:.0f} % of the squared difference" if parameter in report.guilty else ""
        difference = f"{parameter.relative_difference:.3g}"
        rows.append((parameter.name, f"{parameter.size:,}", f"{parameter.kinks:,}", difference, blame))
    tables = ["\n".join(lines), "\n".join(aligned(rows))]
    if report.verdict != "correct":
        tables.append(_coordinates(report))
    return "\n\n".join(tables)


def _coordinates(report: GradientReport) -> str:
    rows = [("WORST COORDINATE", "ANALYTIC", "NUMERICAL", "SHARE")]
    for one in report.worst_coordinates:
        index = ", ".join(str(place) for place in one.index)
        numbers = f"{one.analytic:.9g}", f"{one.numerical:.9g}", f"{100 * one.share:.1f} %"
        rows.append((f"{one.parameter}[{index}]", *numbers))
    return "\n".join(aligned(rows))


def sweep_text(sweep: Sweep) -> str:
    """The U-curve as a table, the least error of each quotient marked."""
    points = sweep.points
    least_one, least_two = min(point.one_sided for point in points), min(point.two_sided for point in points)
    examples = "" if sweep.examples is None else f", J over {sweep.examples:,} examples"
    rows = [("ε", "(J(θ+ε) − J(θ)) / ε", "", "(J(θ+ε) − J(θ−ε)) / 2ε", "")]
    for point in points:
        marks = ["← least" if least else "" for least in (point.one_sided == least_one, point.two_sided == least_two)]
        rows.append((f"{point.epsilon:.0e}", f"{point.one_sided:.3g}", marks[0], f"{point.two_sided:.3g}", marks[1]))
    head = f"Relative difference over ε, {sweep.coordinates:,} of {sweep.parameters:,} coordinates{examples}"
    return "\n".join([head, "", *aligned(rows)])
