"""Color and glyph of each of several runs: a run keeps its own wherever it is shown."""

import re
from collections.abc import Sequence
from string import ascii_uppercase
from typing import NamedTuple, TypeVar
from zlib import crc32

from tuilab.ui.figures.known import KNOWN
from tuilab.ui.plots.series import Hue

T = TypeVar("T")
_LETTERS = tuple(letter for letter in ascii_uppercase if letter not in {one.letter for one in KNOWN})
"""None that means a kind of curve, as d does dev."""
_HUES: tuple[Hue, ...] = ("primary", "warning", "success", "error", "secondary", "foreground")


class Livery(NamedTuple):
    """What a run is known by on a plot."""

    hue: Hue
    marker: str


def liveries(names: Sequence[str]) -> dict[str, Livery]:
    """A livery for each run by name.

    Color and letter follow from the run's number. Of two runs of one color or letter the later in `names` gets the
    next that is free, so that adding runs at the end changes none before them.
    """
    found: dict[str, Livery] = {}
    for name in names:
        number = _number(name)
        hues, markers = {one.hue for one in found.values()}, {one.marker for one in found.values()}
        found[name] = Livery(_free(_HUES, number, hues), _free(_LETTERS, number, markers))
    return found


def _free(choices: Sequence[T], first: int, taken: set[T]) -> T:
    """The first choice from place `first` on, round and round, that is not taken; that very one if all are."""
    turned = [choices[(first + step) % len(choices)] for step in range(len(choices))]
    return next((choice for choice in turned if choice not in taken), turned[0])


def _number(name: str) -> int:
    """The number at the end of a run's name less one, so that the first run has the first color."""
    found = re.search(r"([0-9]{1,9})$", name)
    return int(found[1]) - 1 if found else crc32(name.encode())
