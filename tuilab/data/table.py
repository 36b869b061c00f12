"""All examples of a source before they are split, and what must hold of any of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.errors import BadInput
from tuilab.text import clean

LARGEST = 1e150
"""Of a feature's absolute value, so that squares, and sums of them over all examples, stay finite."""

MINIMUM_EXAMPLES = 4
MAXIMUM_FEATURES = 100_000
"""As many as a layer may have units."""

Floats = NDArray[np.floating[Any]]
"""float64, or float32 where the file holds that."""


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """X (m, n) floats, C-contiguous; y (m,) int64, indices into `classes`; names of the n features and K classes."""

    X: Floats
    y: NDArray[np.int64]
    features: tuple[str, ...]
    classes: tuple[str, ...]


def first_unusable(X: Floats) -> tuple[int, int] | None:
    """Row and column of the first value in X (m, n) that is not finite, or above `LARGEST` in size."""
    if not X.size or (X.min() >= -LARGEST and X.max() <= LARGEST):  # false for NaN too
        return None
    for row, values in enumerate(X):
        if (bad := ~(np.abs(values) <= LARGEST)).any():
            return row, int(np.argmax(bad))
    return None


def label_fault(label: str) -> str:
    """What is wrong with a label read from a file, or nothing: the empty string."""
    if not label:
        return "is empty: every example needs a label"
    if "\n" in label or "\r" in label:
        return f"a label of more than one line (an unclosed quote?): {clean(label, 40)!r}"
    number = _number(label)
    return f"is no label: {clean(label, 40)!r}" if number is not None and math.isnan(number) else ""


def rank_labels(codes: NDArray[np.int64], labels: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(y, classes): the classes sorted, by value if all are numbers, and named as a terminal may show them.

    `codes` (m,) are indices into the K different `labels`, each of which is used. Raises `BadInput` when they are
    no classes of a classification: too few examples, a single class, or as good as a class an example.
    """
    examples = len(codes)
    if examples < MINIMUM_EXAMPLES:
        raise BadInput(f"needs at least {MINIMUM_EXAMPLES} examples, has {examples}")
    if len(labels) < 2:
        raise BadInput(f"needs at least 2 classes; every label is {clean(labels[0], 40)!r}")
    if 2 * len(labels) > examples:
        raise BadInput(
            f"the label has {len(labels)} different values in {examples} examples; "
            "classes are wanted, of two examples each on average"
        )
    order = _sorted(labels)
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels))
    return rank[codes], tuple(_name(labels[index]) for index in order)


def _sorted(labels: Sequence[str]) -> list[int]:
    """The indices of `labels` in the order of their classes."""
    numbers = [number for label in labels if (number := _number(label)) is not None]
    if len(numbers) < len(labels):
        return sorted(range(len(labels)), key=labels.__getitem__)
    order = sorted(range(len(labels)), key=numbers.__getitem__)
    for one, next_one in pairwise(order):
        if numbers[one] == numbers[next_one]:
            pair = f"{clean(labels[one], 40)!r} and {clean(labels[next_one], 40)!r}"
            raise BadInput(f"the labels {pair} are the same number, written in two ways")
    return order


def _name(label: str) -> str:
    """A label as the name of its class: cleaned, and without what a program adds to a whole number (1.00e+00)."""
    number = _number(label)
    if number is not None and number.is_integer() and abs(number) <= 2**53 and not label.isdigit():
        return f"{number:.0f}"
    return clean(label)


def _number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None
