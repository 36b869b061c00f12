"""What may spoil a result before anything is trained: each trap in one sentence, with its column and its evidence."""

from collections.abc import Callable, Iterator

from tuilab import stages
from tuilab.data.columns.facts import Facts
from tuilab.data.columns.idle_marks import idle_marks
from tuilab.data.columns.traps.cells import cells, forms, marks, written
from tuilab.data.columns.traps.columns import categories, leaks, scales, useless
from tuilab.data.columns.traps.outside import outside
from tuilab.data.columns.traps.rows import classes, groups, repeats, time
from tuilab.data.columns.traps.trap import Trap

__all__ = ["TRAPS", "Trap", "traps"]


def idle(facts: Facts) -> Iterator[Trap]:
    """Marks of missing values that mark nothing."""
    for name, said in idle_marks(facts.own, facts.judged, facts.label.column):
        yield Trap(name="idle mark", column=name, said=said)


TRAPS: tuple[Callable[[Facts], Iterator[Trap]], ...] = (
    written,
    outside,
    forms,
    cells,
    marks,
    idle,
    useless,
    categories,
    leaks,
    repeats,
    groups,
    time,
    classes,
    scales,
)
"""Each kind once, in the order in which they are told."""


def traps(facts: Facts) -> list[Trap]:
    """All that may spoil a result on these data, what is open first, kind by kind in the order of `TRAPS`."""
    found = list[Trap]()
    for find in stages.through("looking for traps in", TRAPS):
        found += find(facts)
    return sorted(found, key=lambda trap: not trap.open)
