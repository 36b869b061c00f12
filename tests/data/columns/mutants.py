"""Files of known content, damaged at random: each is read right where it was not touched, or refused in one line."""

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from msgspec import structs

from tests.data.columns.messy import Messy, messy
from tuilab.data import files
from tuilab.data.table import Table, is_right
from tuilab.errors import BadInput
from tuilab.experiment import convert
from tuilab.experiment.fields import ColumnsSection

ODD = b'",;|\t\n\r\0 .-+eE019/?x\xff\xc3\xa9'
USED = ("date", "price", "income", "city", "grade", "size", "weight")


def decided(made: Messy) -> ColumnsSection:
    """What there is to decide of such a table."""
    name = made.names
    return convert(
        {
            "columns": {
                "drop": [name["id"], name["copy"]],
                "as": [f"{name['income']} = comma"],
                "missing": "median",
            }
        }
    ).columns


def mutant(content: bytes, some: random.Random) -> bytes:
    """The same with one to three changes."""
    for _ in range(some.choice([1, 1, 1, 2, 3])):
        at, other = sorted(some.sample(range(len(content)), 2))
        if some.random() < 0.5:
            content = mildly(content, some)
            continue
        match some.randrange(7):
            case 0:
                content = content[:at] + bytes([some.choice(ODD)]) + content[at + 1 :]
            case 1:
                content = content[:at] + bytes([some.choice(ODD)]) + content[at:]
            case 2:
                content = content[:at] + content[at + some.randint(1, 40) :]
            case 3:
                end = min(other, at + 300)
                content = content[:end] + content[at:end] + content[end:]
            case 4:
                content = content[:other]
            case 5:
                content = content[:at] + bytes(some.randrange(256) for _ in range(3)) + content[at + 3 :]
            case _:
                old, new = some.sample([b";", b",", b".", b"\r\n", b'"', b" "], 2)
                content = content[:at] + content[at : at + 60].replace(old, new) + content[at + 60 :]
    return content


def mildly(content: bytes, some: random.Random) -> bytes:
    """The same with a cell, or a line, that is another one."""
    lines = content.splitlines(keepends=True)
    at, other = some.randrange(1, len(lines)), some.randrange(1, len(lines))
    cells = lines[at].rstrip().split(b";")
    place = some.randrange(len(cells))
    match some.randrange(6):
        case 0:
            lines.insert(at, lines[other])
        case 1:
            del lines[at]
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            cells[place] = b'"' + cells[place] + b'"'
        case 4:
            cells[place] = some.choice([b"", b"?", b"NA", b"0", b" 17 ", b"1.5", b"1,5", b"'", b'"a\nb"', b"rome"])
        case _:
            cells[place] = bytes(some.choice(b"0123456789") if chr(c).isdigit() else c for c in cells[place])
    if some.random() < 0.9 and at < len(lines):
        lines[at] = b";".join(cells) + b"\r\n"
    return b"".join(lines)


MARK = b"\xef\xbb\xbf"
DRESSES: dict[str, tuple[str, Callable[[bytes], bytes], int]] = {
    "plain": ("table.csv", lambda content: content, 0),
    "tabs": ("table.tsv", lambda content: content.replace(b";", b"\t"), 0),
    "packed": ("table.csv.gz", lambda content: gzip.compress(content, 1), 0),
    "ends of lines": ("table.csv", lambda content: content.replace(b"\r\n", b"\r"), 0),
    "UTF-16": ("table.csv", lambda content: content.decode("utf-8-sig", "replace").encode("utf-16"), 0),
    "lines above": (
        "table.csv",
        lambda content: MARK + b'by "hand;x\r\n\r\n' + content.removeprefix(MARK),
        2,
    ),
}
"""In which a table may come: the name of its file, what is done to its bytes, and the lines above it."""


def check(folder: Path, number: int, dress: str = "plain") -> bool:
    """Damages table `number` and reads it; whether it was read. Raises AssertionError if it was read wrong."""
    some, made = random.Random(number), messy(number % 40)
    content = mutant(made.content, some)
    name, dressed, lines = DRESSES[dress]
    (path := folder / name).write_bytes(dressed(content))
    try:
        table = files.load(str(path), made.names["label"], columns=structs.replace(decided(made), skip=lines))
    except BadInput as error:
        assert str(error).isprintable() and len(str(error)) < 2000, number
        return False
    assert is_right(table), number
    if content.splitlines()[:1] == made.content.splitlines()[:1]:
        assert {made.names[part] for part in USED} <= set(table.features), number
    before, after = made.content.splitlines()[1:], content.splitlines()[1:]
    found = meant(table, made)
    head = next((n for n, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), len(after))
    for n in range(min(head, len(found)) - 1):  # the last one may go on in a line that was changed
        same(found[n], made.truth[n], number)
    reversed_lines = zip(reversed(before), reversed(after), strict=False)
    tail = next((n for n, (one, two) in enumerate(reversed_lines) if one != two), 0)
    for n in range(1, min(tail, len(found))):
        same(found[-n], made.truth[-n], number)
    return True


def meant(table: Table, made: Messy) -> list[dict[str, float | str | None]]:
    """What the rows of a table say, in the words of the truth."""
    parts = {name: part for part, name in made.names.items()}  # of a name that was damaged: itself
    rows: list[dict[str, float | str | None]] = [{} for _ in table.y]
    for at, reading in enumerate(table.columns):
        for row, value in zip(rows, table.X[:, at].tolist(), strict=True):
            said: float | str | None = value
            if np.isnan(value):
                said = None
            elif reading.kind == "category":
                said = reading.levels[int(value)]
            elif reading.kind == "date":
                said = str(np.datetime64(int(value), "D"))
            row[parts.get(reading.name, reading.name)] = said
    for row, k in zip(rows, table.y.tolist(), strict=True):
        row["label"] = table.classes[k] if table.classes else k
    return rows


def same(found: dict[str, float | str | None], truth: dict[str, float | str | None], number: int) -> None:
    """Asserts that a row says what it was made from; of cities capitals do not count."""
    for part in (*(part for part in USED if part in found), "label"):
        one, other = found[part], truth[part]
        if part == "city" and one is not None and other is not None:
            one, other = str(one).casefold(), str(other).casefold()
        assert one == other, (number, part, one, other)
