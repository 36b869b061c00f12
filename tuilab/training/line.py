"""The runs that a run was made from, one from the other, and what they say of the next action."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from tuilab.events import Parts
from tuilab.experiment import Experiment, differences, edit, get
from tuilab.training.action import Action


class Step(Struct, frozen=True, kw_only=True):
    """From one run to the next, which was made from it."""

    changed: Mapping[str, tuple[Any, Any]]
    """{path: (value before, value after)} of the knobs."""
    better: bool
    """Whether the dev error was lower after it."""
    helped: bool
    """Whether the dev or the train error was, by more than a hair."""


HAIR = 0.05
"""Of an error: by so little it is lower after a change that is not worth making again."""


def step(changed: Mapping[str, tuple[Any, Any]], before: Parts[float], after: Parts[float]) -> Step:
    """That from a run with these errors to one with those; nothing is better than what was not measured."""

    def lower(part: str, by: float) -> bool:
        old, new = getattr(before, part), getattr(after, part)
        return None not in (old, new) and new < old and new <= (1 - by) * old

    return Step(changed=changed, better=lower("dev", 0), helped=lower("dev", HAIR) or lower("train", HAIR))


def not_in_circles(
    actions: Iterable[Action], experiment: Experiment, steps: Sequence[Step]
) -> tuple[tuple[Action, ...], bool]:
    """The actions after these `steps`, the newest first; and whether none is left but more of what did not help.

    None leads back to a run of the line, undoes what made one better, or is more of what did not help.
    """
    fresh: list[Action] = []
    tried = False
    for one in actions:
        then = {path: after for path, (_, after) in differences(experiment, edit(experiment, one.edits)).items()}
        if not then:
            fresh.append(one)
        elif not _trained(then, experiment, steps) and not any(
            _undone(*item, experiment, steps) for item in then.items()
        ):
            if any(_more_of_no_use(*item, experiment, steps) for item in then.items()):
                tried = True
            else:
                fresh.append(one)
    return tuple(fresh), tried and not fresh


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
    if touched and touched[0].better and _way(touched[0].changed[path][0], get(experiment, path), then) < 0:
        return True
    return any(step.better and _goes_past(*step.changed[path], then) for step in touched)


def _more_of_no_use(path: str, then: Any, experiment: Experiment, steps: Sequence[Step]) -> bool:
    """Whether the newest change of this knob was one towards `then`, and did not help."""
    newest = next((step for step in steps if path in step.changed), None)
    if newest is None or newest.helped:
        return False
    return _way(newest.changed[path][0], get(experiment, path), then) > 0


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


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _size(value: Any) -> float | None:
    """Of a number itself, of a list of them their sum."""
    if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
        return float(sum(value))
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
