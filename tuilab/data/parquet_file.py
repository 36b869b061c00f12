"""A .parquet file: columns with types, read by polars, of an extra; those of text are voted on as in a .csv file."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data import memory
from tuilab.data.columns.reading import Reading
from tuilab.data.csv_rows import Row
from tuilab.data.format import Format, of_one_file
from tuilab.data.header import NO_ROWS, header
from tuilab.data.npz_file import MAXIMUM_RATIO, classes_of
from tuilab.data.parquet_child import NOT_INSTALLED, REFUSED
from tuilab.data.table import LARGEST, MAXIMUM_FEATURES, Table, label_fault, rank_labels
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean

if TYPE_CHECKING:
    from tuilab.data.columns.column import SheetColumn
    from tuilab.data.columns.sheet import Sheet

_LARGE = 2**26  # bytes in memory; what needs less may be packed at any ratio


_LOOK = 0.2  # seconds between two looks whether it is still waited for
_MAGIC = b"PAR1"  # https://parquet.apache.org/docs/file-format


class _Column(NamedTuple):
    """Numbers; or, with `texts`, the codes of those."""

    name: str
    values: NDArray[Any]
    texts: list[str] | None


class _Noted(msgspec.Struct):
    names: list[str]
    texts: dict[int, list[str]]


def read(file: BinaryIO, label: str, wanted: ColumnsSection = PLAIN, like: Sequence[Reading] = ()) -> Table:
    """The table in `file`. Raises `BadInput`.

    `label` names the label column, the last one if empty. Numbers of which none is missing are taken as they stand;
    with others among them, or with decisions in `wanted`, or `like` another file, as columns of many kinds.
    """
    from tuilab.data.columns import reader

    columns, place = _columns(file, label)
    table = _of_numbers(columns, place) if wanted == PLAIN and not like else None
    return table or reader.table_of(_sheet(columns, place), wanted, like)


def read_sheet(file: BinaryIO, label: str) -> "Sheet":
    """The cells of `file` as text, and what their types say that the columns are. Raises `BadInput`."""
    return _sheet(*_columns(file, label))


def _columns(file: BinaryIO, label: str) -> tuple[list[_Column], int]:
    """All columns of `file` with rows, and the place of the label. Raises `BadInput`."""
    found = _unpacked(file)
    names, place = header([one.name for one in found], label)
    if not len(found[0].values):
        raise BadInput(NO_ROWS)
    return [one._replace(name=name) for one, name in zip(found, names, strict=True)], place


def rows(file: BinaryIO) -> tuple[frozenset[str], Iterator[Row]]:
    """Which columns are numbers; the names of all and then each row, its cells as text, as of a .csv file.

    Raises `BadInput`.
    """
    found = _unpacked(file)
    return frozenset(one.name for one in found if one.texts is None), _rows(found)


def _rows(found: list[_Column]) -> Iterator[Row]:
    yield 1, [one.name for one in found]
    columns = [(one.texts, one.codes.tolist()) for one in map(_cells, found)]
    for at in range(len(found[0].values) if found else 0):
        yield at + 2, [texts[codes[at]] for texts, codes in columns]


def _unpacked(file: BinaryIO) -> list[_Column]:
    """All columns of `file`. Raises `BadInput`, before more is read than fits."""
    size = os.fstat(file.fileno()).st_size
    if {os.pread(file.fileno(), 4, 0), os.pread(file.fileno(), 4, max(0, size - 4))} != {_MAGIC}:
        raise BadInput("is no .parquet file that can be read: it does not begin and end with PAR1")
    footer = int.from_bytes(os.pread(file.fileno(), 4, max(0, size - 8)), "little")
    if footer + 3 * len(_MAGIC) > size:
        raise BadInput("is no .parquet file that can be read: its footer would be longer than the file")
    most = min(max(_LARGE, MAXIMUM_RATIO * size), int(memory.SHARE * memory.total()))
    command = [sys.executable, "-I", str(Path(__file__).with_name("parquet_child.py")), str(most)]
    file.seek(0)
    with tempfile.TemporaryFile() as made:
        code = _outcome([*command, str(MAXIMUM_FEATURES + 1)], file, made)
        made.seek(0)
        if code == NOT_INSTALLED:
            raise BadInput("a .parquet file needs polars: pip install 'tuilab[data]'")
        if code:
            said = made.read(1000).decode(errors="replace").strip() if code == REFUSED else ""
            raise BadInput(clean(said, 300) or "is no .parquet file that can be read")
        with np.load(made, allow_pickle=False) as arrays:
            told = msgspec.json.decode(arrays["told"].tobytes(), type=_Noted)
            return [_Column(name, arrays[str(at)], told.texts.get(at)) for at, name in enumerate(told.names)]


def _outcome(command: Sequence[str], file: BinaryIO, made: BinaryIO) -> int:
    """The exit code of the process, which ends with whoever waits for it."""
    with subprocess.Popen(command, stdin=file, stdout=made, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        try:
            while True:  # what it says is left aside, and its end is heard at once
                if not select([child.stderr], [], [], _LOOK)[0]:
                    stages.at("reading")
                elif not os.read(child.stderr.fileno(), 4096):
                    return child.wait()
        finally:
            child.kill()


def _of_numbers(columns: list[_Column], place: int) -> Table | None:
    """The table, where all features are numbers that can be used, and every example has a label; else None."""
    features, label = [*columns[:place], *columns[place + 1 :]], columns[place]
    if any(one.texts is not None for one in features):
        return None
    X = np.empty((len(label.values), len(features)))
    for at, one in enumerate(features):
        X[:, at] = one.values
    if not (np.abs(X) <= LARGEST).all():
        return None
    if label.texts is not None:
        if any(label_fault(text) for text in label.texts):
            return None  # the sheet will say in which row
        y, classes = rank_labels(label.values, label.texts)
    elif not np.isfinite(label.values).all():
        return None
    else:
        y, classes = classes_of(label.values)
    names, numbers = tuple(one.name for one in features), range(1, len(y) + 1)
    return Table(X=X, y=y, features=names, classes=classes, label=label.name, numbers=numbers)


def _sheet(columns: list[_Column], place: int) -> "Sheet":
    from tuilab.data.columns.sheet import Sheet, refuse_wide

    refuse_wide(len(columns))
    return Sheet(
        columns=tuple(_cells(one) for one in columns),
        label=place,
        numbers=np.arange(1, len(columns[0].values) + 1),
        delimiter="",
        encoding="",
        marked=False,
        typed={one.name: "point" for one in columns if one.texts is None},
    )


def _cells(column: _Column) -> "SheetColumn":
    from tuilab.data.columns.column import NumberColumn, TextColumn

    if column.texts is not None:
        return TextColumn(column.name, tuple(column.texts), column.values)
    return NumberColumn(column.name, column.values)


PARQUET = Format(suffixes=(".parquet",), maximum_bytes=2**34, read=of_one_file(read), slow=True)
