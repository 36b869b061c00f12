"""How the file and its cells are written, where that is not plain."""

from collections.abc import Collection, Iterator

import numpy as np

from tuilab.data.columns import dates
from tuilab.data.columns.column import NumberColumn, TextColumn, has_comma
from tuilab.data.columns.facts import Facts
from tuilab.data.columns.kinds import Judged
from tuilab.data.columns.traps.trap import Trap
from tuilab.data.columns.ways import Way, left_out, marking, only_text, taken_as
from tuilab.data.columns.written import CALLED
from tuilab.errors import BadInput
from tuilab.words import count, listed, plural

_NINES = [10.0**digits - 1 for digits in range(1, 10)]
"""Numbers of nines alone, as they mark missing values."""
_FEWEST = 5
"""Cells by which -1, where 0 is in none, and nines among the others may be marks: of fewer, it may be chance."""
_ROWS = 3
"""Cells that are named of those far off."""
_OFTEN = 3
"""Times as often as any other that a number of nines stands, from which on it may be a mark among the others."""


def written(facts: Facts) -> Iterator[Trap]:
    """How the file is written, where that is not plain."""
    sheet = facts.sheet
    if sheet.above:
        is_open = facts.wanted.skip != sheet.above
        stands = f"{plural(sheet.above, 'line')} above the names of the columns"
        said = (
            f"{stands} may be no part of the table, and left out here" if is_open else f"{stands} left out, as decided"
        )
        yield Trap(
            name="above", said=said, open=is_open, way=Way(key="skip", value=f"{sheet.above}") if is_open else None
        )
    if sheet.unnamed:
        said = "the first row looks like data, and is shown as that"
        yield Trap(name="header", said=said, open=True, way=Way(key="header", value="none", others=("first row",)))
    if sheet.delimiter not in ("", ","):
        yield Trap(name="delimiter", said=f"a {CALLED[sheet.delimiter]} between columns: read so")
    if sheet.encoding == "latin-1":
        is_open = facts.wanted.encoding == "auto"
        said = "is not UTF-8; it may be latin-1, and is shown as that" if is_open else "latin-1 text: read so"
        yield Trap(
            name="encoding", said=said, open=is_open, way=Way(key="encoding", value="latin-1") if is_open else None
        )
    elif sheet.marked:
        mark = "UTF-16" if sheet.encoding == "utf-16" else "UTF-8"
        yield Trap(
            name="encoding", said=f"begins with a byte order mark ({mark}): read so, the mark is no part of a name"
        )


def forms(facts: Facts) -> Iterator[Trap]:
    """Numbers and dates that can be read in several ways."""
    for one in facts.features:
        name, reading = one.column.name, one.reading
        if one.question:
            named = "thousands" if "point" in one.alternatives else "dates"
            way = Way(key="as", value=f"{name} = {one.alternatives[0]}", others=one.alternatives[1:2])
            yield Trap(name=named, column=name, said=one.question, open=True, way=way)
        elif reading and has_comma(one.column, reading):
            yield Trap(name="decimal comma", column=name, said=f"{one.evidence}: read so")
        elif reading and reading.unit:
            yield Trap(name="unit", column=name, said=f"{one.evidence}: read without it")
        elif reading and reading.kind == "date":
            zoned = any(map(dates.has_zone, one.column.texts))
            said = f"{one.evidence}: become days and a place in the year{', as UTC has them' if zoned else ''}"
            yield Trap(name="dates", column=name, said=said)
        if reading and (text := _in_parentheses(one)):
            said = f'"{text}" is read as {reading.values([text])[0]:.12g}, as accountants write what is below 0'
            yield Trap(name="parentheses", column=name, said=said)


def _in_parentheses(one: Judged) -> str:
    """A number that is read as one below 0 for the parentheses around it; empty if there is none."""
    if one.reading is None or one.reading.kind != "number":
        return ""
    if not isinstance(one.column, TextColumn) or one.column.plain is not None:
        return ""
    return next((text for text, _ in one.column.cells if text[:1] == "(" and text not in one.doubtful), "")


def cells(facts: Facts) -> Iterator[Trap]:
    """Cells without a value, and those that do not fit their column."""
    for one in facts.features:
        name, rows = one.column.name, len(one.column)
        if one.missing and one.kind != "constant":
            shown = listed([f'"{text}"' if text else "empty" for text in sorted(one.blanks)])
            refused = facts.wanted.missing == "refuse"
            done = ", which a run refuses" if refused else f': "{facts.wanted.missing}", as decided'
            yield Trap(
                name="missing",
                column=name,
                said=f"{count(one.missing)} of {plural(rows, 'cell')} missing ({shown}){done}",
                open=refused,
                way=Way(key="missing", value="median", others=("drop rows",)) if refused else None,
            )
        if one.doubtful and not one.question:
            shown = listed([f'"{text}"' for text in one.doubtful], 3)
            number = f"{one.doubted:,} of {plural(rows, 'cell')}"
            fault, else_, way = f"no {one.kind}", ", or take all as texts", Way(key="as", value=f"{name} = category")
            if one.kind == "category":
                fault, else_, way = "of more than one line", ", or leave it out", left_out(name)
            elif mark := only_text(one):
                fault, else_, way = f"no {one.kind}", ", or take it for a mark of a missing value", marking(name, mark)
            elif one.slips:
                else_ = ""
            yield Trap(
                name="doubtful",
                column=name,
                said=f"{number} {fault}: {shown}; mend them{else_}",
                open=True,
                way=way if else_ else None,
            )


def marks(facts: Facts) -> Iterator[Trap]:
    """Numbers such as -999 that stand where no value is."""
    is_quantity = not isinstance(facts.target, BadInput) and not facts.target[1]
    for one in (*facts.features, *[facts.label] * is_quantity):
        name = one.column.name
        decided = facts.decided.get(name) not in (None, facts.sheet.typed.get(name))  # a type tells nothing of marks
        if decided or one.reading is None or one.reading.kind != "number":
            continue
        marked = list(_marks(one))
        for text, number, why in marked:
            said = f'"{text}" in {plural(number, "cell")}, {why}, may be the mark of a missing value'
            way = marking(name, text, (taken_as(name, one),))
            yield Trap(name="marks", column=name, said=said, open=True, way=way)
        yield from _far_off(facts, one, {text for text, _, _ in marked})


def _far_off(facts: Facts, one: Judged, told: Collection[str]) -> Iterator[Trap]:
    """Numbers far from all others, but for those of which it was told already."""
    if one.kind == "identifier" or not len(far := facts.far[one.column.name]):
        return
    others = one.values[~np.isin(one.values, far)]
    places = np.flatnonzero(np.isin(one.values, far))
    texts = [text for value in np.unique(far).tolist() for text, _ in _written(one, value, 0) if text not in told]
    if not texts:
        return
    shown = [f'"{one.column.text(at)}" in row {facts.sheet.numbers[at]}' for at in places.tolist()]
    within = f"{np.nanmin(others):.12g} to {np.nanmax(others):.12g}"
    said = (
        f"{listed(shown, _ROWS)}, far from {within}, where all others are: slips (a lost decimal sign, another unit) "
    )
    said += "to be mended, or marks of missing values"
    way = marking(one.column.name, texts[0], (taken_as(one.column.name, one),), texts[1:])
    yield Trap(name="far off", column=one.column.name, said=said, open=True, way=way)


def _marks(one: Judged) -> Iterator[tuple[str, int, str]]:
    """The values that may stand where none is, as they are written, each with its cells and what tells so.

    Of nines alone, in several cells: farther from the others than those are from one another, alone below 0, or many
    times as often as any other. And -1, where all others are above 0.
    """
    values = one.values[~np.isnan(one.values)]
    may_be = np.isin(np.abs(values), _NINES) | (values == -1)
    if not may_be.any():
        return
    others, each = np.unique(values[~may_be], return_counts=True)
    if len(others) < 2:
        return
    low, high, most = float(others[0]), float(others[-1]), int(each.max())
    found, counts = np.unique(values[may_be], return_counts=True)
    for value, number in zip(found.tolist(), counts.tolist(), strict=True):
        is_far = max(low - value, value - high) > high - low and value != -1
        is_alone = value < 0 <= low if value != -1 else low > 0 and number >= _FEWEST
        if number > 1 and (is_far or is_alone):
            why = "far from all others" if is_far else "alone below 0"
        elif number >= _FEWEST and number > _OFTEN * most and value != -1:
            why = f"any other in {plural(most, 'cell')} at most"
        else:
            continue
        for text, cells in _written(one, value, number):
            yield text, cells, why


def _written(one: Judged, value: float, number: int) -> Iterator[tuple[str, int]]:
    """A value as the column has it, in each way, with its cells; it is a `number` of them."""
    if isinstance(one.column, NumberColumn) or one.reading is None:
        short = f"{value:.15g}"
        yield short if float(short) == value else repr(value), number
        return
    texts = [text for text, _ in one.column.cells]
    ways = zip(one.column.cells, one.reading.values(texts), strict=True)
    yield from (cell for cell, found in ways if found == value)
