"""The column of the labels where nobody names it: the last one, unless that is a name of the rows."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from tuilab.data import files
from tuilab.data.table import MOST_NUMBERS, Table
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.text import clean

CALLED = ("label", "target", "survived", "diagnosis", "outcome", "species", "class", "y", "result", "kind")
"""What columns of labels are often called, the surest first; in small letters."""
_FEWEST = 10
"""Rows below which numbers that rise may well be no names."""


class LabelCandidate(Struct, frozen=True):
    """A column that may hold the labels."""

    name: str
    different: int
    """How many different values it has."""
    words: bool
    """Whether they are words."""


def is_default(experiment: Experiment) -> bool:
    """Whether the labels are taken from the last column because nobody named another."""
    known = files.format_of(experiment.data.source)
    return not experiment.data.label and known is not None and known.inputs is None


def likeliest(columns: Sequence[LabelCandidate]) -> str:
    """The name of the column that is likeliest to hold labels, of few different values; empty if there is none.

    One that is called so, else one of words, else one of numbers; of several the last.
    """
    few = [one for one in columns if 2 <= one.different <= MOST_NUMBERS]
    ranked = sorted(few, key=lambda one: (_called(one.name), one.words))
    return ranked[-1].name if ranked else ""


def _called(name: str) -> int:
    """How surely a column of this name holds the labels; 0: nothing says so."""
    return len(CALLED) - CALLED.index(name.casefold()) if name.casefold() in CALLED else 0


def advice(found: str) -> str:
    """What to do about it; `found` is the likeliest other column."""
    perhaps = f', perhaps "{clean(found, 40)}"' if found else ""
    return f"nobody chose it, it is the last column: data.label names that of the labels{perhaps}"


def refuse_names(table: Table) -> None:
    """Raises `BadInput` where the labels of a table are whole numbers that count its rows, or rise from row to row."""
    y = table.y
    if table.classes or len(y) < _FEWEST or not np.array_equal(y, np.round(y)):
        return
    counts = len(np.unique(y)) == len(y) == y.max() - y.min() + 1
    if counts or (np.diff(y) > 0).all():
        said = f'"{clean(table.label, 60)}" has another whole number in every row, as a name of the rows has'
        itself = f'; "{clean(table.label, 40)}" itself, if it is to be predicted'
        raise BadInput(f"{said}; {advice(likeliest(_candidates(table)))}{itself}", path="data.label")


def _candidates(table: Table) -> list[LabelCandidate]:
    """The features of a table."""
    words = {one.name for one in table.columns if one.kind == "category"}
    found = []
    for at, name in enumerate(table.features):
        values = np.unique(table.X[:, at])
        whole = values[~np.isnan(values)]
        if name in words or np.array_equal(whole, np.round(whole)):
            found.append(LabelCandidate(name, len(whole), name in words))
    return found
