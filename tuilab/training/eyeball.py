"""The eyeball part of dev, whose mistakes are looked at one by one, and the rest, the black box, which nobody sees.

What is mended by looking fits the examples looked at: once their error is below that of the black box by more than
chance, they are worn out (A. Ng, "Machine learning yearning", 2018, chapters 17 and 18).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.task.chance import wilson
from tuilab.streams import stream
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


def eyeball(examples: int, seed: int) -> Array:
    """Which of so many dev examples are looked at: booleans (m,), the same for all runs of one seed."""
    chosen = np.ones(examples, bool)
    if examples >= APART:
        first = min(examples, WITHIN)
        chosen[stream(seed, "eyeball").permutation(first)[min(first // 2, LOOKED_AT) :]] = False
        chosen[first:] = False
    return chosen


def tagged(tags: Mapping[str, Sequence[int]], wrong: Array, looked_at: int) -> tuple[Tagged, ...]:
    """What the tags, each with the examples that have it, come to: of them those count that are `wrong` (m,) now."""
    found = []
    for name, examples in tags.items():
        own = tuple(place for place in examples if place < len(wrong) and wrong[place])
        share = len(own) / looked_at
        found.append(Tagged(name=name, examples=own, share=share, interval=wilson(share, looked_at)))
    return tuple(found)


def gap(wrong: Array, looked_at: Array) -> Better | None:
    """Of dev mistakes (m,) the error of the eyeball part − that of the black box; None where there is no box."""
    seen, box = wrong[looked_at], wrong[~looked_at]
    if not len(box):
        return None
    return on_others(seen, box)


def worn_out(known: Better) -> bool:
    """Whether the eyeball part has fewer mistakes than the black box, by more than chance."""
    return known.shown and known.difference < 0
