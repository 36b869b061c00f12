"""Parts of the examples: stratified (each class divided in the same proportion), by whole groups, in time's order."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.table import Floats
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.words import listed, plural

Counts = NDArray[np.int64]
HELD_OUT = "split.train_dev"
"""The share of what is held out of the training source."""
Split = list[NDArray[np.int64]]
"""The indices of the examples in each part."""
FEW_GROUPS = 5
"""Groups of a part of which fewer are told of."""
DRAWN = ("train", "dev", "test")
"""The parts that a source is divided into first."""


def totals(examples: int, shares: Sequence[float]) -> Counts:
    """How many of `examples` each part gets, by largest remainder, so that they add up; a share of 0 gets none.

    `shares` need not add up to exactly 1: only their proportion counts.
    """
    quotas = examples * np.asarray(shares, dtype=np.float64) / sum(shares)
    return _round(quotas, examples)


def allot(counts: Counts, totals: Counts) -> NDArray[np.int64]:
    """(K, P): how many of each class go to each part, given (K,) examples a class and (P,) examples a part.

    Rows add up to `counts`, columns to `totals` (which have the same sum). A class has an example in every part that
    is not empty if it has enough of them (one a part; the parts come first to last) and the part has room for an
    example of each such class; otherwise its share is proportional.
    """
    least = np.zeros((len(counts), len(totals)), dtype=np.int64)
    for served, filled in enumerate(np.flatnonzero(totals)):
        asking = counts > served
        if asking.sum() <= totals[filled]:
            least[asking, filled] = 1
    table = np.zeros_like(least)
    left, reserved = counts.copy(), least.sum(axis=1)
    for part in range(len(totals) - 1, 0, -1):
        reserved -= least[:, part]
        table[:, part] = _apportion(left, least[:, part], left - reserved, int(totals[part]))
        left -= table[:, part]
    table[:, 0] = left
    return table


def stratified(y: NDArray[np.int64], totals: Counts, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """The indices (ascending) of the examples in each part; together they are 0 … m−1, each once.

    y (m,) holds classes 0 … K−1, each at least once; `totals` (P,) adds up to m.
    """
    counts = np.bincount(y)
    table = allot(counts, totals)
    order = rng.permutation(len(y))
    few = len(counts) < 2**15  # then they are sorted in less time and memory
    ranked = np.argsort(y.astype(np.int16 if few else np.int64)[order], kind="stable")
    drawn, part = np.empty((2, len(y)), np.int8)
    # Class by class, in random order within each.
    drawn[ranked] = np.repeat(np.tile(np.arange(len(totals), dtype=np.int8), len(counts)), table.ravel())
    part[order] = drawn
    return [np.flatnonzero(part == index) for index in range(len(totals))]


def grouped(groups: NDArray[Any], totals: Counts, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """The indices (ascending) of the examples in each part; all of one value in `groups` (m,) are in one part.

    Groups are taken in random order, the largest first, each into the part that lacks most of its share of `totals`
    (P,): the parts are as large as whole groups allow. Classes are left to chance.
    """
    _, which, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled, part_of = np.flatnonzero(totals), np.empty(len(sizes), np.int64)
    lacks = totals[filled].copy()
    for group in order.tolist():
        part = int(np.argmax(lacks / totals[filled]))
        part_of[group] = filled[part]
        lacks[part] -= sizes[group]
    return [np.flatnonzero(part_of[which] == part) for part in range(len(totals))]


def ordered(times: Floats, totals: Counts) -> list[NDArray[np.int64]]:
    """The indices (ascending) of the examples in each part: the earliest of `times` (m,) in the first, and so on.

    Examples of one time are in one part, the earlier of those that they lie between.
    """
    filled = np.flatnonzero(totals)
    last = np.sort(times)[np.cumsum(totals[filled]) - 1]
    part = filled[np.searchsorted(last, times, side="left")]
    return [np.flatnonzero(part == index) for index in range(len(totals))]


def draw(
    y: NDArray[np.int64],
    classes: int,
    shares: Sequence[float],
    rng: np.random.Generator,
    held: tuple[str, NDArray[Any]] | None = None,
) -> Split:
    """The indices (ascending) of the train, dev and test part of m examples of `classes` y (m,). Raises `BadInput`.

    `held` is what decides which examples may be in one part: "group" or "time", and the (m,) values of that column.
    """
    examples = len(y)
    sizes = totals(examples, shares)
    for name, share, size in zip(DRAWN, shares, sizes, strict=True):
        if share > 0 and size == 0:
            raise BadInput(
                f"a share of {share:g} of {examples} examples is none; at least {1 / examples:.2g} is wanted"
                + (", or 0 for no such part" if name != "train" else ""),
                path=f"split.{name}",
            )
    if sizes[0] < classes:
        raise BadInput(
            f"a training part of {sizes[0]} examples cannot hold one of each of the {classes} classes",
            path="split.train",
        )
    if held is None:
        return stratified(y, sizes, rng)
    role, values = held
    parts = grouped(values, sizes, rng) if role == "group" else ordered(values, sizes)
    _refuse_uneven(parts, y, shares, role)
    return parts


def hold_out(
    y: NDArray[np.int64],
    classes: int,
    shares: tuple[float, float],
    rng: np.random.Generator,
    groups: NDArray[Any] | None = None,
) -> Split:
    """The indices (ascending) of those of m training examples y (m,) that are learned from, and of those held out.

    Where there are `groups` (m,), each is held out as a whole. Raises `BadInput`.
    """
    sizes = totals(len(y), shares)
    if not sizes[1] or sizes[0] < classes:
        fault = "none" if not sizes[1] else f"all but {sizes[0]}, too few for {classes} classes"
        raise BadInput(f"a share of {shares[1]:g} beside {shares[0]:g} of {len(y)} examples is {fault}", path=HELD_OUT)
    parts = stratified(y, sizes, rng) if groups is None else grouped(groups, sizes, rng)
    if not all(map(len, parts)) or len(np.setdiff1d(y, y[parts[0]])):
        raise BadInput("leaves too few groups to learn from", path=HELD_OUT)
    return parts


def thin(part: str, y: NDArray[np.int64], classes: Sequence[str], groups: NDArray[Any] | None) -> Iterator[str]:
    """What is to be said of a part that was drawn by whole groups or by times, of its classes y (m,) and its groups."""
    absent = [f'"{clean(classes[k], 40)}"' for k in np.setdiff1d(np.arange(len(classes)), y)]
    if absent:
        yield f"{part} has no example of {listed(absent, 3)}: its error tells nothing of that; another seed draws anew"
    if groups is not None and 0 < (number := len(np.unique(groups))) < FEW_GROUPS:
        yield f"{part} has {plural(number, 'group')}, which {'tells' if number == 1 else 'tell'} little of others"


def _refuse_uneven(
    parts: Sequence[NDArray[np.int64]], y: NDArray[np.int64], shares: Sequence[float], role: str
) -> None:
    """Raises `BadInput` where a wanted part is empty, or a class is missing where the network learns."""
    for name, share, part in zip(DRAWN, shares, parts, strict=True):
        if share > 0 and not len(part):
            raise BadInput(f"leaves no example for {name}: there are too few of its values", path=f"columns.{role}")
    if absent := len(np.setdiff1d(y, y[parts[0]])):
        raise BadInput(f"leaves {absent} of the classes without an example in train", path=f"columns.{role}")


def _apportion(weights: Counts, low: Counts, high: Counts, total: int) -> Counts:
    """(K,) whole numbers between `low` and `high` that add up to `total`, as proportional to `weights` as can be.

    Quotas min(max(λ·weight, low), high), λ such that they add up to `total`, rounded by largest remainder. Needs
    Σ low ≤ total ≤ Σ high and high ≤ weights.
    """
    below, above = 0.0, 1.0
    weighed, least, most = (counts.astype(np.float64) for counts in (weights, low, high))  # once, not at each try
    for _ in range(64):
        middle = (below + above) / 2
        if np.minimum(np.maximum(middle * weighed, least), most).sum() < total:
            below = middle
        else:
            above = middle
    return _round(np.clip(above * weights, low, high), total)


def _round(quotas: NDArray[np.float64], total: int) -> Counts:
    """`quotas`, which add up to `total`, rounded to whole numbers that do too: the largest remainders go up."""
    whole = np.floor(quotas).astype(np.int64)
    order = np.argsort(whole - quotas, kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole
