"""What is said of a gradient check and of a sweep over ε."""

from tuilab.nn import EpsilonCurve, GradientReport
from tuilab.nn.gradient_check import WRONG, Verdict
from tuilab.words import count, listed, plural

VERDICT_SIGNS: dict[Verdict, str] = {"correct": "✓", "look again": "?", "wrong": "✗", "proves nothing": "–"}
"""What stands for a verdict at a glance, beside the word."""

PARAMETER_COLUMNS = ("parameter", "size", "kinks", "relative difference", "blame: share of ‖difference‖²")
COORDINATE_COLUMNS = ("coordinate", "back-propagation", "numerical", "share")
_SENTENCES = {
    "correct": "Back-propagation and the numerical gradient agree.",
    "look again": "Close, but not close enough: look at {guilty}.",
    "wrong": "Back-propagation is wrong: look at {guilty} first.",
}


def head(report: GradientReport) -> str:
    """`✗ wrong: 0.333`; without a figure where none tells anything."""
    if report.verdict == "proves nothing":
        return f"{VERDICT_SIGNS[report.verdict]} {report.verdict}"
    return f"{VERDICT_SIGNS[report.verdict]} {report.verdict}: {report.relative_difference:.3g}"


def sentence(report: GradientReport, where: str) -> str:
    """What the verdict means, how much was compared `where`, and what was left out."""
    guilty, doubts = ", ".join(parameter.name for parameter in report.guilty[:4]), _doubts(report)
    match report.verdict:
        case "proves nothing":
            meaning = _nothing(report)
        case "look again" if report.rounding_explains or report.epsilon_explains:
            meaning = "Close, but not close enough."  # it is nobody's fault that is known
        case verdict:
            meaning = _SENTENCES[verdict].format(guilty=guilty)
    size = sum(parameter.size for parameter in report.parameters)
    kinks = (
        f", {plural(report.kinks, 'kink')} apart (a ReLU input or an L1 weight within ε of 0)" if report.kinks else ""
    )
    at = f" {where}" if where else ""
    compared = f"{count(report.compared)} of {count(size)} coordinates{at}, ε = {report.epsilon:g}{kinks}"
    return f"{' '.join([meaning, *doubts])}\n{compared}."


def _nothing(report: GradientReport) -> str:
    """Why a check proves nothing, and what to do."""
    if not report.compared:
        return f"Nothing was compared: every coordinate is within ε = {report.epsilon:g} of a kink. Take a smaller ε."
    if report.scale == 0:
        return "Nothing was compared: every gradient is 0 here. Check at other weights, or with another initializer."
    if report.epsilon_explains:
        return f"{_by_epsilon(report)} Check with {_elsewhere(report)}."
    if report.relative_difference < WRONG and report.planted is not None:
        return "The planted bug changes too little to be seen. Plant it at other weights, or with another initializer."
    other = "at other weights, or with another initializer"
    if report.suited_epsilon != report.epsilon:
        other = f"with ε = {report.suited_epsilon:g}"
    return (
        f"The gradients are as small ({report.scale:.1g} in all) as what rounding makes of J's differences "
        f"({report.rounding:.1g}). Check {other}."
    )


def _by_epsilon(report: GradientReport) -> str:
    return (
        f"ε = {report.epsilon:g} errs by itself: with another the numerical gradient is {report.unsure:.1g} away "
        f"({report.scale:.1g} in all)."
    )


def _elsewhere(report: GradientReport) -> str:
    if report.suited_epsilon < report.epsilon:
        return f"ε = {report.suited_epsilon:g}"
    return "another ε, at a θ with no kink near it, and a J that is computed in float64"


def _doubts(report: GradientReport) -> list[str]:
    """What limits a verdict: an ε that does not suit, parameters of which nothing can be told."""
    doubts = []
    if report.verdict in ("look again", "wrong"):
        if report.rounding_explains:
            why = "Rounding alone could make that difference"
            other = report.suited_epsilon > report.epsilon
            doubts.append(f"{why}: try ε = {report.suited_epsilon:g}." if other else f"{why}.")
        elif report.epsilon_explains:
            doubts.append(f"{_by_epsilon(report)} Try {_elsewhere(report)}.")
    if report.verdict != "proves nothing" and (untold := [one.name for one in report.parameters if not one.told]):
        doubts.append(f"Nothing is told of {listed(untold, 4)}: gradients of 0, below rounding or at kinks.")
    return doubts


def parameter_rows(report: GradientReport) -> list[tuple[str, ...]]:
    """A row for each W and b, with its share of the squared difference where it is to blame."""
    rows: list[tuple[str, ...]] = []
    for parameter in report.parameters:
        blame = f"← {100 * parameter.share:.0f} %" if parameter in report.guilty else ""
        difference = f"{parameter.relative_difference:.3g}" if parameter.told else "–"
        numbers = count(parameter.size), count(parameter.kinks), difference
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


def swept(sweep: EpsilonCurve) -> str:
    """Over how much of θ and of the data the error was measured."""
    examples = "" if sweep.examples is None else f", J over {plural(sweep.examples, 'example')}"
    return f"{count(sweep.coordinates)} of {count(sweep.parameters)} coordinates{examples}"


def best_epsilon(sweep: EpsilonCurve) -> str:
    """Which ε is the best one, or that none is good."""
    one, two = sweep.best_one_sided, sweep.best_two_sided
    if two.two_sided >= WRONG:
        return f"No ε brings two sides below {two.two_sided:.2g}: the gradient is off, or lost in rounding."
    best = [f"{point.epsilon:g} with {sides}" for point, sides in ((two, "two sides"), (one, "one"))]
    return f"Best: ε = {best[0]} ({two.two_sided:.1e}), {best[1]} ({one.one_sided:.1e})."


def cubed(theta: float = 1.0, epsilon: float = 0.01) -> tuple[str, ...]:
    """The derivative of θ³ worked out: by two sides, by one, and what each errs by (ε² and 3θε + ε²)."""
    above, here, below = (float(number) ** 3 for number in (theta + epsilon, theta, theta - epsilon))
    exact, two, one = 3 * theta**2, (above - below) / (2 * epsilon), (above - here) / epsilon
    return (
        f"By hand: J(θ) = θ³ at θ = {theta:g} with ε = {epsilon:g}; the derivative is 3θ² = {exact:g}.",
        f"two-sided ({above:.6f} − {below:.6f}) / {2 * epsilon:g} = {two:.4f}, off by ε² = {two - exact:.4f}",
        f"one-sided ({above:.6f} − {here:.6f}) / {epsilon:g} = {one:.4f}, off by 3θε + ε² = {one - exact:.4f}",
    )
