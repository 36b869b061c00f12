"""What chance alone leaves open: how far from the true error one may be that was measured on so many examples."""

import math

SURE = 1.96
"""Standard deviations: of 100 intervals that are so wide, 95 hold the true figure."""
ONE_SIDED = 1.28
"""The same of limits on one side, of which 90 hold: where the question is whether a figure may well be higher."""


def square(value: float) -> float:
    """value², ∞ where that is beyond all numbers, for which `**` raises."""
    return value * value


def wilson(error: float, examples: float, deviations: float = SURE) -> tuple[float, float]:
    """Wilson's interval of a share that was `error` of so many examples; of 0 of 60 it is 0 to 6 %.

    (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²))/(1 + z²/n); E. B. Wilson, "Probable inference", 1927.
    """
    square = deviations**2 / examples
    center, half = error + square / 2, deviations * math.sqrt(error * (1 - error) / examples + square / examples / 4)
    low, high = (center - half) / (1 + square), (center + half) / (1 + square)
    return min(max(low, 0.0), error), max(min(high, 1.0), error)  # as on paper, whatever is rounded


def limits_of_share(error: float, examples: float) -> tuple[float, float]:
    """Two limits on one side each, of which 90 of 100 hold, of a share that was `error` of so few examples, too.

    Wilson's with the correction for continuity (R. G. Newcombe, "Two-sided confidence intervals for the single
    proportion", 1998, method 4). Without it one of ten was no more than 3 % of all in one case of four.
    """
    square, twice = ONE_SIDED**2, 2 * examples * error

    def reach(side: int) -> float:
        among = square - 2 * side - 1 / examples + 4 * error * (examples * (1 - error) + side)
        return ONE_SIDED * math.sqrt(max(0.0, among))

    low = (twice + square - 1 - reach(1)) / (2 * (examples + square))
    high = (twice + square + 1 + reach(-1)) / (2 * (examples + square))
    return min(max(low, 0.0), error), 1.0 if error == 1 else max(min(high, 1.0), error)


def more_of_share(share: float, examples: float) -> float:
    """By how much more than a known `share` may be found in so many examples, of 100 times 90: z·√(p(1 − p)/n)."""
    return ONE_SIDED * math.sqrt(share * (1 - share) / examples)


def of_difference(
    first: tuple[float, tuple[float, float]], second: tuple[float, tuple[float, float]], phi: float = 0.0
) -> tuple[float, float]:
    """The interval of first − second, two figures with their intervals, whose mistakes correlate by φ.

    d ± √(a² − 2φab + b²), a and b how far either may be off in that direction: of two shares Newcombe's tenth
    ("Interval estimation for the difference between independent proportions", 1998; paired, the same year).
    """
    (one, (low, high)), (other, (least, most)) = first, second

    def reach(a: float, b: float) -> float:
        return math.sqrt(max(0.0, square(a) + square(b) - (2 * phi * a * b if phi else 0.0)))  # either may be endless

    return one - other - reach(one - low, most - other), one - other + reach(high - one, other - least)


def of_variance(error: float, examples: float, deviations: float = SURE) -> tuple[float, float]:
    """The interval of a mean square that was `error` of so many normal numbers: n·s²/χ² at either end of χ².

    The quantiles of χ² with n degrees of freedom are n(1 − 2/9n ± z·√(2/9n))³; E. B. Wilson and M. M. Hilferty, "The
    distribution of chi-square", 1931. Of fewer than four numbers there is no upper end.
    """
    width = 2 / (9 * examples)
    low, high = ((1 - width + side * deviations * math.sqrt(width)) ** 3 for side in (1, -1))
    return min(error / low, error), max(error / high, error) if high > 0 else math.inf


def of_mean(error: float, examples: float, spread: float, deviations: float = SURE) -> tuple[float, float]:
    """The interval of a mean that was `error` of so many numbers ≥ 0 of standard deviation `spread`, however they lie.

    With r = s/(x̄√n) from x̄(1 − zr) to x̄·exp(zr), where the logarithm of the mean ends: what is not below 0 is mostly
    skewed, so that a mean too low comes with a spread too low. Whatever the numbers are, their own s is at most x̄√n:
    r ≤ 1. A larger one is known of others like them, of which these may be too few: then at least to x̄ + z·s/√n.
    """
    if not error:
        return 0.0, 0.0
    reach = deviations * min(1.0, spread / (error * math.sqrt(examples)))
    return error * max(0.0, 1 - reach), max(error * math.exp(reach), error + deviations * spread / math.sqrt(examples))


def more_of_variance(variance: float, examples: float) -> float:
    """By how much more than a known `variance` the mean square of so many may be, of 100 times 90: z·σ²·√(2/n)."""
    return ONE_SIDED * variance * math.sqrt(2 / examples)
