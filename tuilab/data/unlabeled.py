"""Examples without labels, to be predicted: the features that a network was trained on, found by their names."""

import csv
import math
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import BinaryIO

import numpy as np
from msgspec import structs

from tuilab.data import files, parquet_file
from tuilab.data.columns.encoders import Encoders, of_unknown_level
from tuilab.data.columns.numbers import is_in_a_form
from tuilab.data.columns.reading import NUMBER_MARKS, Values
from tuilab.data.columns.written import DELIMITERS, Written, first_lines, written
from tuilab.data.csv_file import CSV
from tuilab.data.csv_rows import Row, cell_fault, numbers, ragged, rows
from tuilab.data.header import looks_like_data
from tuilab.data.idx_file import pixel_names
from tuilab.data.memory import refuse_too_large
from tuilab.data.parquet_file import PARQUET
from tuilab.data.table import Floats
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN
from tuilab.text import clean
from tuilab.words import listed, plural

STDIN = "-"
"""What a .csv file is called that comes through a pipe."""
_BLOCK = 2**17  # cells converted at a time
_OF_PLACE = re.compile(r"column [1-9]\d*")  # what a column without a name is called
_SHOWN = 5
"""Columns that are named of many."""


def load(
    source: str, features: Sequence[str], aside: Collection[str] = (), encoders: Encoders | None = None
) -> tuple[Floats, tuple[str, ...]]:
    """X (m, n) of the file at `source`, "-" for standard input, in the order of `features`; and what is to be said.

    Columns are found by name: the features, or those that the `encoders` make features of. Others, as `aside` says,
    may be there besides, such as the label; no more. Where the features have no names of their own (x1, x2, …), or the
    file has none, they are taken by place. Raises `BadInput` naming the file.
    """
    shown = "standard input" if source == STDIN else clean(source)
    try:
        if source == STDIN:
            with _spooled() as file:
                return _csv(file, features, aside, encoders)
        known = files.format_of(source) or CSV
        with files.parts_of(source, known, "") as parts:
            if known.inputs:
                return _arrays(known.inputs(parts, features), features, aside, encoders)
            with parts.open(source) as file:
                if known is PARQUET:
                    typed, one_by_one = parquet_file.rows(file)
                    return _table(one_by_one, features, aside, encoders and encoders.of_typed(typed))
                return _csv(file, features, aside, encoders)
    except BadInput as error:
        raise BadInput(error.message, path=error.path, file=error.file or shown) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", file=shown) from None


def row(
    texts: Sequence[str], features: Sequence[str], encoders: Encoders | None = None
) -> tuple[Floats, tuple[str, ...]]:
    """X (1, n) of the cells of one row, in the order of `features` or of the columns of `encoders`; what is to be said.

    Raises `BadInput` naming the column of a cell that cannot be used.
    """
    if encoders is None:
        for name, text in zip(features, texts, strict=True):
            if fault := cell_fault(text):
                raise BadInput(f'column "{clean(name, 60)}": {fault}{_of_missing(text)}')
        return np.array([[float(text) for text in texts]]), ()
    columns = [one.reading.name for one in encoders.encoders]
    try:
        read = {name: [text] for name, text in zip(columns, texts, strict=True)}
        values = encoders.read(read)
    except BadInput as error:
        raise BadInput(error.message.removeprefix("example 1, ")) from None
    doubts = _Doubts(encoders)
    doubts.add(values, read)
    return encoders.apply(values), tuple(f"it is {doubt}" for doubt, _ in doubts.told())


@contextmanager
def _spooled() -> Iterator[BinaryIO]:
    """Standard input as a file that can be read where one likes."""
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        files.check_size(file.tell(), CSV)
        yield file


def _arrays(
    X: Floats, features: Sequence[str], aside: Collection[str], encoders: Encoders | None
) -> tuple[Floats, tuple[str, ...]]:
    """X, whose columns have no names. Raises `BadInput` where it is not what the network was trained on."""
    if encoders is not None:
        raise BadInput("has no columns, and the network was trained on columns of many kinds; a .csv file is wanted")
    width = X.shape[1]
    if width == len(features):
        return X, ()
    side = math.isqrt(width)
    for names in ([f"x{at}" for at in range(1, width + 1)], list(pixel_names(side, side))):
        if len(names) == width and set(names) >= set(features):
            more = set(names) - set(features) - set(aside)
            if more <= {names[-1]}:
                note = f"the last of {width} columns is left aside, as a label there would be"
                return np.ascontiguousarray(X[:, [names.index(name) for name in features]]), (note,) * len(more)
    raise BadInput(f"X has {width} features; the network was trained on {len(features)}")


def _csv(
    file: BinaryIO, features: Sequence[str], aside: Collection[str], encoders: Encoders | None
) -> tuple[Floats, tuple[str, ...]]:
    wanted = _wanted(features, encoders)
    how = written(file, guess=encoders is not None)
    if lines := _above_names(how, wanted):
        how = written(file, structs.replace(PLAIN, skip=lines), guess=encoders is not None)
    return _table(rows(file, how.start, encoding=how.codec, delimiter=how.delimiter), features, aside, encoders)


def _wanted(features: Sequence[str], encoders: Encoders | None) -> Sequence[str]:
    """The names of the columns that are looked for."""
    return features if encoders is None else [one.reading.name for one in encoders.encoders]


def _above_names(how: Written, wanted: Sequence[str]) -> int:
    """How many lines stand above the one that names the columns that are wanted; 0 where none does."""
    for number, line in enumerate(first_lines(how.head, how.codec)):
        for delimiter in DELIMITERS:
            with suppress(csv.Error):
                cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
                if {clean(cell.strip()) for cell in cells}.issuperset(wanted):
                    return number
    return 0


def _table(
    one_by_one: Iterator[Row], features: Sequence[str], aside: Collection[str], encoders: Encoders | None
) -> tuple[Floats, tuple[str, ...]]:
    """The examples in rows of text, the header first, unless the columns that are wanted had none."""
    first = next(one_by_one, (0, list[str]()))
    cells = [cell.strip() for cell in first[1]]
    if not cells:
        raise BadInput("has no header row")
    names = [clean(cell) or f"column {place}" for place, cell in enumerate(cells, 1)]
    wanted, of_place = _wanted(features, encoders), [f"column {place}" for place in range(1, len(cells) + 1)]
    if all(map(_OF_PLACE.fullmatch, [*wanted, *aside])) and not any(map(_OF_PLACE.fullmatch, names)):
        _refuse_other_width(len(names), wanted, aside)
        names, one_by_one = of_place, chain([first], one_by_one)
    elif _numbered(wanted) and looks_like_data(cells):
        if len(names) != len(wanted):
            raise BadInput(f"rows of {plural(len(names), 'cell')}; the network was trained on {len(wanted)} features")
        names, one_by_one = of_place, chain([first], one_by_one)
    elif not set(names) & set(wanted) and not _numbered(wanted) and any(map(is_in_a_form, cells)):
        said = f"row {first[0]}: holds numbers, and none of the names of the columns; those are wanted above it"
        raise BadInput(f"{said}: {listed(wanted, 8)}")
    places = _places(wanted, names, aside)
    found, doubts = [np.empty((0, len(features)))], _Doubts(encoders) if encoders else None
    while some := list(islice(one_by_one, max(1, _BLOCK // len(names)))):
        for number, cells in some:
            if len(cells) != len(names):
                raise ragged(number, cells, len(names))
        if encoders is None or doubts is None:
            chosen = [(number, [cells[place] for place in places]) for number, cells in some]
            try:
                found.append(numbers(chosen, [names[place] for place in places]))
            except BadInput as fault:
                culprit = next(cell for _, texts in chosen for cell in texts if cell_fault(cell))
                raise BadInput(f"{fault.message}{_of_missing(culprit)}") from None
        else:
            texts = [*chain.from_iterable(cells for _, cells in some)]
            read = {name: texts[place :: len(names)] for name, place in zip(wanted, places, strict=True)}
            values = encoders.read(read, [number for number, _ in some])
            doubts.add(values, read)
            found.append(encoders.apply(values))
        examples = sum(map(len, found))
        refuse_too_large(2 * 8 * examples * len(features), f"{examples} examples")
    told = doubts.told() if doubts else ()
    return np.concatenate(found), tuple(f"{plural(number, 'example')} {doubt}" for doubt, number in told)


def _of_missing(cell: str) -> str:
    """What may be done where a cell that cannot be used is a missing one; empty where it is another."""
    is_missing = cell.strip().casefold() in NUMBER_MARKS
    return '; a run with columns.missing = "median" fills it in' if is_missing else ""


def _refuse_other_width(cells: int, wanted: Sequence[str], aside: Collection[str]) -> None:
    """Raises `BadInput` where rows without names are not those of the file of the training, the end left off or not.

    What stands aside there, such as the label, may be missing behind the last column that is wanted.
    """
    read, others = ([int(name.removeprefix("column ")) for name in names] for names in (wanted, aside))
    last = max([*read, *others])
    if max(read) <= cells <= last:
        return
    free = sorted(place for place in others if place < max(read))
    wants = f"the first {max(read)} at least" if max(read) < last else "all of them"
    empty = f" (any may be empty in {listed([f'column {place}' for place in free], 5)})" if free else ""
    said = f"the network was trained on rows of {last} without names, and wants {wants}, in that order{empty}"
    raise BadInput(f"rows of {plural(cells, 'cell')}; {said}")


class _Doubts:
    """What is not as the training part had it, of the examples so far."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders
        self._unknown, self._levels = Counter[str](), defaultdict[str, dict[str, None]](dict)
        self._missing = np.zeros(len(encoders.encoders), np.int64)

    def add(self, values: Values, read: Mapping[str, Sequence[str]]) -> None:
        """Looks at (m, columns) `values` of the texts `read`."""
        for name, places in self._encoders.unknown(values).items():
            self._unknown[name] += len(places)
            self._levels[name] |= dict.fromkeys(read[name][place].strip() for place in places.tolist())
        self._missing += np.isnan(values).sum(axis=0)

    def told(self) -> Iterator[tuple[str, int]]:
        """Each doubt, and of how many examples."""
        names = [one.reading.name for one in self._encoders.encoders]
        yield from (
            (of_unknown_level(name, tuple(self._levels[name])), self._unknown[name])
            for name in names
            if name in self._unknown
        )
        for one, missing in zip(self._encoders.encoders, self._missing.tolist(), strict=True):
            if missing and not one.marks_missing:  # where it has an input of its own, it is as in training
                done = "all zeros" if one.reading.kind == "category" else "the median"
                yield f"without {clean(one.reading.name, 40)}, which none of train lacks: {done}", missing


def _places(features: Sequence[str], names: Sequence[str], aside: Collection[str]) -> list[int]:
    """Where each feature stands among the columns of a file. Raises `BadInput` naming what is amiss."""
    if twice := [name for place, name in enumerate(names) if name in names[:place]]:
        raise BadInput(f'two columns are named "{clean(twice[0], 40)}"')
    missing = [name for name in features if name not in names]
    extra = [name for name in names if name not in features and name not in aside]
    if not missing and not extra:
        return [names.index(name) for name in features]
    if len(names) == len(missing) and (_numbered(features) or _numbered(names)):
        return list(range(len(features)))
    told = [f"lacks {_told(missing)}"] if missing else []
    told += [f"has {_told(extra)}, which the network was not trained on"] if extra else []
    raise BadInput("; ".join(told))


def _numbered(names: Sequence[str]) -> bool:
    """Whether these are no names but numbers of places."""
    return all(re.fullmatch(rf"(?:x|column ){place}", name) for place, name in enumerate(names, 1))


def _told(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{clean(name, 40)}"' for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{'the columns' if len(names) > 1 else 'the column'} {shown}{more}"
