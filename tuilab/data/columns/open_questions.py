"""What a file does not tell and a person must decide: one line with all of it, and the settings that decide it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.decisions import kinds_decided
from tuilab.data.columns.kinds import Judged
from tuilab.data.columns.outsiders import Outsiders
from tuilab.data.columns.reading import Reading
from tuilab.data.columns.sheet import Sheet
from tuilab.data.columns.ways import Way, left_out, marking, only_text, together, without_rows
from tuilab.data.csv_rows import cell_fault, in_cell
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection
from tuilab.text import clean
from tuilab.words import listed, plural

Missing = Mapping[str, tuple[NDArray[np.bool_], str]]
"""By name of a column: which of its m cells are missing, and of what kind it is."""
_TOLD = 6
"""Columns that are told of one kind of question."""


def refuse_open(
    sheet: Sheet, judged: Sequence[Judged], wanted: ColumnsSection, outsiders: Sequence[Outsiders] = ()
) -> None:
    """Raises `BadInput` with all that is to be decided of the columns, and how to say it; if there is nothing, nothing.

    What was decided on is in question no more: a column that is `group` or `time`, or that `as` names. First it asks
    about `outsiders`, which the sheet has no more.
    """
    decided = kinds_decided(wanted) | {wanted.group, wanted.time}
    asked = [f"{one.said}, no example" for one in outsiders]
    ways = [without_rows(one.rows, one.fits) for one in outsiders]
    for one in judged:
        name = one.column.name
        if one.question:
            asked.append(f'column "{clean(name, 60)}": {one.question}')
            ways.append(Way(key="as", value=f"{name} = {one.alternatives[0]}", others=one.alternatives[1:2]))
        elif one.doubtful:
            asked.append(_doubt(sheet, one))
            if text := only_text(one):
                ways.append(marking(name, text))
            elif not one.slips and one.kind != "category":
                ways.append(Way(key="as", value=f"{name} = category"))
        elif one.reading is None or (one.kind == "identifier" and name not in decided):
            what = "another value in every row" if one.kind == "identifier" else one.evidence
            asked.append(f'column "{clean(name, 60)}" has {what}')
            ways.append(left_out(name, one.otherwise))
    left = {way.value for way in ways if way.key == "drop"}
    cells = {one.column.name: (_is_missing(one), one.kind) for one in judged if one.column.name not in left}
    if not asked:
        return
    if wanted.missing == "refuse" and (missing := _missing(sheet, cells)):
        asked.append(missing)
        ways.append(Way(key="missing", value="median"))
    if len(asked) > _TOLD:
        asked[_TOLD:] = [f"and {len(asked) - _TOLD:,} more"]
    others = {way.key: way.or_else for way in ways if way.others}
    settings = [f"columns.{key} = {value}{others.get(key, '')}" for key, value in together(ways, wanted).items()]
    raise BadInput("; ".join(asked) + (f"; say {', '.join(settings)}" if settings else ""))


def refuse_missing(sheet: Sheet, missing: Missing) -> None:
    """Raises `BadInput` if cells are `missing`, with how many and the two ways out."""
    if said := _missing(sheet, missing):
        complete = int((~np.stack([cells for cells, _ in missing.values()]).any(axis=0)).sum())
        raise BadInput(
            f'{said}; say columns.missing = "median", which fills them in and marks them, or "drop rows", '
            f"which leaves {complete:,} of {plural(len(sheet.numbers), 'row')}"
        )


def _missing(sheet: Sheet, missing: Missing) -> str:
    """The first missing cell, and how many there are by column; empty if there are none."""
    counts = {name: int(cells.sum()) for name, (cells, _) in missing.items() if cells.any()}
    if not counts:
        return ""
    row, name = min((int(np.argmax(missing[name][0])), name) for name in counts)
    column = next(one for one in sheet.columns if one.name == name)
    text, kind = column.text(row), missing[name][1]
    first = in_cell(int(sheet.numbers[row]), name, _blank(text, kind))
    most = sorted(counts, key=lambda name: -counts[name])
    told = listed([f"{name} {counts[name]:,}" for name in most], 3)
    return f"{first}; {plural(sum(counts.values()), 'cell')} missing ({told})"


def _blank(text: str, kind: str) -> str:
    """What is wrong with a cell that means that there is no value."""
    if kind == "number" and text.casefold() in ("", "nan"):
        return cell_fault(text)
    return f"has no value: {clean(text, 40)!r}" if text else "is empty"


def _doubt(sheet: Sheet, judged: Judged) -> str:
    """The first cell that does not fit, and how many there are."""
    column, number = judged.column, judged.doubted
    row = int(np.argmax(column.holding(judged.doubtful)))
    text = column.text(row)
    match judged.reading:
        case Reading(kind="category"):
            fault = f"a value of more than one line (an unclosed quote?): {clean(text, 40)!r}"
        case Reading(kind="number"):
            sign = " with a decimal comma" if judged.reading.form == "comma" else ""
            fault = cell_fault(text) or f"no number{sign}: {clean(text, 40)!r}"
        case _:
            fault = f"no {judged.kind}: {clean(text, 40)!r}"
    more = f" ({number:,} such cells of {len(column):,})" if number > 1 else ""
    return f"{in_cell(int(sheet.numbers[row]), column.name, fault)}{more}"


def _is_missing(judged: Judged) -> NDArray[np.bool_]:
    """(m,): the cells without a value; those that do not fit have one."""
    if not len(judged.values):
        return np.zeros(len(judged.column), bool)
    missing: NDArray[np.bool_] = np.isnan(judged.values)
    return missing & ~judged.column.holding(judged.doubtful) if judged.doubtful else missing
