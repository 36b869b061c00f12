"""The trials of a search: each is an experiment, and is told from all others by what that says."""

from collections.abc import Iterator
from hashlib import sha256

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, idle, knobs, rooted
from tuilab.search.definition import Search
from tuilab.search.space import Point

_TEXTS = ("title", "about")
"""They tell a person what an experiment is, and the trainer nothing."""


class Trial(Struct, frozen=True, kw_only=True):
    """One run that a search asks for."""

    identity: str
    experiment: Experiment
    point: Point


def identity(experiment: Experiment) -> str:
    """Twelve hexadecimal digits of what decides the run: base, point and seed, whatever space they were drawn from.

    Only what is not as it is by itself and has an effect counts, so that a knob that comes with a later version, or
    one that is turned in vain, makes no other trial of it.
    """
    said = (
        f"{path}={knob.format(value)}\n"
        for path, knob in knobs().items()
        if path not in _TEXTS and (value := get(experiment, path)) != knob.default and not idle(experiment, path)
    )
    return sha256("".join(said).encode()).hexdigest()[:12]


def trials(base: Experiment, search: Search) -> Iterator[Trial]:
    """Every trial once: all points with the first seed, then with the next. Raises `BadInput` if one cannot be."""
    _refuse_idle(base, search)
    points = search.points(base.seed)
    seen: set[str] = set()
    for seed in range(base.seed, base.seed + search.seeds):
        for point in points:
            try:
                experiment = experiments.edit(base, {**point, "seed": str(seed)})
            except BadInput as error:
                where = ", ".join(f"{path}={value}" for path, value in point.items())
                raise BadInput(f"{error.message} (at {where})", path=error.path) from None
            experiment = rooted(experiment) if any(path.startswith("data.") for path in point) else experiment
            if (named := identity(experiment)) not in seen:
                seen.add(named)
                yield Trial(identity=named, experiment=experiment, point=point)


def _refuse_idle(base: Experiment, search: Search) -> None:
    """Raises `BadInput` for a knob that would be turned in vain in every trial."""
    for path in search.over:
        if (why := idle(base, path)) and knobs()[path].chooser not in search.over:
            raise BadInput(why, path=path)
