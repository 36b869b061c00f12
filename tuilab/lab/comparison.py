"""Runs side by side: watched at once, what differs between them, what several seeds of one have in common."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from msgspec import Struct, structs

from tuilab.events import Column
from tuilab.experiment import Experiment, differences, get, knobs
from tuilab.lab.apart import UNTOLD, values
from tuilab.lab.measures import mean_sentences
from tuilab.lab.seeds import queue_seeds
from tuilab.lab.service import Lab
from tuilab.lab.watching import Follower, Snapshot
from tuilab.runs import ACTIVE
from tuilab.text import clean
from tuilab.words import percent

BAND_POINTS = 200


class Difference(Struct, frozen=True, kw_only=True):
    """A knob that is not the same everywhere: its name for a person, and its text in each experiment."""

    path: str
    name: str
    values: tuple[str, ...]


class Band(Struct, frozen=True, kw_only=True, eq=False):
    """The mean of several curves, and the lowest and the highest of them, at each iteration; shape (n,) each."""

    iteration: Column
    mean: Column
    low: Column
    high: Column


class Comparison:
    """The runs called `names`, and `seeds` children of the first of them that differ from it in the seed alone.

    Use it from one thread.
    """

    def __init__(self, lab: Lab, names: Sequence[str], seeds: int = 0) -> None:
        self._lab, self._names, self._seeds = lab, list(names), seeds
        self._followers: list[Follower] = []
        self.waiting = seeds
        """Runs that are queued."""
        self.over = False
        """Whether nothing new is to be expected of any of them."""

    def poll(self) -> tuple[Snapshot, ...]:
        """Every run as it stands now, in order; queues the children first. Raises `BadInput`."""
        if self._seeds:
            seeds, self._seeds = self._seeds, 0
            self._names += queue_seeds(self._lab, self._names[0], seeds)
        for name in self._names[len(self._followers) :]:
            self._followers.append(self._lab.follow(name))
        snapshots = tuple(follower.poll() for follower in self._followers)
        self.waiting = sum(snapshot.status == "queued" for snapshot in snapshots)
        self.over = all(snapshot.status not in ACTIVE for snapshot in snapshots)
        if self.waiting:
            self._lab.wake()
        return snapshots


def changes(old: Experiment, new: Experiment) -> tuple[str, ...]:
    """What was changed from `old` to `new`, e.g. `λ 0.0 → 3.0`."""
    return tuple(
        f"{knob_name(path)} {_text(path, before)} → {_text(path, after)}"
        for path, (before, after) in differences(old, new).items()
        if path not in UNTOLD
    )


def differing(experiments: Sequence[Experiment]) -> tuple[Difference, ...]:
    """The knobs that are not the same in all of `experiments`, in the order of the file."""
    return tuple(
        Difference(path=path, name=knob_name(path), values=tuple(_text(path, get(one, path)) for one in experiments))
        for path, count in values(experiments).items()
        if count > 1 and path not in UNTOLD
    )


def same_but_seed(experiments: Sequence[Experiment]) -> list[tuple[int, ...]]:
    """The places of the experiments that differ in nothing but the seed, a tuple for each kind, in order."""
    kinds: dict[Experiment, list[int]] = {}
    for place, experiment in enumerate(experiments):
        kinds.setdefault(structs.replace(experiment, seed=0, title="", about=""), []).append(place)
    return [tuple(places) for places in kinds.values()]


def spread(runs: Sequence[Snapshot]) -> str:
    """Mean and range of the dev errors of several seeds, where so many are done; how many others are not.

    One that diverged, was stopped or still goes on has measured an error too, but of another training.
    """
    sentences = []
    for places in same_but_seed([run.experiment for run in runs]):
        ends = {runs[place].experiment.seed: runs[place] for place in places if runs[place].status == "done"}
        errors = {seed: run.error.dev for seed, run in ends.items()}  # the same seed again is the same run
        measured = [error for error in errors.values() if error is not None]
        if len(measured) > 1:
            others = len({runs[place].experiment.seed for place in places} - ends.keys())
            told = "".join(
                f"; {one}"
                for one in mean_sentences([one for one in ends.values() if one.error.dev is not None], "dev", "mean")
            )
            told += f"; {others} {'others are' if others > 1 else 'other is'} not done" if others else ""
            sentences.append(
                f"Dev error of {len(measured)} seeds: mean {percent(sum(measured) / len(measured))}, "
                f"{percent(min(measured))} to {percent(max(measured))}{told}."
            )
    return " ".join(sentences)


def band(curves: Sequence[tuple[Column, Column]]) -> Band:
    """Mean, lowest and highest of curves (ascending iterations, values; shape (n,) each), where all have points.

    Points that are not finite are left out; between two points a curve is taken to be straight.
    """
    finite = [(x[np.isfinite(y)], y[np.isfinite(y)]) for x, y in curves]
    if not finite or not all(len(x) for x, _ in finite):
        nothing = np.empty(0)
        return Band(iteration=nothing, mean=nothing, low=nothing, high=nothing)
    first, last = max(x[0] for x, _ in finite), min(x[-1] for x, _ in finite)
    at = np.linspace(first, max(first, last), BAND_POINTS)
    values = np.stack([np.interp(at, x, y) for x, y in finite])
    return Band(iteration=at, mean=values.mean(axis=0), low=values.min(axis=0), high=values.max(axis=0))


@cache
def knob_name(path: str) -> str:
    """A knob's title, short; with its section where several have the same."""
    titles = Counter(knob.title for knob in knobs().values())
    title = knobs()[path].title
    section = "" if titles[title] == 1 else path.partition(".")[0].replace("_", " ") + " "
    return section + title.partition(" (")[0]


def among_others(text: str, longest: int = 40) -> str:
    """The text of a value in a sentence with others: a list in brackets, and a word for none."""
    short = clean(text, longest) or "none"
    return f"[{short}]" if ", " in short and not short.startswith('"') else short


def _text(path: str, value: Any) -> str:
    return knobs()[path].format(value) or "–"
