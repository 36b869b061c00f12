"""What may spoil a result before anything is trained: each trap in one sentence, with its column and its evidence."""

from collections.abc import Callable, Iterator

from tuilab.data.columns.facts import Facts
from tuilab.data.columns.traps.cells import cells, forms, written
from tuilab.data.columns.traps.columns import categories, leaks, scales, useless
from tuilab.data.columns.traps.rows import classes, groups, repeats, time
from tuilab.data.columns.traps.trap import Trap

__all__ = ["TRAPS", "Trap", "traps"]

TRAPS: tuple[Callable[[Facts], Iterator[Trap]], ...] = (
    written,
    forms,
    cells,
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
    """All that is found."""
    return [trap for find in TRAPS for trap in find(facts)]
