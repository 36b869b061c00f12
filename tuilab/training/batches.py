"""Which examples each update sees."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from tuilab.errors import BadInput
from tuilab.nn.activation import Array


def mini_batches(examples: int, size: int, random: np.random.Generator) -> Iterator[Array]:
    """Indices of shape (size,) for ever: every epoch a fresh permutation, cut into batches; the last may be smaller."""
    while True:
        order = random.permutation(examples)
        for start in range(0, examples, size):
            yield order[start : start + size]


def given_batches(examples: int, order: Iterable[ArrayLike]) -> Iterator[Array]:
    """The batches of `order`, each a list of indices into the training part (0 to `examples` − 1, repeats are legal).

    Raises `BadInput` for a batch that is none, and when `order` is at its end.
    """
    made = 0
    for made, batch in enumerate(order, 1):
        index = np.asarray(batch)
        if index.ndim != 1 or not index.size or index.dtype.kind not in "iu":
            raise BadInput("must be a list of at least one index", path=f"order[{made - 1}]")
        if index.min() < 0 or index.max() >= examples:
            raise BadInput(f"must hold indices from 0 to {examples - 1}", path=f"order[{made - 1}]")
        yield index
    raise BadInput(f"ends after {made} batches, one an update", path="order")


def batches_per_epoch(examples: int, size: int) -> int:
    """Updates in one pass over the training part."""
    return -(-examples // size)


def learning_rate(rate: float, decay: str, decay_rate: float, epoch: int) -> float:
    """α in an epoch (from 0): inverse α/(1 + r·epoch), exponential α·(1 − r)^epoch, else α."""
    if decay == "inverse":
        return rate / (1 + decay_rate * epoch)
    if decay == "exponential":
        return rate * (1 - decay_rate) ** epoch
    return rate
