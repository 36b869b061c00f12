"""What runs are told apart by: figures of them, and the knobs that are not the same in all."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, Knob, get, idle, knobs
from tuilab.lab.summary import RunSummary
from tuilab.text import clean

UNTOLD = ("title", "about")
"""They tell a person what an experiment is, and the trainer nothing."""
_FIGURES: dict[str, str] = {
    "name": "name",
    "label": "about.label",
    "note": "about.note",
    "parent": "about.parent",
    "title": "title",
    "status": "status",
    "iteration": "iteration",
    "train_error": "train_error",
    "dev_error": "dev_error",
    "best_dev_error": "best_dev_error",
    "test_error": "test_error",
    "seconds": "seconds",
}
"""What a summary says besides its knobs, and where."""


class Trait(Struct, frozen=True):
    """Something that is to be said of each run."""

    name: str
    """A figure's, or the path of a knob."""
    of: Callable[[RunSummary], Any]
    """Its value in a run; None where it has none: it was not measured, or has no effect there."""
    knob: Knob | None = None

    @property
    def short(self) -> str:
        """The least of its name by which `trait` knows it."""
        last = self.name.rpartition(".")[2]
        return last if _fitting(last) == [self.name] else self.name

    def text(self, run: RunSummary) -> str:
        """The value for a person."""
        return _formatted(self.name, self.of(run))


def trait(name: str) -> Trait:
    """What is called so: a figure, the path of a knob, or the end of one path alone. Raises `BadInput`."""
    fitting = _fitting(name)
    shown = clean(name, 60)
    if not fitting:
        close = difflib.get_close_matches(name, {*_FIGURES, *map(_last, traits())}, n=3, cutoff=0.5)
        known = f"closest are {', '.join(close)}" if close else f"there are {', '.join(_FIGURES)}, and the knobs' paths"
        raise BadInput(f"is nothing that is said of runs; {known}", path=shown)
    if len(fitting) > 1:
        raise BadInput(f"may be {' or '.join(fitting)}", path=shown)
    return traits()[fitting[0]]


@cache
def traits() -> dict[str, Trait]:
    """All that may be said of a run by name: figures, then knobs in the order of the file."""
    figures = {name: Trait(name, attrgetter(place)) for name, place in _FIGURES.items()}
    settings = {
        path: Trait(path, partial(_setting, knob), knob) for path, knob in knobs().items() if path not in UNTOLD
    }
    return figures | settings


def differing(runs: Sequence[RunSummary]) -> tuple[Trait, ...]:
    """The knobs that are not the same in all of `runs` and have an effect in one.

    First come those with the most values, and last the seed, of which each run may have its own.
    """
    counts = values([run.experiment for run in runs if run.experiment is not None])
    paths = [path for path, count in counts.items() if count > 1 and path not in UNTOLD]
    paths.sort(key=lambda path: (path == "seed", -counts[path]))
    found = (traits()[path] for path in paths)
    return tuple(one for one in found if any(one.of(run) is not None for run in runs))


def values(experiments: Sequence[Experiment]) -> dict[str, int]:
    """How many values each knob has in `experiments`, by path in the order of the file."""
    parts: dict[str, set[Any]] = {}
    for field in Experiment.__struct_fields__:
        found = list(map(attrgetter(field), experiments))
        parts[field] = set(dict(zip(map(id, found), found, strict=True)).values())
    counts = {}
    for path in knobs():
        section, _, key = path.partition(".")
        counts[path] = len({get(part, key) for part in parts[section]} if key else parts[section])
    return counts


def order(by: str) -> Callable[[Iterable[RunSummary]], list[RunSummary]]:
    """What puts runs in order of what is called `by`, those without it last; `-by`: the largest first.

    Raises `BadInput`.
    """
    of, largest_first = trait(by.removeprefix("-")).of, by.startswith("-")

    def ordered(runs: Iterable[RunSummary]) -> list[RunSummary]:
        told = [(of(run), run) for run in runs]
        some = [one for one in told if one[0] is not None]
        some.sort(key=lambda one: _rank(one[0]), reverse=largest_first)
        return [run for _, run in some] + [run for value, run in told if value is None]

    return ordered


def _rank(value: Any) -> tuple[int, Any]:
    """What orders values of any kind: numbers, texts, lists."""
    if isinstance(value, str):
        return 1, value.casefold()
    return (2, value) if isinstance(value, tuple) else (0, value)


def _fitting(name: str) -> list[str]:
    """The names of the traits that are, end in or (of figures) begin with the words of `name`."""
    if name in traits():
        return [name]
    ends = [path for path in traits() if _last(path) == name]
    return [*(figure for figure in _FIGURES if figure.startswith(f"{name}_")), *ends]


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _setting(knob: Knob, run: RunSummary) -> Any:
    if run.experiment is None or idle(run.experiment, knob.path):
        return None
    return get(run.experiment, knob.path)


@cache
def _formatted(name: str, value: Any) -> str:
    knob = traits()[name].knob
    return "–" if value is None else (knob.format(value) if knob else str(value)) or "–"
