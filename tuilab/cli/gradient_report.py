"""What the command line says of a gradient check and of a sweep over ε."""

from tuilab.lab.sentences.gradients import (
    COORDINATE_COLUMNS,
    PARAMETER_COLUMNS,
    best_epsilon,
    coordinate_rows,
    cubed,
    head,
    parameter_rows,
    sentence,
    swept,
)
from tuilab.nn import EpsilonCurve, GradientReport
from tuilab.words.table import aligned


def gradient_text(report: GradientReport, where: str, why: str = "") -> str:
    """The verdict of a check made `where`, each parameter, and the worst coordinates if it is not correct.

    `why` says what the planted bug is.
    """
    lines = [f"{head(report)}  (relative difference: ≤ 1e-7 correct, about 1e-5 look again, ≥ 1e-3 wrong)"]
    lines += [f"  {line}" for line in sentence(report, where).split("\n")]
    if report.planted is not None:
        lines.append(f"  Planted: {report.planted}, {why}.")
    lines += ["", *aligned([PARAMETER_COLUMNS, *parameter_rows(report)], "lrrl")]
    if report.guilty:
        lines += ["", *aligned([COORDINATE_COLUMNS, *coordinate_rows(report)], "lr")]
    return "\n".join(lines)


def sweep_text(sweep: EpsilonCurve) -> str:
    """The U-curve as a table, the least error of each quotient marked."""
    points = sweep.points
    least_one, least_two = min(point.one_sided for point in points), min(point.two_sided for point in points)
    rows = [("ε", "(J(θ+ε) − J(θ)) / ε", "", "(J(θ+ε) − J(θ−ε)) / 2ε", "")]
    for point in points:
        marks = ["← least" if least else "" for least in (point.one_sided == least_one, point.two_sided == least_two)]
        rows.append((f"{point.epsilon:.0e}", f"{point.one_sided:.3g}", marks[0], f"{point.two_sided:.3g}", marks[1]))
    return "\n".join(
        [f"Relative difference over ε, {swept(sweep)}", "", *aligned(rows), "", best_epsilon(sweep), "", *cubed()]
    )
