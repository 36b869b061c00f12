"""Which examples each update sees."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.streams import stream


class MiniBatches:
    """Indices of shape (size,) for ever: every epoch a fresh permutation, cut into batches; the last may be smaller."""

    def __init__(self, examples: int, size: int, random: np.random.Generator) -> None:
        self._examples, self._size, self._random = examples, size, random
        self._order: Array = np.empty(0, np.int64)
        self._start = 0
        self._before = state_of(random)
        """Of the generator, when it was about to draw the permutation of this epoch."""

    def __iter__(self) -> "MiniBatches":
        return self

    def __next__(self) -> Array:
        if self._start >= len(self._order):
            self._before = state_of(self._random)
            self._order, self._start = self._random.permutation(self._examples), 0
        start = self._start
        self._start += self._size
        return self._order[start : self._start]

    def state(self) -> dict[str, Array]:
        """What a checkpoint must keep."""
        return {"batches": self._before, "batches_start": np.array(self._start)}

    def restore(self, state: dict[str, Array]) -> None:
        """Goes on where `state` was taken."""
        self._before, self._start = state["batches"], int(state["batches_start"])
        set_state(self._random, self._before)
        if self._start:
            self._order = self._random.permutation(self._examples)


def batch_order(
    examples: int, size: int, seed: int, order: Iterable[ArrayLike] | None = None
) -> Iterator[Array] | None:
    """The batches of a training part: those of `order`, else seeded ones of `size`; None where each is all of it."""
    if order is not None:
        return given_batches(examples, order)
    return MiniBatches(examples, size, stream(seed, "batches")) if size < examples else None


def state_of(random: np.random.Generator) -> Array:
    """The state of a PCG64 generator as six words of 64 bits."""
    state: Any = random.bit_generator.state
    number, increment = state["state"]["state"], state["state"]["inc"]
    words = [number >> 64, number & _WORD, increment >> 64, increment & _WORD, state["has_uint32"], state["uinteger"]]
    return np.array(words, np.uint64)


def set_state(random: np.random.Generator, words: Array) -> None:
    """Puts a PCG64 generator into the state that `state_of` told. Raises ValueError for what is none."""
    high, low, high_increment, low_increment, has_uint32, uinteger = words.tolist()
    random.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": high << 64 | low, "inc": high_increment << 64 | low_increment},
        "has_uint32": has_uint32,
        "uinteger": uinteger,
    }


_WORD = 2**64 - 1


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
