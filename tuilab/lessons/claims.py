"""Claims are run: on the seed of the lesson's experiment, and on those that follow where a claim asks for more."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import ge

from msgspec import Struct

from tuilab.data import Prepare, prepare
from tuilab.experiment import Experiment, edit
from tuilab.lessons.figures import SLOW, Ending, Figures
from tuilab.lessons.sweep import changed
from tuilab.presets import Claim, Lesson
from tuilab.search import Search

ENOUGH = 0.9
"""The share of the seeds on which a claim must hold."""


class SeedOutcome(Struct, frozen=True, kw_only=True):
    """What one seed says of a claim: `other` is the figure that it was compared with, if any."""

    holds: bool
    value: float
    other: float | None = None


class Verification(Struct, frozen=True, kw_only=True):
    """A claim and what its runs gave."""

    claim: Claim
    outcomes: tuple[SeedOutcome, ...]
    """Of the experiment's own seed, and of those that follow it."""
    asked: int = 0
    """On how many seeds it is to be tried, 0: on as many as it asks for itself."""

    @property
    def seeds(self) -> int:
        """On how many seeds the claim has been tried so far."""
        return len(self.outcomes)

    @property
    def of(self) -> int:
        """On how many seeds it will have been tried in the end."""
        return max(self.seeds, self.asked or self.claim.seeds)

    @property
    def held(self) -> int:
        """On how many seeds it holds."""
        return sum(outcome.holds for outcome in self.outcomes)

    @property
    def holds(self) -> bool | None:
        """Whether it holds on enough of them, a share of at least `ENOUGH`; None while those to come may decide it."""
        if self.held >= ENOUGH * self.of:
            return True
        return None if self.of - (self.seeds - self.held) >= ENOUGH * self.of else False

    @property
    def holds_so_far(self) -> bool:
        """Whether it holds on enough of the seeds on which it has been tried."""
        return self.held >= ENOUGH * self.seeds


def asked(lesson: Lesson, seeds: int = 0) -> int:
    """The number of seeds that a lesson's claims ask for, or so many."""
    return seeds or max((claim.seeds for claim in lesson.claims), default=1)


def wants(claim: Claim, number: int, seeds: int = 0) -> bool:
    """Whether a claim is checked on the seed of that number, from 0."""
    return number < (seeds or claim.seeds)


def complete(lesson: Lesson, found: Sequence[Verification | None]) -> bool:
    """Whether every claim has been checked on as many seeds as it asks for."""
    checked = [0 if one is None else one.seeds for one in found]
    return len(checked) == len(lesson.claims) and all(map(ge, checked, (claim.seeds for claim in lesson.claims)))


def check(
    experiment: Experiment, claims: Iterable[Claim], data: Prepare = prepare, search: Search | None = None
) -> Iterator[SeedOutcome]:
    """Trains `experiment`, its variants and the trials of its sweep, and checks the claims, one after another.

    What is not asked for is not trained. Raises `BadInput`.
    """
    results: dict[tuple[Experiment, str], Figures] = {}

    def figures(changes: dict[str, str]) -> Figures:
        edits, variety = changed(search, changes)
        variant = edit(experiment, edits)
        return results.setdefault((variant, repr(variety)), Figures(variant, data, variety))

    return (_check(claim, figures) for claim in claims)


def told(experiment: Experiment, lesson: Lesson, run: Ending, data: Prepare = prepare) -> list[Verification | None]:
    """What a run of `experiment` says of the claims; None of those that need another run, or more than its figures."""
    figures = Figures(experiment, data)
    figures.run = run
    return [
        Verification(claim=claim, outcomes=(_check(claim, lambda changes: figures),))
        if claim.below is claim.above is None and claim.figure.partition(".")[0] not in SLOW
        else None
        for claim in lesson.claims
    ]


def _check(claim: Claim, figures: Callable[[dict[str, str]], Figures]) -> SeedOutcome:
    def figure(changes: dict[str, str]) -> float:
        return figures(changes).get(claim.figure, lambda: figures(changes | claim.against))

    value = figure({})
    holds = (claim.at_least is None or value >= claim.at_least) and (claim.at_most is None or value <= claim.at_most)
    other = None
    if claim.below is not None:
        other = figure(claim.below)
        holds = holds and value < other and other - value >= claim.by
    if claim.above is not None:
        other = figure(claim.above)
        holds = holds and value > other and value - other >= claim.by
    return SeedOutcome(holds=holds, value=value, other=other)
