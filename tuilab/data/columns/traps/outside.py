"""Rows that stand in a table and are no examples: a second line of names or units, a line of totals."""

from collections.abc import Iterator

import numpy as np

from tuilab.data.columns.column import Kept, TextColumn
from tuilab.data.columns.facts import Facts
from tuilab.data.columns.kinds import Judged
from tuilab.data.columns.traps.trap import Trap
from tuilab.words import listed

_FEWEST, _NEAR = 10, 1e-4  # rows above a sum, and how far off it may be, as each of them may be rounded


def outside(facts: Facts) -> Iterator[Trap]:
    """The first row, where it fits no column of numbers; the last one, where it sums up the others."""
    rows, out = facts.sheet.numbers, "that is no example; take it out of the file"
    if texts := facts.below_names:
        shown = listed([f'"{text}"' for text in texts], 3)
        said = f"row {rows[0]} holds {shown} where numbers or dates stand below: a second line of names, or of units"
        yield Trap(name="names", said=f"{said}, {out}", open=True)
    for row in np.flatnonzero(_names_again(facts))[:1]:
        yield Trap(name="names", said=f"row {rows[row]} holds the names of the columns again, {out}", open=True)
    columns = (*facts.judged, facts.label)
    summed = [one.column.name for one in columns if _is_sum(one)]
    if summed or facts.total:
        why = f"the sum of the others in {listed(summed, 3)}" if summed else f'"{facts.total}"'
        yield Trap(name="totals", said=f"row {rows[-1]}, the last one, is {why}: a line of totals {out}", open=True)


def _names_again(facts: Facts) -> Kept:
    """(m,): the rows that hold the names of the columns, as where files were put one behind the other."""
    again: Kept = np.ones(len(facts.sheet.numbers), bool)
    for column in facts.sheet.columns:
        again &= column.holding([column.name]) if isinstance(column, TextColumn) else False
    return again


def _is_sum(one: Judged) -> bool:
    """Whether the last value of a column is the sum of those above."""
    values = one.values[~np.isnan(one.values)]
    if one.reading is None or one.reading.kind != "number" or len(values) <= _FEWEST or np.isnan(one.values[-1]):
        return False
    above, last = values[:-1], float(values[-1])
    return last > float(above.max()) and abs(last - float(above.sum())) <= _NEAR * last
