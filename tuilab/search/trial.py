"""The trials of a search: each is an experiment, and is told from all others by what that says."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, idle, knobs
from tuilab.search import tpe
from tuilab.search.definition import Search
from tuilab.search.samplers import ADAPTIVE
from tuilab.search.space import Point, holds
from tuilab.search.tpe import Tried

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
    yield from _with_seeds(base, search.points(base.seed), range(base.seed, base.seed + search.seeds), set())


def trials_in_turn(base: Experiment, search: Search, tried: Callable[[], Sequence[Tried]]) -> Iterator[Trial | None]:
    """The same; None where the next one follows from results that are still to come: then ask again later.

    `tried` gives all trials that there are, in the order in which they were made, with what came of them so far. They
    count, whoever asked for them, and come first; a point is judged by its first seed.
    """
    if search.sampler != ADAPTIVE:
        yield from trials(base, search)
        return
    _refuse_idle(base, search)
    space, given = search.space, set[str]()
    while True:
        everything = tried()
        before = [one for one in everything if one.seed == base.seed and holds(space, one.point)]
        if again := next((one for one in before if one.identity not in given), None):
            given.add(again.identity)
            yield Trial(
                identity=again.identity, experiment=_experiment(base, again.point, base.seed), point=again.point
            )
        elif len(before) >= search.count():
            break
        elif (trial := _next(base, search, before, {one.identity for one in everything})) is None:
            yield None
        elif trial.identity in given:  # it was asked for, and is not there: somebody deleted it, or the disk is full
            given.remove(trial.identity)
            yield None
        else:
            given.add(trial.identity)
            yield trial
    yield from _with_seeds(base, [one.point for one in before], range(base.seed + 1, base.seed + search.seeds), given)


def _next(base: Experiment, search: Search, before: Sequence[Tried], seen: set[str]) -> Trial | None:
    """The trial that follows; None if that cannot be told yet. Raises `BadInput` if there is no further one."""
    if (candidates := tpe.candidates(search.space, before, base.seed, search.ahead)) is None:
        return None
    for point in candidates:
        with suppress(BadInput):  # values that do not go together: another point is chosen
            experiment = _experiment(base, point, base.seed)
            if (named := identity(experiment)) not in seen:
                return Trial(identity=named, experiment=experiment, point=point)
    raise BadInput("holds no further trial", path="sweep.over")


def _with_seeds(base: Experiment, points: Sequence[Point], seeds: range, seen: set[str]) -> Iterator[Trial]:
    for seed in seeds:
        for point in points:
            experiment = _experiment(base, point, seed)
            if (named := identity(experiment)) not in seen:
                seen.add(named)
                yield Trial(identity=named, experiment=experiment, point=point)


def _experiment(base: Experiment, point: Point, seed: int) -> Experiment:
    """The experiment of a trial. Raises `BadInput` naming the point."""
    try:
        return experiments.edit(base, {**point, "seed": str(seed)})
    except BadInput as error:
        where = ", ".join(f"{path}={value}" for path, value in point.items())
        raise BadInput(f"{error.message} (at {where})", path=error.path) from None


def _refuse_idle(base: Experiment, search: Search) -> None:
    """Raises `BadInput` for a knob that would be turned in vain in every trial."""
    for path in search.over:
        if (why := idle(base, path)) and search.over.keys().isdisjoint(knobs()[path].choosers):
            raise BadInput(why, path=path)
