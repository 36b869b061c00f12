"""Rows that do not stand for themselves: repeated, of one group, in order; and their labels."""

from collections.abc import Iterator

import numpy as np

from tuilab.data.columns.facts import Facts
from tuilab.data.columns.kinds import row_hashes
from tuilab.data.columns.reading import MARKS
from tuilab.data.columns.traps.columns import counted
from tuilab.data.columns.traps.trap import Trap
from tuilab.data.columns.ways import Way, left_out, taken_as
from tuilab.data.label import CALLED, LabelCandidate, advice, likeliest
from tuilab.data.table import RARE
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.words import count, listed, percent, plural

_GRADES = 5
"""Whole numbers of a label from which on they may be an amount, or grades: of fewer a regression has little to tell."""


def repeats(facts: Facts) -> Iterator[Trap]:
    """Rows that stand both in train and in dev or test, their label among them, as "drop" leaves them out."""
    used = [one.column for one in facts.features if one.kind not in ("identifier", "constant")]
    if not used or facts.split is None:
        return
    hashes = row_hashes([*used, facts.label.column])[facts.labeled]
    _, codes, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    repeated = len(hashes) - len(counts)
    m, alike = float(len(hashes)), 1.0
    for one in used:
        alike *= one.alike
    if repeated <= 3 * (1 + m * (m - 1) / 2 * alike) - 3 or not repeated:
        return  # as few columns of few values have them by chance
    train, dev, test = facts.split
    again = [
        f"{count(number)} of {name}"
        for name, part in (("dev", dev), ("test", test))
        if (number := int(np.isin(codes[part], codes[train]).sum()))
    ]
    decided = facts.wanted.repeats != "ask"
    where = f"train has {' and '.join(again)} as well, and learns them by heart" if again else "none is in two parts"
    if decided:
        where = f'"{facts.wanted.repeats}", as decided'
    is_open = bool(again) and not decided
    way = Way(key="repeats", value="drop", others=("keep",)) if is_open else None
    yield Trap(name="repeats", said=f"{plural(repeated, 'row')} repeated: {where}", open=is_open, way=way)


def groups(facts: Facts) -> Iterator[Trap]:
    """Rows that belong together, and would stand in train and in dev."""
    if facts.wanted.group or facts.split is None:
        return
    for one in facts.features:
        name = one.column.name
        if name not in facts.decided and (found := facts.groups.get(name)):
            rows = plural(len(one.column), "row")
            shown = f"{count(one.column.different)} values in {rows}, each with one value of {listed(found, 4)}"
            said = f"{shown}: rows of one thing, which would stand in train and in dev"
            if facts.label.column.name in found:
                said += f"; or it says the label: if it is known only with that, {left_out(name).said}"
            yield Trap(
                name="groups",
                column=name,
                said=said,
                open=True,
                way=Way(key="group", value=name, others=(taken_as(name, one),)),
            )


def time(facts: Facts) -> Iterator[Trap]:
    """Rows in the order of their dates, of which a random split lets the network see the future."""
    if facts.wanted.time or facts.wanted.group:
        return
    for one in facts.features:
        is_date = one.reading is not None and one.reading.kind == "date"
        there = one.values[~np.isnan(one.values)]
        if not is_date or len(there) < 10:
            continue
        steps = np.diff(there)
        share = max(float((steps >= 0).mean()), float((steps <= 0).mean()))
        if share >= 0.95 and (steps != 0).mean() > 0.1:
            name = one.column.name
            said = "rows stand in the order of these dates: parts drawn at random let the network look into the future"
            if name in facts.decided or one.missing:
                wants = ', which wants missing = "drop rows",' if one.missing else ""
                way = Way(key="time", value=name)
                yield Trap(name="time", column=name, said=f"{said} ({way.said}{wants} does not)")
                continue
            yield Trap(
                name="time",
                column=name,
                said=said,
                open=True,
                way=Way(key="time", value=name, others=(taken_as(name, one),)),
            )


def classes(facts: Facts) -> Iterator[Trap]:
    """What is amiss with the label: no classes, rows without one, classes of one row, unequal ones."""
    name = facts.label.column.name
    if facts.default_label and (found := _unlikely(facts)):
        yield found
        if found.open:
            return
    if without := int((~facts.labeled).sum()):
        is_open = facts.wanted.missing == "refuse"
        said = f"{plural(without, 'row')} without a label: {'refused' if is_open else 'left out'}"
        yield Trap(
            name="label",
            column=name,
            said=said,
            open=is_open,
            way=Way(key="missing", value="median", others=("drop rows",)) if is_open else None,
        )
    if facts.label.question:
        first, *others = facts.label.alternatives
        decides = Way(key="as", value=f"{name} = {first}", others=tuple(others))
        yield Trap(name="thousands", column=name, said=facts.label.question, open=True, way=decides)
        return
    if isinstance(facts.target, BadInput):
        yield Trap(name="label", column=name, said=facts.target.message, open=True)
        return
    y, names = facts.target
    if not names:
        return
    counts = np.bincount(y, minlength=len(names))
    graded = len(names) >= _GRADES and facts.task == "auto" and facts.label.kind in ("number", "integer")
    if graded and (why := counted(facts.label)):
        said = f"{why}: taken as {len(names)} classes without an order"
        yield Trap(name="grades", column=name, said=f'{said}; task = "regression" predicts how much instead')
    odd = [f'"{clean(each, 40)}" {number:,}' for each, number in zip(names, counts, strict=True) if _is_mark(each)]
    if odd and name not in facts.decided:
        said = f"{listed(odd)} is taken as a class, and may mean that there is no label"
        yield Trap(name="label", column=name, said=said, open=True, way=Way(key="as", value=f"{name} = category"))
    if single := [clean(each, 40) for each, number in zip(names, counts, strict=True) if number == 1]:
        said = f"one example of {listed(single)}: it is in one part alone, so it is not learned or not measured"
        is_open = name not in facts.decided
        way = Way(key="as", value=f"{name} = category") if is_open else None
        yield Trap(
            name="single",
            column=name,
            said=f"{said}; join such classes in the file, or take them as they are" if is_open else said,
            open=is_open,
            way=way,
        )
    rarest = int(counts.argmin())
    if counts.min() < RARE * counts.mean():
        shares = [(percent(counts[k] / len(y)), clean(names[k], 40)) for k in (rarest, int(counts.argmax()))]
        said = " and ".join(f'{share} are "{each}"' for share, each in shares)
        yield Trap(name="unequal", column=name, said=f"unequal classes: {said}; the verdict is by the balanced error")


def _unlikely(facts: Facts) -> Trap | None:
    """That the last column, which nobody chose, can be no label, or that another is called as labels are."""
    name, other = facts.label.column.name, likeliest(list(_candidates(facts)))
    what = {
        "identifier": f"another value in every row ({facts.label.evidence}); ",
        "constant": "the same in every row; ",
    }
    is_open = facts.label.kind in what
    if not is_open and (name.casefold() in CALLED or other.casefold() not in CALLED):
        return None
    return Trap(name="label", column=name, said=f"{what.get(facts.label.kind, '')}{advice(other)}", open=is_open)


def _candidates(facts: Facts) -> Iterator[LabelCandidate]:
    """The features of words or of whole numbers."""
    for one in facts.features:
        words = one.kind in ("category", "boolean")
        if words or (one.kind in ("integer", "number") and np.array_equal(one.values, np.round(one.values))):
            yield LabelCandidate(one.column.name, one.different, words)


def _is_mark(text: str) -> bool:
    """Whether a class is called as a missing value is."""
    return text.casefold() in MARKS
