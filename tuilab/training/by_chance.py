"""Is what it says of examples that it has not seen better than chance, and do the columns tell of the label at all?

The error of chance is that of always the same class, of a regression that of always the mean. That an interval holds it
proves little by itself: with few examples, or few of one class, it is wide, and holds a network that has learned much,
too. Where what is said goes with the labels by more than chance, be it as far off as it may, the columns tell of them.
"""

from typing import NamedTuple

from tuilab.training.action import Action, action
from tuilab.training.base_error import ASSUMED, BaseError
from tuilab.training.course import FEW, Course
from tuilab.training.degree import HIGH_BIAS, level
from tuilab.training.tally import balanced_error, balanced_examples
from tuilab.training.unseen import Unseen
from tuilab.words import percent, plural

LITTLE = 0.25
"""Of the way from chance to the base error: who has come no further on train underfits, whatever dev is."""
HALF = 0.5
"""Of what was learned of train: as much has to be sure not to hold on dev where it is said to be learned by heart; and
where it is said that dev is no better than chance, as much does not hold there as far as it was measured."""
CHOSEN = 3.0
"""Standard deviations below chance from which on a threshold that was chosen on dev is better than that."""
AGREES = 2.33
"""Standard deviations beyond a random order, from which on outputs go with their labels: one in 100 does by chance."""


class ByChance(NamedTuple):
    """What is to be said of an error beside that of chance; nothing where it is lower for sure."""

    leads: str = ""
    """A sentence that comes before bias and variance."""
    doubt: str = ""
    """One that comes after them, where there are too few examples for the other."""
    by_heart: bool = False
    asks: bool = False
    """Whether nobody knows that the columns tell of the label."""


def by_chance(
    train: float, base: BaseError, held: Unseen, learned: float, course: Course, *, by_class: bool
) -> ByChance:
    """Of the `train` error, of as much worth as so many `learned` examples, and of the part `held`.

    `by_class`: errors are balanced.
    """
    task, chance = course.task, _chance(course, by_class)
    if held.error is None or held.few or not held.size or chance is None or chance <= base.value:
        return ByChance()
    least, most = held.interval(task)
    if most < chance or (by_class and _told_by_threshold(course, chance)):
        return ByChance()
    # A run of the line was clearly better than one that came after, or what is said goes with the labels.
    known = any(step.worse for step in course.steps) or (held.agreement or 0.0) > AGREES
    asks, label, many = base.origin == ASSUMED and not known, task.words.label, min(held.size, learned) >= FEW
    beside = f"{'may as well be' if least <= chance else 'is above'} that of chance, {percent(chance)}."
    said = f"on {held.part} its {'balanced ' * by_class}error, {percent(held.error)}, {beside}"
    unknown = (
        f" Whether the columns tell of the {label} at all is not known; if they do not, neither a bigger network nor a "
        "penalty helps."
    )
    nothing = not learned or task.interval(train, learned, spread=course.spread.train)[1] >= chance
    high = train - base.value
    underfits = high > (1 - LITTLE) * (chance - base.value) or (not asks and level(high, HIGH_BIAS) == "high")
    if many and not (nothing or underfits) and chance - least <= HALF * (chance - train):
        return ByChance(leads=f"Learned by heart: {said}{unknown if asks else ''}", by_heart=True, asks=asks)
    if not asks:
        return ByChance()
    if least > chance or (many and (nothing or chance - held.error <= HALF * (chance - train))):
        return ByChance(leads=f"No better than chance: {said}{unknown}", asks=True)
    doubt = (
        f" In doubt: with {plural(held.examples, f'{held.part} example')} the {'balanced ' * by_class}error {beside}"
    )
    return ByChance(doubt=f"{doubt} Do the columns tell of the {label} at all?", asks=True)


def asked_of_columns(course: Course) -> tuple[Action, ...]:
    """What tells whether the columns know of the label; no change of the network does."""
    label = course.task.words.label
    check = f"its check “inputs tell the {label}” says in seconds whether they tell of the {label}"
    rows = f"the {label}s of other rows, or another column taken for them, look like this"
    return (
        action("the preflight", check, {}, "preflight"),
        action(f"see whether each {label} belongs to its row", rows, {}),
    )


def _chance(course: Course, by_class: bool) -> float | None:
    """The error on dev of who knows nothing of the inputs; None where that is not known."""
    of_parts = (course.labels.dev, course.labels.train)
    labels = next((there for part in of_parts if (there := [count for count in part or () if count])), None)
    if labels is not None and by_class:
        return 1 - 1 / len(labels)
    return course.task.chance(labels or (), course.target.deviation.dev if course.target else None)


def _told_by_threshold(course: Course, chance: float) -> bool:
    """Whether the outputs part two unequal classes where another threshold does, however few it finds with its own."""
    best = course.threshold
    if best is None:
        return False
    error, size = balanced_error(best.tally), balanced_examples(best.tally) * (course.worth.dev or 1.0)
    return course.task.interval(error, size, CHOSEN)[1] < chance
