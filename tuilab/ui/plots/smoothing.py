"""Smoothing of a noisy curve. Pure."""

from itertools import accumulate

import numpy as np

from tuilab.arrays import Array


def smooth(y: Array, weight: float) -> Array:
    """The exponentially weighted mean of `y` and all before it, both of shape (n,); 0 ≤ `weight` < 1.

    s_k = weight·s_{k−1} + (1 − weight)·y_k from s_0 = 0, divided by 1 − weight^k: without that bias correction the
    curve would start near 0 (Kingma and Ba 2015, §3; TensorBoard smooths so). What is not finite counts for nothing
    and stays as it is.
    """
    finite = np.isfinite(y)
    sums = np.fromiter(
        accumulate(((1 - weight) * y[finite]).tolist(), lambda mean, value: weight * mean + value),
        dtype=np.float64,
        count=np.count_nonzero(finite),
    )
    smoothed = y.copy()
    smoothed[finite] = sums / (1 - weight ** np.arange(1.0, len(sums) + 1))
    return smoothed
