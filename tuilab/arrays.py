"""What every room calls an array."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
"""Of any shape and of any numbers; whatever NumPy's functions work on, as the arrays on a device do, is as good."""


def number(scalar: Any) -> float:
    """A scalar of NumPy as a float; one on a device stays there, since to look at it is to wait for it."""
    return float(scalar) if isinstance(scalar, np.generic) else scalar.astype(np.float64)
