"""What chance alone leaves open: how far from the true share one may be that was counted on so many examples."""

import math

SURE = 1.96
"""Standard deviations: of 100 intervals that are so wide, 95 hold the true figure."""
ONE_SIDED = 1.28
"""The same of limits on one side, of which 90 hold: where the question is whether a figure may well be higher."""


def wilson(error: float, examples: float, deviations: float = SURE) -> tuple[float, float]:
    """Wilson's interval of a share that was `error` of so many examples; of 0 of 60 it is 0 to 6 %.

    (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²))/(1 + z²/n); E. B. Wilson, "Probable inference", 1927.
    """
    square = deviations**2 / examples
    center, half = error + square / 2, deviations * math.sqrt(error * (1 - error) / examples + square / examples / 4)
    low, high = (center - half) / (1 + square), (center + half) / (1 + square)
    return min(max(low, 0.0), error), max(min(high, 1.0), error)  # as on paper, whatever is rounded


def more_by_chance(share: float, examples: float) -> float:
    """By how much more than a known `share` may be found in so many examples, of 100 times 90: z·√(p(1 − p)/n)."""
    return ONE_SIDED * math.sqrt(share * (1 - share) / examples)
