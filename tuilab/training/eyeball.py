"""The eyeball part of dev, whose mistakes are looked at one by one, and the rest, the black box, which nobody sees.

What is mended by looking fits the examples looked at: once their error is below that of the black box by more than
chance, they are worn out (A. Ng, "Machine learning yearning", 2018, chapters 17 and 18).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct, structs

from tuilab.arrays import Array
from tuilab.nn.task.chance import wilson
from tuilab.streams import stream
from tuilab.training.alike import of_groups, worth
from tuilab.training.better import Better, on_others


class Tagged(Struct, frozen=True, kw_only=True):
    """Mistakes of which a person says the same, "blurred": fixing them all would lower the error by `share` at most."""

    name: str
    examples: tuple[int, ...]
    """Their indices in dev."""
    share: float
    """Of the examples looked at."""
    interval: tuple[float, float]
    """Of that, Wilson's at 95 %."""


APART = 200
"""Dev examples below which all are looked at: too few to keep some back."""
LOOKED_AT = 1_000
"""Examples of the eyeball part, at most; it is half of dev."""
WITHIN = 20_000
"""Of a very large dev set the part is drawn from so many, the first ones."""


def eyeball(examples: int, seed: int, group: Array | None = None) -> Array:
    """Which of so many dev examples are looked at: booleans (m,), the same for all runs of one seed.

    Of a `group` (m,) all or none are: who has seen one knows the others.
    """
    chosen = np.ones(examples, bool)
    if examples >= APART:
        first = min(examples, WITHIN)
        places = np.arange(first) if group is None else np.unique(group[:first], return_inverse=True)[1]
        order = stream(seed, "eyeball").permutation(int(places.max()) + 1)
        last = np.searchsorted(np.cumsum(np.bincount(places)[order]), min(first // 2, LOOKED_AT))
        chosen[:first] = np.isin(places, order[: last + 1])
        chosen[first:] = False
    return chosen


def tagged(
    tags: Mapping[str, Sequence[int]], wrong: Array, looked_at: Array, group: Array | None = None
) -> tuple[Tagged, ...]:
    """What the tags, each with the examples that have it, come to: of them those count that are `wrong` (m,) now.

    `looked_at` (m,) are those that might have it.
    """
    found, seen = [], int(looked_at.sum())
    for name, examples in tags.items():
        own = tuple(place for place in examples if place < len(wrong) and wrong[place] and looked_at[place])
        share, has = len(own) / seen, np.isin(np.flatnonzero(looked_at), own)
        size = seen * worth(has, None if group is None else group[looked_at])
        found.append(Tagged(name=name, examples=own, share=share, interval=wilson(share, size)))
    return tuple(found)


def gap(wrong: Array, looked_at: Array, group: Array | None = None) -> Better | None:
    """Of dev mistakes (m,) the error of the eyeball part − that of the black box, told by groups where there are such.

    None where there is no box.
    """
    if looked_at.all():
        return None
    parts = (looked_at, ~looked_at)
    seen, box = (of_groups(wrong[part], None if group is None else group[part]) for part in parts)
    return structs.replace(on_others(seen, box), grouped=group is not None)


def worn_out(known: Better) -> bool:
    """Whether the eyeball part has fewer mistakes than the black box, by more than chance."""
    return known.shown and known.difference < 0
