"""How high a bias or a variance is, and how that is said.

The examples of the course notes set the bars: 15 % over the base is high bias and 1 % is not; a gap of 10 % is high
variance and 1 % is not. The bars lie at the geometric means, √(0.01·0.15) ≈ 0.04 and √(0.01·0.10) ≈ 0.03; within a
factor of 1.5 of one, borderline.
"""

from typing import Literal

HIGH_BIAS = 0.04
HIGH_VARIANCE = 0.03
NEAR = 1.5
"""A figure within this factor of its bar is borderline."""

Level = Literal["low", "borderline", "high"]


def level(figure: float, bar: float) -> Level:
    """How high a figure is that counts as high above `bar`."""
    if figure > NEAR * bar:
        return "high"
    return "borderline" if figure > bar / NEAR else "low"


def in_words(
    bias: Level, variance: Level | None, *, remembered: bool, harder: bool = False, held: str, alone: bool = False
) -> str:
    """Of bias and variance, the latter measured on the part `held`; `alone`: on one example.

    `remembered`: what train has below the base error is all that would make it high; `harder`: what its changed copies
    have above the part is all that would make the bias so.
    """
    match bias, variance:
        case _, None:
            said = {"high": "High bias: it underfits the training set", "low": "Low bias"}
            without = f"One {held} example proves nothing: with it" if alone else "Without a dev set"
            return f"{said.get(bias, 'Borderline bias')}. {without} the variance cannot be told."
        case "high", "high":
            return "High bias and high variance: it underfits in places and overfits in others."
        case "high", _:
            return "High bias: it underfits even the training set."
        case _, "high":
            return f"High variance: it fits the training set and not the {held} set."
        case "low", "low" if harder:
            return (
                f"Low bias and low variance: {held} is near the base error, train above it by its changed copies, "
                "which are harder."
            )
        case "low", "low" if remembered:
            return f"Low bias and low variance: {held} is near the base error, train below it by memory alone."
        case "low", "low":
            both = "both" if held == "dev" else "train and train-dev"
            return f"Low bias and low variance: {both} errors are near the base error."
        case "low", _ if remembered:
            return (
                f"Low bias, borderline variance: what {held} has above the base error is near the bar, "
                "the rest is memory."
            )
        case "low", _:
            return f"Low bias, borderline variance: the {held} error is near the bar above the train error."
        case _, "low":
            return "Borderline bias, low variance: the train error is near the bar above the base error."
        case _:
            return "Borderline bias and variance: both are near their bars."
