"""Tables on disk beside the runs: what was read from files that are slow to read, for every process of a person.

A table is a hint. It counts only if it says that it was made of the file as that is now, and every byte is as its
checksum says; what is not right is read from the file again, and what cannot be written only costs time.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct, structs

from tuilab.data import files
from tuilab.data.columns.reading import Reading
from tuilab.data.origin import Origin, Stamp
from tuilab.data.row_numbers import as_array, told_numbers
from tuilab.data.table import Table, is_right
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.files import entries, look_up, make_place, remove, room, tidy
from tuilab.runs.folder import SWEEPS

VERSION = 3
"""Of what a table says. Another one is read from its file again."""
LEAST = 2**20
"""Bytes of a file; a smaller one is read in a few hundredths of a second."""
MAXIMUM_BYTES = 2**31
"""Of all tables; the oldest make room for a new one."""
SHARE = 0.25
"""Of what is left on the disk, what a table may take: runs come first."""
FORGOTTEN = 600.0
"""Seconds until what somebody began to write is taken for left behind."""
_SUFFIX = ".npz"


class _Said(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a table says of itself."""

    version: int = VERSION
    origin: Origin
    label: str
    decided: str
    """Of the other columns; empty: nothing."""
    features: tuple[str, ...]
    classes: tuple[str, ...]
    named: str
    """What the label is called."""
    columns: tuple[Reading, ...] = ()
    notes: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


class Tables:
    """The tables in `folder`, which is made when there is one to keep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def beside(cls, runs: Path) -> "Tables":
        """Those of a store whose runs, or the trials of one of its sweeps, lie in the folder `runs`.

        The folder of the tables may be a link.
        """
        sweeps = runs.parent.parent
        return cls(Path(os.path.realpath((sweeps if sweeps.name == SWEEPS else runs).with_name("tables"))))

    def load(
        self,
        source: str,
        label: str,
        path: str = "data.source",
        columns: ColumnsSection = PLAIN,
        like: Sequence[Reading] = (),
    ) -> Table:
        """As `files.load`, which reads the file where no table is kept of it as it is. Raises `BadInput`."""
        stamp = files.stamp(source)
        known = files.format_of(source)
        if stamp is None or stamp.size < LEAST or known is None or not known.slow:
            return files.load(source, label, path, columns, like)
        decided = "" if columns == PLAIN and not like else msgspec.json.encode((columns, like)).decode()
        place = self._place(source, label, decided)
        if (kept := _read(place, stamp, label, decided)) is not None:
            return replace(kept, origin=kept.origin and structs.replace(kept.origin, source=source))
        table = files.load(source, label, path, columns, like)
        with suppress(OSError, ValueError):  # BadInput is a ValueError; so is a path that is no text
            self._keep(place, table, label, decided)
        return table

    def _place(self, source: str, label: str, decided: str) -> Path:
        """Where the table of a file lies: the same for whatever it will hold, so that a new one replaces the old."""
        asked = f"{label}\0{decided}" if decided else label
        named = os.fsencode(os.path.realpath(Path(source).expanduser())) + b"\0" + asked.encode(errors="surrogatepass")
        return self._folder / (hashlib.sha256(named).hexdigest()[:40] + _SUFFIX)

    def _keep(self, place: Path, table: Table, label: str, decided: str) -> None:
        """Writes `table`, if there is room. Raises OSError or ValueError."""
        numbers = as_array(table.numbers)
        needed = table.X.nbytes + table.y.nbytes + numbers.nbytes
        if table.origin is None or needed > MAXIMUM_BYTES or needed > SHARE * room(self._folder):
            return
        make_place(self._folder)
        self._make_room(needed, place.name)
        said = _Said(
            origin=table.origin,
            label=label,
            decided=decided,
            features=table.features,
            classes=table.classes,
            named=table.label,
            columns=table.columns,
            notes=table.notes,
            images=table.images,
        )
        written = np.frombuffer(msgspec.json.encode(said), np.uint8)
        write_arrays(place, {"X": table.X, "y": table.y, "numbers": numbers, "said": written})

    def _make_room(self, needed: int, but: str) -> None:
        """Removes what was left behind, and those tables that nobody has asked for for longest, until one more fits."""
        tidy(self._folder, FORGOTTEN)
        names = [name for name in entries(self._folder) if name.endswith(_SUFFIX) and name != but]
        found = [(one.st_mtime, one.st_size, name) for name in names if (one := look_up(self._folder / name))]
        total = needed + sum(size for _, size, _ in found)
        for _, size, name in sorted(found):
            if total <= MAXIMUM_BYTES:
                return
            remove(self._folder / name)
            total -= size


def _read(place: Path, stamp: Stamp, label: str, decided: str) -> Table | None:
    """The table at `place`, if it is whole and of the file with that stamp."""
    try:
        found = look_up(place)
        if found is None or found.st_uid != os.geteuid():  # what others left there is no hint
            return None
        arrays = read_arrays(place)
        said = msgspec.json.decode(arrays["said"].tobytes(), type=_Said)
        names = (said.features, said.classes, said.origin, said.named)
        rows = told_numbers(arrays["numbers"]), said.images
        table = Table(arrays["X"], arrays["y"], *names, said.columns, said.notes, *rows)
    except (KeyError, ValueError, RecursionError):  # BadInput and msgspec's are a ValueError
        return None
    if (said.version, said.label, said.decided, said.origin.stamp) != (VERSION, label, decided, stamp) or not is_right(
        table
    ):
        return None
    with suppress(OSError):
        os.utime(place, follow_symlinks=False)  # it was asked for
    return table
