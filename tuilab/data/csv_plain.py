"""Lines of numbers and a label, many at a time: by polars (extra `data`) where the file is large, else by NumPy.

Either gives what rows read one by one would give, or nothing where it is not sure that it does.
"""

import io
import re
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.reading import Values
from tuilab.data.parquet_child import load_polars
from tuilab.data.table import first_unusable, label_fault

LARGE = 2**23
"""Bytes of a file from which on it is worth a tenth of a second to import polars."""
_MOST = 1000
"""Columns of a file that polars reads; with more of them a piece has few rows, and it is no quicker."""
_QUOTED = re.compile(r'(?<![^,\n])"([^",\n]+)"(?![^,\n])')  # a whole cell that is the same without its quotes
_NEW_LINE = ord("\n")
_COUNTED = 2**17
"""Bytes that are looked at a time: what a cache holds."""


class LabelCodes(dict[str, int]):
    """The code of each label so far, without spaces around it; a new one gets the next. ValueError of what is none."""

    def __missing__(self, label: str) -> int:
        plain = label.strip()
        if plain != label:
            return self[plain]
        if fault := label_fault(label):
            raise ValueError(fault)
        self[label] = len(self)
        return self[label]

    def forget(self, known: int) -> None:
        """Drops all labels but the first `known`, as if the others had not been met."""
        while len(self) > known:
            self.popitem()


CodedRows = tuple[Values, NDArray[np.int64], int]
"""X (rows, n), the code of each row's label, and how many lines there are, those without any cell among them."""
Parse = Callable[[bytes, int, int, LabelCodes], CodedRows | None]
"""The rows of whole lines, of so many columns, the label in the one that follows, with the codes so far; None where
any line is not numbers and a label, without a comma in them."""


def parser(size: int, columns: int) -> Parse:
    """What suits a file of so many bytes and columns."""
    return by_polars if size >= LARGE and columns <= _MOST and _loads_polars() else by_numpy


def _loads_polars() -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            load_polars()
    except (ImportError, OSError):
        return False
    return True


def parsed(parse: Parse, lines: bytes, columns: int, label: int, codes: LabelCodes) -> CodedRows | None:
    """As `parse`, of numbers that can be used; where it gives nothing, the codes are as they were."""
    known = len(codes)
    found = parse(lines, columns, label, codes)
    if found is None or first_unusable(found[0]) is not None:
        codes.forget(known)
        return None
    return found


def ends(lines: bytes) -> int:
    """How many lines end in these; `bytes.count` takes three times as long where there are many."""
    whole = np.frombuffer(lines, np.uint8)
    return sum(int(np.count_nonzero(whole[at : at + _COUNTED] == _NEW_LINE)) for at in range(0, len(whole), _COUNTED))


def by_numpy(lines: bytes, columns: int, label: int, codes: LabelCodes) -> CodedRows | None:
    """As `Parse` says; a cell may stand in quotes."""
    try:
        text = lines.decode()
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if '"' in text:
        text = _QUOTED.sub(r"\1", text)
    if any(odd in text for odd in '"\r\0'):
        return None
    rows = text.split("\n")
    if not any(rows):
        return np.empty((0, columns - 1)), np.empty(0, np.int64), len(rows) - 1
    convert: dict[int | str, Callable[[str], int]] = {label: codes.__getitem__}
    try:
        values = np.loadtxt(rows, delimiter=",", comments=None, converters=convert, encoding=None, ndmin=2)
    except ValueError:
        return None
    if values.shape[1] != columns:
        return None
    X = values[:, :-1] if label == columns - 1 else np.delete(values, label, axis=1)
    return X, values[:, label].astype(np.int64), len(rows) - (not rows[-1])


def by_polars(lines: bytes, columns: int, label: int, codes: LabelCodes) -> CodedRows | None:
    """The same; NumPy's are quotes, and what only Python takes for a number."""
    plain = lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines
    if any(odd in plain for odd in (b'"', b"\r", b"\0")) or not _is_utf8(plain):
        return by_numpy(lines, columns, label, codes)
    import polars

    kinds = {str(place): polars.String() if place == label else polars.Float64() for place in range(columns)}
    try:
        frame = polars.read_csv(io.BytesIO(plain), has_header=False, schema=kinds, quote_char=None)
    except polars.exceptions.PolarsError:
        return by_numpy(lines, columns, label, codes)
    # It leaves out lines without any cell, and fills up short ones.
    rows = ends(plain) + (not plain.endswith(b"\n"))
    if frame.shape != (rows, columns) or any(frame.null_count().row(0)):
        return by_numpy(lines, columns, label, codes)
    texts = frame.get_column(str(label))
    different = texts.unique(maintain_order=True)
    try:
        known = np.array([codes[text] for text in different.to_list()])
    except ValueError:
        return None
    places = texts.cast(polars.Enum(different)).to_physical().to_numpy()
    return frame.drop(str(label)).to_numpy(order="c"), known[places], rows


def _is_utf8(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False
