"""Student's t ("The probable error of a mean", 1908), without a library that base installs would have to bring."""

import math
from functools import lru_cache

LEVEL = 0.05
"""A p below it shows a difference; the intervals hold 1 − LEVEL."""


def t_tails(t: float, freedom: int) -> float:
    """P(|T| ≥ |t|) of Student's t with a whole number of degrees of freedom (Abramowitz and Stegun, 26.7.3, 26.7.4)."""
    if math.isinf(t):
        return 0.0
    angle = math.atan(abs(t) / math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    term, total = (math.cos(angle), math.cos(angle)) if freedom % 2 else (1.0, 1.0)
    for k in range(2 + freedom % 2, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    inside = 2 / math.pi * (angle + (sine * total if freedom > 1 else 0)) if freedom % 2 else sine * total
    return max(0.0, 1 - inside)


@lru_cache(1024)
def t_quantile(freedom: int, chance: float = LEVEL) -> float:
    """The t that |T| exceeds with a `chance` > 0, by bisection."""
    low, high = 0.0, 1e3
    while t_tails(high, freedom) > chance:
        high *= 10
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if t_tails(middle, freedom) > chance else (low, middle)
    return high
