"""Rows that stand in a table and are no examples, as a line of units, of totals, a footnote."""

from collections.abc import Iterator

from tuilab.data.columns.facts import Facts
from tuilab.data.columns.outsiders import left_out_as_decided
from tuilab.data.columns.traps.trap import Trap
from tuilab.data.columns.ways import without_rows


def outside(facts: Facts) -> Iterator[Trap]:
    """Those that may be, without which the table is shown; and those that were decided to be."""
    for one in facts.asked:
        yield Trap(name=one.name, said=f"{one.said}, shown without it", open=True, way=without_rows(one.rows, one.fits))
    if said := left_out_as_decided(facts.sheet, facts.judged, facts.wanted):
        yield Trap(name="rows", said=said)
