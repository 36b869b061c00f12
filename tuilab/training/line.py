"""The runs that a run was made from, one from the other, and what they say of the next action."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import starmap
from typing import Any, NamedTuple

from msgspec import Struct, structs

from tuilab.experiment import Experiment, differences, edit, get, knobs
from tuilab.nn.task.chance import of_difference
from tuilab.training.action import Action, applicable
from tuilab.words import percent


class Reached(NamedTuple):
    """What a run has come to: its train and dev error, and the data cost of train; None where nobody knows."""

    train: float | None = None
    dev: float | None = None
    cost: float | None = None
    interval: tuple[float, float] | None = None
    """Where the dev error of endless examples is to be expected."""


class Step(Struct, frozen=True, kw_only=True):
    """From one run to the next, which was made from it."""

    changed: Mapping[str, tuple[Any, Any]]
    """{path: (value before, value after)} of the knobs."""
    better: bool
    """Whether the dev error was lower after it."""
    helped: bool
    """Whether the dev error, the train error or the cost was, by more than a hair."""
    idle: bool = False
    """Whether neither error moved by more than that."""
    worse: str = ""
    """By what it is shown that dev was worse after it, by more than chance; empty where nothing shows that."""


AWAY = 2
"""Times a value: one that is as far from it is another."""
COLUMNS = "columns."
"""Of which a person decides what is known when the network is asked: no error leads back to one that says the label."""
NAMES = ("title", "about")
"""Paths of what an experiment is called, by which no run is better or worse."""
PENALTY = "regularization."
"""Of which more is tried until it acts."""
HAIR = 0.05
"""Of an error or a cost: by so little it is lower after a change that is not worth making again."""


def step(changed: Mapping[str, tuple[Any, Any]], before: Reached, after: Reached, *, same_dev: bool = True) -> Step:
    """That from a run of which so much is known to one of that; nothing is better than what was not measured.

    `same_dev`: whether both were measured on the same dev examples.
    """
    pairs = list(zip(after[:3], before[:3], strict=True))
    fell, rose = [_lower(new, old) for new, old in pairs], [_lower(old, new) for new, old in pairs]
    return Step(
        changed=changed,
        better=_lower(after.dev, before.dev, by=0.0),
        helped=any(fell),
        idle=not any(fell[:2] + rose[:2]),
        worse=_worse(before, after) if same_dev and not any(path.startswith(COLUMNS) for path in changed) else "",
    )


def _worse(before: Reached, after: Reached) -> str:
    """What shows that dev is worse: the intervals of both, put together as of different examples, so that two whose
    mistakes are mostly the same are surely apart where they are by these."""
    if before.dev is None or after.dev is None or not math.isfinite(before.dev):
        return ""
    if math.isinf(after.dev):
        return "before it the run did not diverge"
    if before.interval is None or after.interval is None:
        return ""
    low, _ = of_difference((after.dev, after.interval), (before.dev, before.interval))
    found = f"dev error {percent(before.dev)} before it, {percent(after.dev)} after, more than chance makes"
    return found if low > 0 else ""


def _lower(one: float | None, other: float | None, by: float = HAIR) -> bool:
    """Whether it is lower than the other, by that share of it at least."""
    return one is not None and other is not None and one < other and one <= (1 - by) * other


def not_in_circles(
    actions: Iterable[Action], experiment: Experiment, steps: Sequence[Step]
) -> tuple[tuple[Action, ...], bool]:
    """The actions after these `steps`, the newest first; and whether none is left but more of what did not help.

    None leads back to a run of the line, undoes what made one better, or is more of what did not help; one that would
    go back past a value that was tried stops half way; more of a penalty that has not acted yet comes last.
    """
    fresh: list[Action] = []
    idle: list[Action] = []
    tried = False
    for one in filter(None, (_between(one, experiment, steps) for one in actions)):
        then = {path: after for path, (_, after) in differences(experiment, edit(experiment, one.edits)).items()}
        if not then:
            fresh.append(one)
        elif not _trained(then, experiment, steps) and not any(
            _undone(*item, experiment, steps) for item in then.items()
        ):
            no_use = [found for item in then.items() if (found := _more_of_no_use(*item, experiment, steps))]
            if no_use and all(made.idle for made in no_use) and all(path.startswith(PENALTY) for path in then):
                idle.append(one)
            elif no_use:
                tried = True
            else:
                fresh.append(one)
    return (*fresh, *idle), tried and not any(one.edits for one in fresh)


def _between(one: Action, experiment: Experiment, steps: Sequence[Step]) -> Action | None:
    """The action; in place of one past a value that a run of the line had, one between that and what stands now, or
    none where these are neighbors."""
    if len(one.edits) != 1:
        return one
    (path,) = one.edits
    now, then = get(experiment, path), get(edit(experiment, one.edits), path)
    if not (_is_number(now) and _is_number(then)):
        return one
    had = [old for step in steps if _is_number(old := step.changed.get(path, (None,))[0])]
    passed = [old for old in had if min(now, then) < old < max(now, then)]
    if not passed or min(*passed, now) <= 0:
        return one
    nearest = min(passed, key=lambda old: abs(math.log(old / now)))
    low, high, half = min(nearest, now), max(nearest, now), math.sqrt(nearest * now)
    rounded = [type(now)(float(f"{half:.{digits}g}")) for digits in (1, 2)]
    found = next((value for value in rounded if low < value < high), None)
    if found is None or high < AWAY * low:
        return None
    knob = knobs()[path]
    text = knob.format(found)
    why = f"{knob.format(nearest)} and {knob.format(now)} were tried: what is best may lie between"
    return Action(label=f"{knob.title.partition(' (')[0]} = {text}", why=why, edits={path: text})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def with_way_back(
    actions: Iterable[Action], experiment: Experiment, steps: Sequence[Step], before: Callable[[], Iterable[Action]]
) -> tuple[Action, ...]:
    """The actions; after a step that made dev clearly worse that it is taken back, and then the next other action of
    the run before it, come first. `before` gives what the verdict on that run offers."""
    if not steps or not steps[0].worse:
        return tuple(actions)
    undone = {path: knobs()[path].format(old) for path, (old, _) in steps[0].changed.items() if path not in NAMES}
    label = f"take it back: {', '.join(starmap(_named, undone.items()))}"
    back = applicable(experiment, [Action(label=label, why=steps[0].worse, edits=undone)])
    instead = [structs.replace(one, label=f"{one.label} instead", edits=undone | one.edits) for one in before()]
    other, _ = not_in_circles(
        applicable(experiment, (one for one in instead if one.edits != undone)), experiment, steps
    )
    parent = edit(experiment, undone)
    rest = (one for one in actions if not one.edits or edit(experiment, one.edits) != parent)
    return (*back, *other, *rest)


def _named(path: str, text: str) -> str:
    """A knob and its text, for a person."""
    return f"{knobs()[path].title.partition(' (')[0]} {f'[{text}]' if ', ' in text else text or 'none'}"


def _trained(then: Mapping[str, Any], experiment: Experiment, steps: Sequence[Step]) -> bool:
    """Whether the experiment with these values is that of a run of the line."""
    back: dict[str, Any] = {}
    for step in steps:
        back |= {path: old for path, (old, _) in step.changed.items()}
        if then == {path: old for path, old in back.items() if old != get(experiment, path)}:
            return True
    return False


def _undone(path: str, then: Any, experiment: Experiment, steps: Sequence[Step]) -> bool:
    """Whether `then` undoes a change of this knob that made a run better."""
    touched = [step for step in steps if path in step.changed]
    if touched and touched[0].better:
        old, now = touched[0].changed[path][0], get(experiment, path)
        if _way(old, now, then) < 0 and not _on_the_way(old, now, then):
            return True
    return any(step.better and _goes_past(*step.changed[path], then) for step in touched)


def _more_of_no_use(path: str, then: Any, experiment: Experiment, steps: Sequence[Step]) -> Step | None:
    """The newest change of this knob, if it was one towards `then` and did not help."""
    newest = next((step for step in steps if path in step.changed), None)
    if newest is None or newest.helped:
        return None
    return newest if _way(newest.changed[path][0], get(experiment, path), then) > 0 else None


def _way(old: Any, now: Any, then: Any) -> int:
    """1 where `then` goes on from `old` past `now`, −1 where it goes back towards `old`, else 0."""
    if then == now:
        return 0
    sizes = [_size(value) for value in (old, now, then)]
    if None in sizes:
        return -1 if then == old else 0
    back, start, end = (size or 0.0 for size in sizes)
    return _sign(start - back) * _sign(end - start)


def _goes_past(old: Any, new: Any, then: Any) -> bool:
    """Whether `then` is `old`, or lies beyond it seen from `new`."""
    return bool(then == old) or _way(new, old, then) > 0


def _on_the_way(old: Any, now: Any, then: Any) -> bool:
    """Whether `then` lies between them, as far from `old` as twice or half of it: no way back, but less of a step."""
    back, start, end = (_size(value) for value in (old, now, then))
    if not back or start is None or end is None:
        return False
    return min(back, start) < end < max(back, start) and not 1 / AWAY < end / back < AWAY


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _size(value: Any) -> float | None:
    """Of a number itself, of a list of them their sum."""
    if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
        return float(sum(value))
    return float(value) if _is_number(value) else None
