"""A file of columns of many kinds as a table: what its cells tell is done and said, what they do not tell is asked."""

import math
from collections.abc import Iterable, Sequence
from typing import BinaryIO, NamedTuple

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from tuilab.data.columns.column import Kept, NumberColumn, SheetColumn, has_comma
from tuilab.data.columns.decisions import decisions, own_marks
from tuilab.data.columns.idle_marks import idle_marks
from tuilab.data.columns.kinds import Decision, Judged, judge, row_hashes, values_of
from tuilab.data.columns.open_questions import refuse_missing, refuse_open
from tuilab.data.columns.outsiders import left_out_as_decided, set_aside
from tuilab.data.columns.reading import OwnMarks, Reading, Values, folded, marks_of
from tuilab.data.columns.sheet import Sheet, read_sheet
from tuilab.data.columns.written import CALLED
from tuilab.data.csv_rows import cell_fault, in_cell, in_label
from tuilab.data.packing import in_rows, packed
from tuilab.data.row_numbers import told_numbers
from tuilab.data.table import (
    MINIMUM_EXAMPLES,
    Labels,
    Table,
    as_numbers,
    is_number,
    is_quantity,
    label_fault,
    rank_labels,
)
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean
from tuilab.words import listed, plural


class Used(NamedTuple):
    """A column that is used: its cells, how they are read, and the (m,) values that they give."""

    column: SheetColumn
    reading: Reading
    values: Values


def read_table(
    file: BinaryIO, label: str, wanted: ColumnsSection, like: Sequence[Reading] = (), fault: BadInput | None = None
) -> Table:
    """The table in `file` under the decisions in `wanted`; `fault` is what a reader of plain numbers said of it.

    `like` are the readings of another file, by which this one is read. X holds what the readings give: numbers, days,
    indices of levels; NaN where a cell is missing. Raises `BadInput`.
    """
    sheet = read_sheet(file, label, wanted, fault=fault)
    if fault is not None and len(sheet.numbers) < MINIMUM_EXAMPLES:
        raise fault  # nothing to vote with
    return table_of(sheet, wanted, like)


def table_of(sheet: Sheet, wanted: ColumnsSection, like: Sequence[Reading] = ()) -> Table:
    """The table of the cells in `sheet`, as `read_table`."""
    decided, own = decisions(wanted, sheet), own_marks(wanted, sheet)
    sheet = sheet.without(wanted.drop_rows)
    used, notes = (_alike(sheet, like), []) if like else _decided(sheet, wanted, decided, own)
    kept = _kept(sheet, used, wanted, own)
    y, classes = _labels(sheet, decided, kept)
    if not kept.all():
        lacking = "with missing cells" if wanted.missing == "drop rows" else "without a label"
        notes.append(f"{plural(int((~kept).sum()), 'row')} {lacking} left out of {len(kept):,}")
    if wanted.repeats == "drop" and not like:
        first = _first(sheet, used, kept)
        if repeated := int(kept.sum() - first.sum()):
            notes.append(left_out_text(repeated, len(kept)))
        y, kept = y[first[kept]], first
    return Table(
        X=_rows(sheet, used, kept),
        y=y,
        features=tuple(one.column.name for one in used),
        classes=classes,
        label=sheet.columns[sheet.label].name,
        columns=tuple(one.reading for one in used),
        notes=tuple(notes),
        numbers=told_numbers(sheet.numbers[kept]),
    )


def ask(file: BinaryIO, label: str) -> None:
    """Raises `BadInput` if the cells of a file of numbers do not tell what those are."""
    sheet = read_sheet(file, label)
    refuse_open(sheet, [one for one in judge(sheet.columns, {}) if one.question], PLAIN)


def _decided(
    sheet: Sheet, wanted: ColumnsSection, decided: dict[str, Decision], own: OwnMarks
) -> tuple[list[Used], list[str]]:
    """The columns that are used, and what is to be said of the reading. Raises `BadInput` for what must be asked."""
    if wanted.group:
        decided = {**decided, wanted.group: "category"}
    found = judge(sheet.features, decided, own)
    if _may_have_outsiders(sheet, found, wanted, own):
        rest, judged, asked = set_aside(sheet, wanted, decided, own)
        if asked:
            refuse_open(rest, _in_question(judged, wanted), wanted, asked)
    refuse_open(sheet, _in_question(found, wanted), wanted)
    used = [_used(one, wanted) for one in found if one.column.name not in wanted.drop]
    if not any(one.reading.role == "feature" for one in used):
        raise BadInput("has no column to learn from: every one is the same in all rows, or left out")
    idle = idle_marks(own, found, sheet.columns[sheet.label])
    notes = [*_notes(sheet, used), *filter(None, [left_out_as_decided(sheet, found, wanted)])]
    return used, [*notes, *(f"{f'{clean(name, 40)}: ' if name else ''}{said}" for name, said in idle)]


def _may_have_outsiders(sheet: Sheet, judged: Sequence[Judged], wanted: ColumnsSection, own: OwnMarks) -> bool:
    """Whether a run would refuse cells that may be those of rows that are no examples."""
    if any(one.doubtful for one in judged):
        return True
    lacks = any(np.isnan(one.values).any() for one in judged) or unlabeled(sheet.columns[sheet.label], own).any()
    return wanted.missing == "refuse" and bool(lacks)


def _in_question(judged: Iterable[Judged], wanted: ColumnsSection) -> list[Judged]:
    """Those of which something may be to be decided."""
    return [one for one in judged if one.column.name not in wanted.drop and one.kind != "constant"]


def _used(judged: Judged, wanted: ColumnsSection) -> Used:
    name, reading = judged.column.name, judged.reading
    if judged.kind == "constant":
        aside = Reading(name=name, kind="category", levels=judged.column.texts[:1], role="aside")
        return Used(judged.column, aside, np.zeros(len(judged.column)))
    assert reading is not None  # what must be asked has been refused
    if name == wanted.group:
        reading = structs.replace(reading, role="group")
    elif name == wanted.time:
        if reading.kind == "category":
            raise BadInput(f'"{clean(name, 60)}" holds neither dates nor numbers', path="columns.time")
        reading = structs.replace(reading, role="time")
    return Used(judged.column, reading, judged.values)


def _alike(sheet: Sheet, like: Iterable[Reading]) -> list[Used]:
    """The columns of a file as those of another one were read. Raises `BadInput`."""
    columns, used = {column.name: column for column in sheet.features}, []
    for reading in like:
        column = columns.get(reading.name)
        if column is None:
            raise BadInput(f'has no column "{clean(reading.name, 60)}", which data.source has')
        known = reading.levels
        if reading.role == "group":  # another patient is a group of its own, and not one with all others
            known = tuple(dict.fromkeys((*known, *column.texts)))
        values, wrong = values_of(column, structs.replace(reading, levels=known))
        if wrong:
            row = int(np.argmax(column.holding(wrong)))
            fault = cell_fault(text := column.text(row)) or f"no {reading.kind}: {clean(text, 40)!r}"
            raise in_cell(int(sheet.numbers[row]), column.name, fault)
        used.append(Used(column, reading, values))
    return used


def _kept(sheet: Sheet, used: Sequence[Used], wanted: ColumnsSection, own: OwnMarks) -> Kept:
    """The rows that are used, (m,). Raises `BadInput` where cells are missing and nothing is said of what to do."""
    used = [one for one in used if one.reading.role != "aside"]
    lacking = [(one, missing) for one in used if (missing := np.isnan(one.values)).any()]
    for one, missing in lacking:
        if one.reading.role != "feature" and wanted.missing != "drop rows":
            said = in_cell(int(sheet.numbers[np.argmax(missing)]), one.column.name, "is empty")
            raise BadInput(
                f'{said}, and no median tells its part: say columns.missing = "drop rows", which leaves '
                f"{int((~missing).sum()):,} of {plural(len(missing), 'row')}",
                path=f"columns.{one.reading.role}",
            )
    if wanted.missing == "refuse":
        refuse_missing(sheet, {one.column.name: (missing, one.reading.kind) for one, missing in lacking})
    label = sheet.columns[sheet.label]
    bad = unlabeled(label, own)
    if wanted.missing == "refuse" and bad.any():
        first = int(np.argmax(bad))
        raise in_label(int(sheet.numbers[first]), label.name, label_fault(label.text(first)))
    if wanted.missing != "drop rows":
        return ~bad
    kept: Kept = ~bad
    for _, missing in lacking:
        kept &= ~missing
    if kept.sum() < MINIMUM_EXAMPLES:
        raise BadInput(
            f'leaves {plural(int(kept.sum()), "row")} of {len(kept):,} without a missing cell; take "median"',
            path="columns.missing",
        )
    return kept


def _first(sheet: Sheet, used: Sequence[Used], kept: Kept) -> Kept:
    """(m,): the rows that are kept, and are like no earlier one of them in what is used of them. Raises `BadInput`."""
    columns = [one.column for one in used if one.reading.role != "aside"]
    first = np.zeros(len(kept), bool)
    first[earliest([*columns, sheet.columns[sheet.label]], np.flatnonzero(kept))] = True
    return first


def earliest(columns: Sequence[SheetColumn], places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of the rows at these places those that are like no earlier one, in their order. Raises `BadInput` for too few."""
    hashes = row_hashes(columns)
    found: NDArray[np.intp] = places[np.sort(np.unique(hashes[places], return_index=True)[1])]
    if len(found) < MINIMUM_EXAMPLES:
        raise BadInput(f'leaves {plural(len(found), "row")} of {len(hashes):,}; take "keep"', path="columns.repeats")
    return found


def left_out_text(repeated: int, rows: int) -> str:
    """What is noted of rows that are like earlier ones."""
    return f"{plural(repeated, 'repeated row')} left out of {rows:,}"


def _rows(sheet: Sheet, used: Sequence[Used], kept: Kept) -> Values:
    """X of the rows that are kept, in the memory of the cells where there is room: those are used up."""
    places, values, room = np.flatnonzero(kept), [one.values for one in used], None
    if sheet.room is not None:
        lying = [np.may_share_memory(one, sheet.room) for one in values]
        at = {column.name: place for place, column in enumerate(sheet.features)}
        room = np.asarray(in_rows(sheet.room), np.float64)
        if all(lying):
            columns = [at[one.column.name] for one in used]
            return packed(room, (len(places), len(used)), lambda rows: room[places[rows]][:, columns])
        values = [room[:, at[one.column.name]] if lies else one.values for one, lies in zip(used, lying, strict=True)]
    return packed(room, (len(places), len(used)), lambda rows: np.stack([one[places[rows]] for one in values], axis=1))


def _labels(sheet: Sheet, decided: dict[str, Decision], kept: Kept) -> tuple[Labels, tuple[str, ...]]:
    """y and the classes of the rows that are kept. Raises `BadInput`."""
    column = sheet.columns[sheet.label].rows(kept)
    if (numbers := quantity(column)) is not None:
        return numbers, ()
    label = judge([column], decided)[0]
    if label.question and decided.get(column.name) != "category":
        refuse_open(sheet, [label], PLAIN)
    there, codes = np.unique(column.codes, return_inverse=True)
    return rank_labels(codes, labels_of(label, [column.texts[code] for code in there]))


def labels_of(label: Judged, texts: Sequence[str]) -> Sequence[str]:
    """The different texts of a label; numbers that Python would not read as they are meant are written as it does."""
    if label.reading is None or label.reading.kind != "number" or label.doubtful:
        return texts
    plain = label.reading.is_plain
    return [
        text if value is None or math.isnan(value) or (plain and is_number(text)) else repr(value)
        for text, value in zip(texts, label.reading.values(texts), strict=True)
    ]


def unlabeled(label: SheetColumn, own: OwnMarks) -> Kept:
    """(m,): the rows without a label that can be one."""
    blank = label.holding(label.blanks(folded(marks_of(own, label.name))))
    if isinstance(label, NumberColumn):
        return np.array(np.isnan(label.numbers) | blank)
    return label.holding([text for text in label.texts if label_fault(text)]) | blank


def quantity(label: SheetColumn) -> Labels | None:
    """y, where the labels are those of an array of numbers, and can be no classes. Raises `BadInput`."""
    if not isinstance(label, NumberColumn):
        return None
    values, codes = np.unique(label.numbers, return_inverse=True)
    if len(label) < MINIMUM_EXAMPLES or len(values) < 2 or not is_quantity(values.tolist(), len(label)):
        return None
    return as_numbers(codes, values.tolist())


def _notes(sheet: Sheet, used: Sequence[Used]) -> Iterable[str]:
    """What was done beyond what a plain file of numbers wants."""
    if sheet.above:
        yield f"{plural(sheet.above, 'line')} above the table left out"
    if sheet.delimiter not in ("", ","):
        yield f"read with a {CALLED[sheet.delimiter]} between columns"
    if sheet.encoding not in ("", "utf-8"):
        yield f"read as {sheet.encoding.upper()} text"
    if names := [one.column.name for one in used if has_comma(one.column, one.reading)]:
        yield f"read with a decimal comma: {listed(names)}"
    forms = {
        "day-first": "as day/month/year",
        "month-first": "as month/day/year",
        "year-first": "as year-month-day",
        "named": "as dates with the names of months",
    }
    for form, said in forms.items():
        if names := [one.column.name for one in used if one.reading.form == form]:
            yield f"read {said}: {listed(names)}"
    for unit in dict.fromkeys(one.reading.unit for one in used if one.reading.unit):
        names = [one.column.name for one in used if one.reading.unit == unit]
        yield f"read without its {unit}: {listed(names)}"
    for one in used:
        if (first := one.reading.century) is not None:
            said = f"years of two digits from {first:02} on read as of 19.., others as of 20.."
            yield f"{said}: {listed([one.column.name])}"
    if constant := [one.column.name for one in used if one.reading.role == "aside"]:
        yield f"left out, the same in every row: {listed(constant)}"
