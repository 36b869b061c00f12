"""What is decided of the columns of an array, whose names are those of their places: they are left out, or numbers."""

from dataclasses import replace

import numpy as np

from tuilab.data.columns.decisions import decisions
from tuilab.data.columns.outsiders import left_out_as_decided
from tuilab.data.columns.reader import earliest, left_out_text
from tuilab.data.columns.sheet import sheet_of
from tuilab.data.columns.ways import Way
from tuilab.data.mapped import is_mapped
from tuilab.data.memory import refuse_too_large
from tuilab.data.row_numbers import chosen_numbers
from tuilab.data.table import MINIMUM_EXAMPLES, Table
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection
from tuilab.text import clean
from tuilab.words import plural


def decided(table: Table, wanted: ColumnsSection) -> Table:
    """The table of an array without what is `wanted` out of it. Raises `BadInput`."""
    if not (wanted.drop or wanted.as_ or wanted.drop_rows or wanted.repeats == "drop"):
        return table
    for name, kind in decisions(wanted, sheet_of(table)).items():
        must = "category" if name == table.label and table.classes else "number"
        if kind != must:
            raise BadInput(f'"{clean(name, 60)}" of an array is a {must}, no {kind}', path="columns.as")
    if not wanted.drop and not wanted.drop_rows and wanted.repeats != "drop":
        return table
    if is_mapped(table.X):
        raise BadInput("an array larger than memory is taken as it is: leave it out in the file", path="columns")
    refuse_too_large(table.X.nbytes, f"a second copy of {len(table.y):,} rows")
    if wanted.drop_rows:
        table = _without(table, wanted)
    kept = [at for at, name in enumerate(table.features) if name not in wanted.drop]
    if not kept:
        raise BadInput("leaves no column to learn from", path="columns.drop")
    names = tuple(table.features[at] for at in kept)
    table = replace(table, X=np.ascontiguousarray(table.X[:, kept]), features=names)
    return _each_once(table) if wanted.repeats == "drop" else table


def way_of(way: Way, label: str) -> Way:
    """The way to decide what is asked of an array: what would make words of a column leaves it a number."""
    name = way.value if way.key == "group" else way.value.rpartition("=")[0].strip()
    return way if way.key not in ("as", "group", "marks") or name == label else Way(key="as", value=f"{name} = number")


def _without(table: Table, wanted: ColumnsSection) -> Table:
    """Without the rows that are no examples, nor classes that had no other. Raises `BadInput`."""
    sheet = sheet_of(table).without(wanted.drop_rows)
    places = sheet.numbers - 1
    y, classes = table.y[places], table.classes
    if classes:
        there, y = np.unique(y, return_inverse=True)
        classes = tuple(classes[k] for k in there)
    if len(y) < MINIMUM_EXAMPLES or len(classes) == 1:
        raise BadInput(f"leaves {plural(len(y), 'row')} of {len(table.y):,}", path="columns.drop_rows")
    note = left_out_as_decided(sheet, (), wanted)
    numbers = chosen_numbers(table.numbers, places)
    return replace(table, X=table.X[places], y=y, classes=classes, numbers=numbers, notes=(*table.notes, note))


def _each_once(table: Table) -> Table:
    """Without rows that are like an earlier one."""
    rows = len(table.y)
    first = earliest(sheet_of(table).columns, np.arange(rows))
    if len(first) == rows:
        return table
    note = left_out_text(rows - len(first), rows)
    numbers = chosen_numbers(table.numbers, first)
    return replace(table, X=table.X[first], y=table.y[first], numbers=numbers, notes=(*table.notes, note))
