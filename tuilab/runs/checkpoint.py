"""Checkpoints: all that a run is at one moment, so that another trainer can go on from there.

Each is a file of its own with a number; the newest two are kept, so that there is one to fall back on. Writing a
checkpoint never touches another one.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct

from tuilab.arrays import Array
from tuilab.events import DataFile
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.files import entries, listed, make_within, remove, tidy
from tuilab.runs.folder import RunFolder, newer

VERSION = 1
"""Of the format. A newer one is refused."""
SHORTEST = 1.0
"""Seconds of training at least between two checkpoints."""
SHARE = 0.01
"""Of the time, what saving may take."""
KEPT = 2
_HEADER = "header"


class Header(Struct, frozen=True, kw_only=True):
    """What a checkpoint says of itself."""

    version: int = VERSION
    layers: tuple[Annotated[int, Meta(ge=1)], ...]
    """Units a layer, inputs first, output last."""
    edits: dict[str, str] = {}
    """What differs from the experiment that the run began with: text by path."""
    experiment: str = ""
    """The experiment that the run began with, as TOML; empty in the checkpoints of earlier versions."""
    data: tuple[DataFile, ...] = ()
    """The files that the data were read from; none in the checkpoints of earlier versions."""
    complete: bool = False
    """Whether nothing is left to train."""


class Checkpoint(Struct, frozen=True, eq=False):
    """A checkpoint as it was read: arrays by name, which whoever restores them must check."""

    header: Header
    arrays: dict[str, Array]


class Saver:
    """Writes the checkpoints of a run at a pace at which they cost no more than `SHARE` of the time."""

    def __init__(self, folder: RunFolder, clock: Callable[[], float] = time.perf_counter) -> None:
        self._folder, self._clock = folder.checkpoints_folder, clock
        self._rest_until = clock() + SHORTEST

    def due(self) -> bool:
        """Whether it is time for the next one."""
        return self._clock() >= self._rest_until

    def save(self, header: Header, arrays: Mapping[str, Array]) -> None:
        """Writes one now and removes all but the newest two. Raises OSError; the next one is then due after a rest."""
        start = self._clock()
        try:
            make_within(self._folder, shared=True)
            tidy(self._folder)  # there is never more than one trainer
            names = listed(self._folder)
            number = max(_numbers(names), default=0) + 1
            said = np.frombuffer(msgspec.json.encode(header), np.uint8)
            write_arrays(_file(self._folder, number), {**arrays, _HEADER: said})
            for old in sorted(_numbers(name for name, kind in names.items() if kind == "file"))[: 1 - KEPT]:
                remove(_file(self._folder, old))
        finally:
            end = self._clock()
            self._rest_until = end + max(SHORTEST, (end - start) / SHARE)


def latest_file(folder: RunFolder) -> Path | None:
    """The file of the newest one, whole or not. Raises `BadInput`."""
    number = max(_numbers(entries(folder.checkpoints_folder)), default=0)
    return _file(folder.checkpoints_folder, number) if number else None


def newest(folder: RunFolder) -> Checkpoint | None:
    """The newest checkpoint that is whole; None if there is none. Raises `BadInput` for a newer format.

    It may be read while a trainer writes: what is read is a checkpoint all the same.
    """
    return find(folder)[0]


def find(folder: RunFolder) -> tuple[Checkpoint | None, tuple[str, ...]]:
    """The same, and the names of the newer files that are damaged, newest first."""
    damaged: list[str] = []
    for number in sorted(_numbers(entries(folder.checkpoints_folder)), reverse=True):
        path = _file(folder.checkpoints_folder, number)
        try:
            arrays = read_arrays(path)
            header = msgspec.json.decode(arrays.pop(_HEADER).tobytes(), type=Header)
        except (KeyError, ValueError, RecursionError):  # BadInput is a ValueError
            damaged.append(path.name)
            continue
        if header.version > VERSION:
            raise newer("checkpoint", header.version, VERSION, path)
        return Checkpoint(header, arrays), tuple(damaged)
    return None, tuple(damaged)


def _numbers(names: Iterable[str]) -> list[int]:
    found = (re.fullmatch(r"([0-9]{6}|[1-9][0-9]{6,})\.npz", name) for name in names)
    return [int(one[1]) for one in found if one]


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:06}.npz"
