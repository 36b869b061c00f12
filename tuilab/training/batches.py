"""Which examples each update sees."""

from collections.abc import Iterator

import numpy as np

from tuilab.nn.activation import Array


def mini_batches(examples: int, size: int, random: np.random.Generator) -> Iterator[Array]:
    """Indices of shape (size,) for ever: every epoch a fresh permutation, cut into batches; the last may be smaller."""
    while True:
        order = random.permutation(examples)
        for start in range(0, examples, size):
            yield order[start : start + size]


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
