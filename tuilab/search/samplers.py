"""In which order a space is tried: rows of [0, 1)ᵈ, of which a later part never depends on how many are asked for."""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice, product

import numpy as np

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.search.space import Dimension, Point

Rows = Callable[[int, int, int, int], Array]
"""(first, last + 1, dimensions, seed) -> those rows, shape (rows, dimensions)."""
_CHUNK = 256
_PATIENCE = 20
"""Rows that are drawn for each point that there is, before those never drawn are taken in order."""


def halton(first: int, end: int, dimensions: int, seed: int) -> Array:
    """Rows `first` to `end` − 1 of a scrambled Halton sequence, shape (end − first, dimensions), each in [0, 1).

    Coordinate j of row i is the radical inverse of i in the j-th prime base, each digit replaced by a random
    permutation of its own place; so it can be extended in rows and in dimensions. Source: A. B. Owen, "A randomized
    Halton algorithm in R", arXiv:1706.02808 (2017).
    """
    rows = np.empty((end - first, dimensions))
    for column, base in enumerate(islice(_primes(), dimensions)):
        draw = np.random.default_rng([seed, column])
        rest, weight = np.arange(first, end), 1.0 / base
        value = np.zeros(end - first)
        while 1.0 - weight < 1.0:  # until a digit no longer shows in a float64
            value += draw.permutation(base)[rest % base] * weight
            rest, weight = rest // base, weight / base
        rows[:, column] = np.minimum(value, np.nextafter(1.0, 0.0))
    return rows


def uniform(first: int, end: int, dimensions: int, seed: int) -> Array:
    """The same rows of independent draws."""
    rows: Array = np.random.default_rng(seed).random((end, dimensions))[first:]
    return rows


ADAPTIVE = "tpe"
"""The sampler whose points follow from what came of those before; these are what it begins with."""
ROWS: Mapping[str, Rows] = {"halton": halton, "random": uniform, ADAPTIVE: halton}
SAMPLERS = ("halton", "random", "grid", ADAPTIVE)
"""The first one is taken if none is named."""


def sampled(space: tuple[Dimension, ...], sampler: str, seed: int) -> Iterator[Point]:
    """All points in the order of `sampler`, none twice; without an end where a range has none.

    Raises `BadInput` for a grid without an end.
    """
    if sampler == "grid":
        return grid(space)
    return _distinct(space, ROWS[sampler], seed)


def grid(space: tuple[Dimension, ...]) -> Iterator[Point]:
    """Each value of each dimension with each of the others, the last dimension first. Raises `BadInput`."""
    for one in space:
        if math.isinf(one.size):
            raise BadInput(f"a grid needs values: say in how many, {one.text}/9", path=one.path)
    columns = [one.values or range(int(one.low), int(one.high) + 1) for one in space]
    return (dict(zip((one.path for one in space), map(str, row), strict=True)) for row in product(*columns))


def _distinct(space: tuple[Dimension, ...], rows: Rows, seed: int) -> Iterator[Point]:
    size = math.prod(one.size for one in space)
    seen: set[tuple[str, ...]] = set()
    paths = [one.path for one in space]
    for first in count(0, _CHUNK):
        for row in rows(first, first + _CHUNK, len(space), seed):
            values = tuple(one.at(unit) for one, unit in zip(space, row.tolist(), strict=True))
            if values not in seen:
                seen.add(values)
                yield dict(zip(paths, values, strict=True))
        if len(seen) >= size or first > _PATIENCE * min(size, 1e9):
            break
    if math.isfinite(size):
        yield from (point for point in grid(space) if tuple(point.values()) not in seen)


def _primes() -> Iterator[int]:
    found: list[int] = []
    for number in count(2):
        if all(number % prime for prime in found):
            found.append(number)
            yield number
