"""Columns of which nothing is learned, or too much, or that are not what they look like."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from tuilab import stages
from tuilab.data.columns import dates
from tuilab.data.columns.column import TextColumn
from tuilab.data.columns.encoders import ONE_HOT
from tuilab.data.columns.facts import Facts
from tuilab.data.columns.kinds import Judged
from tuilab.data.columns.relation import LEAK, told_alone
from tuilab.data.columns.traps.trap import Trap
from tuilab.data.columns.ways import Way, left_out
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.words import count, listed, percent

COUNTING = re.compile(
    r"\b(?:counts?|num|n|times|total|quantity|qty|amount|age|years|months|days|hours|minutes|children|kids|siblings"
    r"|persons|people|rooms|bedrooms|bathrooms|floors|doors|seats|visits|items|points|score)\b"
)
"""Words in the names of columns that hold counts."""
_SPACED = re.compile(r"[^\S ]|(?: |\0|\A) | (?:\0|\Z)")
"""What is in one of the texts between zeros whose words are not divided by single spaces."""
_UNEVEN = 3.0  # χ² a degree of freedom and more; of five equally frequent levels it is so once in a hundred times
UNLIKE = 100
"""Times that one feature's σ is another's: their scales are unlike."""


def useless(facts: Facts) -> Iterator[Trap]:
    """Columns that nothing can be learned from."""
    for one in facts.features:
        name = one.column.name
        drop = left_out(name, one.otherwise)
        if one.kind == "constant":
            done = "does no harm" if facts.is_plain else "is left out"
            same = "holds the same" if one.different else "is empty"
            yield Trap(name="constant", column=name, said=f"{same} in every row: {done}")
        elif one.kind == "identifier":
            is_open = name not in facts.decided
            said = f"another value in every row ({one.evidence}): a name of the rows, of which nothing can be learned"
            yield Trap(name="identifier", column=name, said=said, open=is_open, way=drop if is_open else None)
        elif one.kind == "text":
            said = f"{one.evidence}: texts, of which a network of numbers learns nothing"
            if all(dates.is_time(text) for text, _ in one.column.cells if text not in one.blanks):
                said = f"{one.evidence}, which are not read: write them as numbers (12:30 as 12.5), or leave them out"
            yield Trap(name="text", column=name, said=said, open=True, way=drop)


def categories(facts: Facts) -> Iterator[Trap]:
    """Categories that are written as numbers, in several ways, or are very many."""
    for one in facts.inputs:
        name = one.column.name
        if one.kind == "integer" and _may_be_codes(one) and name not in facts.decided:
            low, high = np.nanmin(one.values), np.nanmax(one.values)
            if counts := counted(one):
                way = Way(key="as", value=f"{name} = category")
                said = f"the whole numbers {low:.0f} to {high:.0f}, {counts}: taken as numbers, with an order"
                yield Trap(name="counts", column=name, said=f"{said} (else say {way.said})")
                continue
            said = f"only the whole numbers {low:.0f} to {high:.0f}: taken as numbers, with an order; they may be codes"
            way = Way(key="as", value=f"{name} = category", others=("number",))
            yield Trap(name="codes", column=name, said=said, open=True, way=way)
        if one.kind == "number" and name not in facts.decided and (code := _zero_led(one)):
            said = f'"{code}" begins with 0, as codes do (of places, of articles): taken as numbers, with an order'
            way = Way(key="as", value=f"{name} = category", others=("number",))
            yield Trap(name="codes", column=name, said=said, open=True, way=way)
        levels = one.reading.levels if one.reading and one.reading.kind == "category" else ()
        if len(levels) > ONE_HOT and facts.wanted.categories == "auto" and one.kind == "category":
            said = f"{count(len(levels))} levels: each becomes its share of train where that has more than {ONE_HOT}"
            yield Trap(name="levels", column=name, said=said)
    for one in (*facts.inputs, facts.label):
        yield from _spelling(facts, one)


def _spelling(facts: Facts, one: Judged) -> Iterator[Trap]:
    """Levels that differ in capitals or spaces alone."""
    column = one.column
    if one.reading is not None and one.reading.kind != "category":
        return
    if pairs := _alike([text for text, _ in column.cells]):
        is_open = facts.decided.get(column.name) != "category"
        shown = "; ".join(listed([f'"{text}"' for text in texts]) for texts in pairs[:3])
        said = f"{shown} differ in capitals or spaces alone: write them alike in the file, or they are different"
        way = Way(key="as", value=f"{column.name} = category") if is_open else None
        yield Trap(name="spelling", column=column.name, said=said, open=is_open, way=way)
    if column.padded:
        shown = listed([f'"{text}"' for text in sorted(column.padded)], 3)
        said = f"{shown} with and without spaces around: taken as the same"
        yield Trap(name="spelling", column=column.name, said=said)


def _alike(texts: Sequence[str]) -> list[list[str]]:
    """Those of different texts that are the same but for capitals and spaces."""
    folded = "\0".join(texts).casefold()
    if not _SPACED.search(folded) and len(each := folded.split("\0")) == len(set(each)) == len(texts):
        return []  # as mostly, at a fifth of the cost
    alike = dict[str, list[str]]()
    for text in chain.from_iterable(stages.along(texts)):
        alike.setdefault(" ".join(text.casefold().split()), []).append(text)
    return [same for same in alike.values() if len(same) > 1]


def _may_be_codes(one: Judged) -> bool:
    """Whether few whole numbers are each about as frequent, as those of counts and of ranks hardly are."""
    counts = np.unique(one.values[~np.isnan(one.values)], return_counts=True)[1]
    return bool(counts.min() >= counts.mean() / 4)


def _zero_led(one: Judged) -> str:
    """A whole number that is written with a 0 before it; empty if there is none."""
    if not isinstance(one.column, TextColumn):
        return ""
    return next((text for text, _ in one.column.cells if text[:1] == "0" and len(text) > 1 and text.isdecimal()), "")


def counted(one: Judged) -> str:
    """What says that few whole numbers are counts, which have an order; empty if nothing does.

    Codes have names that say nothing of counting, and are as often frequent in one order as in another: five or more in
    an order that rises and then falls, far from equally, are so by chance once in eight times at most, 2^(K − 1)/K!.
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", one.column.name)  # numRooms and num_rooms are num rooms
    if COUNTING.search(words.casefold()):
        return "by its name a count"
    counts = np.unique(one.values[~np.isnan(one.values)], return_counts=True)[1]
    steps, top = np.diff(counts), int(counts.argmax())
    one_top = (steps[:top] >= 0).all() and (steps[top:] <= 0).all()
    uneven = ((counts - counts.mean()) ** 2).sum() / counts.mean() > _UNEVEN * len(counts)
    return "the rarer the farther from the commonest, as counts are" if len(counts) >= 5 and one_top and uneven else ""


def leaks(facts: Facts) -> Iterator[Trap]:
    """Columns that say the label."""
    if isinstance(facts.target, BadInput):
        return
    y, classes = facts.target
    for one in facts.inputs:
        name = one.column.name
        is_open = name not in facts.decided
        is_group = is_open and facts.label.column.name in facts.groups.get(name, ())
        if is_group or one.kind in ("identifier", "constant", "text"):
            continue  # a group of one label each is asked about as that: left out, it would keep no rows together
        share, copy = facts.tells[name]
        numbers = one.reading is not None and one.reading.kind != "category"
        told = told_alone(share, facts.values(one), y, len(classes), numbers, facts.group)
        if copy or told >= LEAK:
            said = "a copy of the label" if copy else f"takes away {percent(told)} of the error alone: nearly the label"
            yield Trap(
                name="leak",
                column=name,
                said=f"{said}; would it be known before the label is? It is learned from unless it is left out",
                open=is_open,
                way=left_out(name, one.reading.kind if one.reading else "") if is_open else None,
            )


def scales(facts: Facts) -> Iterator[Trap]:
    """Numbers of very different spread, those aside that are far from all others of their column."""
    spread = {}
    for one in facts.inputs:
        if one.reading is not None and one.reading.kind == "number" and one.kind != "constant":
            far = facts.far[one.column.name]
            values = one.values[~(np.isnan(one.values) | np.isin(one.values, far))]
            spread[one.column.name] = float(values.std()) if len(values) else 0.0
    used = {name: value for name, value in spread.items() if value > 0}
    if len(used) > 1 and max(used.values()) >= UNLIKE * min(used.values()):
        wide, narrow = max(used, key=lambda name: used[name]), min(used, key=lambda name: used[name])
        said = f"σ is {used[wide]:.3g} of {clean(wide, 40)} and {used[narrow]:.3g} of {clean(narrow, 40)}"
        yield Trap(name="scales", said=f"unlike scales, {said}: inputs.normalize takes care of it")
