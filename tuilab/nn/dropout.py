"""Inverted dropout: each unit of each example is kept with probability keep_prob and then divided by it."""

from typing import Any

import numpy as np

from tuilab.arrays import Array


class Dropout:
    """Masks for a batch, one a layer, drawn anew by each call.

    A mask is 1/keep_prob where a uniform number is below keep_prob, else 0, so that the expected activation stays
    (Srivastava et al. 2014, inverted as in the course). The same mask serves forward and backward.
    """

    def __init__(
        self,
        keep_probs: tuple[float, ...],
        sizes: tuple[int, ...],
        rows: int,
        random: np.random.Generator,
        dtype: Any = np.float64,
    ) -> None:
        """`keep_probs` and `sizes` (units) a layer, input layer first, without the output; a mask has `rows` rows."""
        self._random = random
        self._layers: list[tuple[float, Array] | None] = [
            None if keep == 1 else (keep, np.empty((rows, n), dtype)) for keep, n in zip(keep_probs, sizes, strict=True)
        ]

    def masks(self) -> list[Array | None]:
        """A fresh mask of shape (rows, n) a layer; None where keep_prob is 1. Valid until the next call."""
        return [None if layer is None else self._draw(*layer) for layer in self._layers]

    def _draw(self, keep: float, mask: Array) -> Array:
        self._random.random(out=mask, dtype=mask.dtype)
        np.less(mask, keep, out=mask, casting="unsafe")
        np.multiply(mask, 1 / keep, out=mask)
        return mask
