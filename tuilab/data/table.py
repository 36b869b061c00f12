"""All examples of a source before they are split, and what must hold of any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.origin import Origin
from tuilab.data.row_numbers import Numbering
from tuilab.errors import BadInput
from tuilab.text import clean

if TYPE_CHECKING:
    from tuilab.data.columns.reading import Reading

LARGEST = np.float64(1e150)  # which float32 does not hold: compared with that, a float would warn
"""Of a feature's absolute value, so that squares, and sums of them over all examples, stay finite."""

MINIMUM_EXAMPLES = 4
MOST_NUMBERS, FEWEST_EACH = 20, 20
"""Different numbers that may always be classes; examples of each, on average, by which more of them may."""
RARE = 0.25
"""Of the share that it would have among equal ones: a class with less is rare."""
MAXIMUM_FEATURES = 100_000
"""As many as a layer may have units."""

Floats = NDArray[np.floating[Any]]
"""float64, or float32 where the file holds that."""
Labels = NDArray[Any]
"""Classes of int64, or numbers of float64."""


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """X (m, n) floats, C-contiguous; y (m,) int64, indices into `classes`; names of the n features and K classes.

    Without classes y are float64 numbers: labels that can be none.
    """

    X: Floats
    y: Labels
    features: tuple[str, ...]
    classes: tuple[str, ...]
    origin: Origin | None = None
    """The file that it was read from."""
    label: str = "y"
    """What the label is called."""
    columns: tuple["Reading", ...] = ()
    """What the n columns of X are where they are more than numbers: then X holds days, indices of levels, NaN too."""
    notes: tuple[str, ...] = ()
    """How it was read, where that is worth a person's look."""
    numbers: Numbering = range(0)
    """Which row of the file each example is, as `tuilab data` counts; none of what is of no file."""
    images: tuple[str, ...] = ()
    """The names in their folder of what those rows are, where they are images."""


def is_right(table: Table) -> bool:
    """Whether a table that was not made here is what a table must be."""
    X, y = table.X, table.y
    return (
        X.dtype in (np.float32, np.float64)
        and X.shape == (len(y), len(table.features))
        and X.flags.c_contiguous
        and y.ndim == 1
        and len(y) >= MINIMUM_EXAMPLES
        and _are_labels(y, len(table.classes))
        and table.label == clean(table.label)
        and all(names == tuple(dict.fromkeys(map(clean, names))) for names in (table.features, table.classes))
        and first_unusable(np.nan_to_num(X) if table.columns else X) is None
        and (not table.columns or tuple(one.name for one in table.columns) == table.features)
        and _are_numbers(table.numbers, len(y))
        and (not table.images or int(table.numbers[-1]) <= len(table.images))
    )


def _are_labels(y: Labels, classes: int) -> bool:
    if classes:
        return y.dtype == np.int64 and bool(y.min() >= 0 and y.max() < classes)
    return y.dtype == np.float64 and bool((np.abs(y) <= LARGEST).all())


def _are_numbers(numbers: Numbering, rows: int) -> bool:
    if isinstance(numbers, range):
        return numbers.step == 1 and len(numbers) == rows and numbers.start > 0
    whole = numbers.dtype.kind == "i" and numbers.shape == (rows,)
    return whole and bool(numbers[0] > 0 and (np.diff(numbers) > 0).all())


def first_unusable(X: Floats) -> tuple[int, int] | None:
    """Row and column of the first value in X (m, n) that is not finite, or above `LARGEST` in size."""
    if not X.size or (float(X.min()) >= -LARGEST and float(X.max()) <= LARGEST):  # false for NaN too
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
    return f"is no label: {clean(label, 40)!r}" if number is not None and number != number else ""


def rank_labels(codes: NDArray[np.int64], labels: Sequence[str]) -> tuple[Labels, tuple[str, ...]]:
    """(y, classes): the classes sorted, by value if all are numbers, and named as a terminal may show them.

    `codes` (m,) are indices into the K different `labels`, each of which is used. Numbers that can be no classes are
    y themselves, without classes. Raises `BadInput` when there is nothing to learn: too few examples, a single class,
    or as good as a class an example.
    """
    examples = len(codes)
    if examples < MINIMUM_EXAMPLES:
        raise BadInput(f"needs at least {MINIMUM_EXAMPLES} examples, has {examples}")
    if len(labels) < 2:
        raise BadInput(
            f"needs at least 2 different labels; every label is {clean(labels[0], 40)!r} "
            "(data.label names the column of the labels)"
        )
    numbers = [_number(label) for label in labels]
    values = [number for number in numbers if number is not None]
    if len(values) == len(labels) and is_quantity(values, examples):
        return as_numbers(codes, values), ()
    if 2 * len(labels) > examples:
        word = next(label for label, number in zip(labels, numbers, strict=True) if number is None)
        raise BadInput(
            f"the label has {len(labels)} different values in {examples} examples; "
            f"classes are wanted, of two examples each on average, or numbers, of which {clean(word, 40)!r} is none "
            "(data.label names the column of the labels)"
        )
    names = [_name(label, number) for label, number in zip(labels, numbers, strict=True)]
    _refuse_twins(labels, numbers, "are the same number, written in two ways")
    _refuse_twins(labels, [name.strip() for name in names], "have the same name as it is shown")
    if len(values) < len(labels):
        order = sorted(range(len(labels)), key=labels.__getitem__)
    else:
        order = sorted(range(len(labels)), key=values.__getitem__)
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels))
    return rank[codes], tuple(names[index] for index in order)


def is_quantity(values: Sequence[float], examples: int) -> bool:
    """Whether different labels are numbers as a price or a temperature has, of many values with few examples.

    So many classes could hardly be learned, and a near miss would be as wrong as any other.
    """
    if 2 * len(values) > examples:
        return True
    if len(values) <= MOST_NUMBERS:
        return False
    return examples < FEWEST_EACH * len(values) or any(value != int(value) for value in values if abs(value) < 2**53)


def as_numbers(codes: NDArray[np.int64], values: Sequence[float]) -> NDArray[np.float64]:
    """The values (m,) that `codes` are indices of. Raises `BadInput` for one that is too large to be squared."""
    if (largest := max(values, key=abs)) and not abs(largest) <= LARGEST:
        raise BadInput(f"the label must be a finite number, at most {LARGEST:g} in size, not {largest:.4g}")
    return np.array([float(value) for value in values])[codes]


def _refuse_twins(labels: Sequence[str], meanings: Sequence[str | float | None], fault: str) -> None:
    """Raises `BadInput` for two labels that mean the same; None is no meaning."""
    seen = dict[str | float, str]()
    for label, meaning in zip(labels, meanings, strict=True):
        if meaning is not None and (twin := seen.setdefault(meaning, label)) is not label:
            raise BadInput(f"the labels {_exactly(twin)} and {_exactly(label)} {fault}")


def _exactly(label: str) -> str:
    """A label with all that is not shown as itself written out; the two ends of a long one."""
    shown = ascii(label)
    return shown if len(shown) <= 60 else f"{shown[:30]}…{shown[-30:]}"


def _name(label: str, number: float | None) -> str:
    """A label as the name of its class: cleaned, and without what a program adds to a whole number (1.00e+00)."""
    if number is None or label.isdigit() or abs(number) > 2**53 or number != int(number):
        return clean(label)
    return f"{number + 0:.0f}"  # −0 is 0


def is_number(label: str) -> bool:
    """Whether Python reads a label as a number."""
    return _number(label) is not None


def _number(label: str) -> float | None:
    """The number that a label is, an int exactly, however large; 1_0 is none."""
    if "_" in label:
        return None
    try:
        return int(label)
    except ValueError:
        try:
            return float(label)
        except ValueError:
            return None
