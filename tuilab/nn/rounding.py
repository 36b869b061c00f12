"""How much of a numerical gradient is rounding, and which ε suits it.

(J(θ + ε) − J(θ − ε)) / 2ε of a J that is rounded by r is off by about r/ε. A J of a thousand is rounded a thousand
times as coarsely as a J of one, so it wants a larger ε; a gradient far below r/ε cannot be checked at all.
"""

import math

import numpy as np

from tuilab.arrays import Array

EPSILON = 1e-7
"""ε where nothing speaks for a larger one (course notes, "Gradient checking")."""
LARGEST = 1e-3
"""ε above which a quotient errs by its own curvature, whatever the rounding."""
UNIT = float(np.finfo(np.float64).eps) / 2
"""What a result is rounded by at most, as a share of itself."""
SAFETY = 4
"""Rounding adds up over sums: this many times its estimate still is rounding."""


def suited_epsilon(rounding: float, gradient: Array, enough: float) -> float:
    """The least power of ten from 1e-7 on at which rounding, `rounding`/ε a coordinate, stays below `enough` of the
    gradient; one that weighs it against the curvature, ε = ∛rounding, if that is smaller; 1e-7 if none is of use.
    """
    norm = 2 * float(np.linalg.norm(gradient))
    relative = SAFETY * rounding * math.sqrt(gradient.size) / norm if norm else math.inf
    wanted = min(relative / enough, relative ** (1 / 3))
    if not EPSILON < wanted <= LARGEST:
        return EPSILON
    return float(f"1e{math.ceil(math.log10(wanted) - 1e-9)}")
