"""What trials show of their knobs: error against one, best by value and by two, importance, and if they are enough.

Nothing here draws. Points are the candidates that `ranked` gives; places are numbers, their logarithms to the base 10
where they span decades, or the numbers of names.
"""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.search.results import Candidate, TrialResult
from tuilab.search.space import Dimension

BINS = 12
"""Stretches of a range with more values than that."""
GROUPS = 4
"""Groups of points that are compared for the importance of a knob."""
LEAST = 12
"""Points below which importance proves nothing, whatever they are."""
PERMUTATIONS = 400
CHANCE = 0.05
"""A share that chance alone reaches more often than that is said to be no more than chance."""
SIZES = 64


class Scale(Struct, frozen=True, kw_only=True):
    """How the values of a knob are laid out."""

    path: str
    log: bool = False
    names: tuple[str, ...] = ()
    """Of values that are no numbers, in the order of their places 0, 1, …; empty of numbers."""
    zero: float | None = None
    """Where 0 lies on a log scale, a decade below the lowest other value; None where it is none of the values."""

    def place(self, text: str) -> float:
        """Where a value lies; NaN for one that has no place."""
        if self.names:
            return float(self.names.index(text)) if text in self.names else math.nan
        value = float(text)
        if not self.log:
            return value
        return math.log10(value) if value > 0 else math.nan if self.zero is None else self.zero

    def value(self, place: float) -> str:
        """What lies there, in three figures; or the name."""
        if self.names:
            return self.names[round(place)]
        if self.zero is not None and place < self.zero + 0.5:
            return "0"
        return f"{float(f'{10**place if self.log else place:.3g}'):g}"


class Against(Struct, frozen=True, kw_only=True, eq=False):
    """Errors of the points by the place of a knob; shape (n,) each, in ascending places."""

    scale: Scale
    x: Array
    train: Array
    dev: Array
    """Means over the seeds of a point; NaN where there is none."""
    low: Array
    high: Array
    """The lowest and the highest dev error of its seeds."""
    best: int
    """The number of the best point."""
    diverged: Array
    """Places of the trials that diverged, shape (k,)."""


class Isolated(Struct, frozen=True, kw_only=True, eq=False):
    """The best dev error for each value, or stretch, of a knob, whatever the others are; shape (n,) each."""

    scale: Scale
    x: Array
    """The place of that best point."""
    dev: Array
    points: Array
    """How many lie there."""


class HeatMap(Struct, frozen=True, kw_only=True, eq=False):
    """The best dev error by two knobs; NaN where no point lies."""

    across: Scale
    up: Scale
    columns: Array
    """The middle of each column, shape (c,), ascending; of rows shape (r,)."""
    rows: Array
    dev: Array
    """Shape (r, c)."""


class Importance(Struct, frozen=True, kw_only=True):
    """How much of the differences in dev error a knob explains by itself."""

    path: str
    share: float
    """Kelley's ε² of the ranks: the share of their variance between groups of its values, less what chance brings."""
    chance: float
    """How often so large a share comes of errors that are shuffled, times the number of knobs; at most 1."""

    @property
    def proven(self) -> bool:
        """Whether errors that are shuffled seldom show so large a share."""
        return self.chance <= CHANCE


class BestOf(Struct, frozen=True, kw_only=True, eq=False):
    """What the best of so many trials would be, drawn of those there are; shape (n,) each."""

    trials: Array
    mean: Array
    low: Array
    high: Array
    """Between these it is 95 times of 100."""

    @property
    def gain(self) -> float:
        """By how much all of them are better than half of them, on average."""
        return float(np.interp(self.trials[-1] / 2, self.trials, self.mean) - self.mean[-1])


def scales(space: Sequence[Dimension], candidates: Sequence[Candidate]) -> tuple[Scale, ...]:
    """The scale of each knob that has a value in all of the points, and not the same."""
    found = []
    for one in space:
        if any(one.path not in candidate.point for candidate in candidates):
            continue
        texts = dict.fromkeys(candidate.point[one.path] for candidate in candidates)
        if len(texts) > 1:
            numbers = one.span is not None and all(one.place(text) is not None for text in texts)
            found.append(_of_numbers(one, list(texts)) if numbers else _of_names(one, list(texts)))
    return tuple(found)


def _of_names(one: Dimension, texts: Sequence[str]) -> Scale:
    """In the order in which they were asked for."""
    asked = [value for value in one.values if value in texts]
    return Scale(path=one.path, names=(*asked, *(text for text in texts if text not in asked)))


def _of_numbers(one: Dimension, texts: Sequence[str]) -> Scale:
    """A log scale for a range that is one, and for values that span more than a decade, of which one may be 0."""
    found = np.array([float(text) for text in texts])
    positive = found[found > 0]
    if found.min() < 0 or not len(positive):
        return Scale(path=one.path)
    log = one.log if not one.values else bool(positive.max() > 10 * positive.min())
    zero = math.log10(positive.min()) - 1 if log and len(positive) < len(found) else None
    return Scale(path=one.path, log=log, zero=zero)


def places(scale: Scale, points: Sequence[dict[str, str]]) -> Array:
    """Where each of n points lies, shape (n,); NaN of one that does not say."""
    return np.array([scale.place(point[scale.path]) if scale.path in point else math.nan for point in points])


def against(scale: Scale, candidates: Sequence[Candidate], results: Sequence[TrialResult] = ()) -> Against:
    """The errors of the points, the best first, by a knob; `results` are all trials, for those that diverged."""
    x = places(scale, [one.point for one in candidates])
    order = np.argsort(x, kind="stable")
    seeds = [[one.dev for one in candidate.results if one.dev is not None] for candidate in candidates]
    columns = {
        "train": [math.nan if one.train is None else one.train for one in candidates],
        "dev": [one.dev for one in candidates],
        "low": [min(some) for some in seeds],
        "high": [max(some) for some in seeds],
    }
    sorted_columns = {name: np.array(column, float)[order] for name, column in columns.items()}
    lost = [one.point for one in results if one.status == "diverged"]
    best = int(np.argmin(order))
    return Against(scale=scale, x=x[order], best=best, diverged=places(scale, lost), **sorted_columns)


def isolated(scale: Scale, candidates: Sequence[Candidate]) -> Isolated:
    """The best dev error over all other knobs for each value of one."""
    x, dev = places(scale, [one.point for one in candidates]), np.array([one.dev for one in candidates])
    bins, _ = _bins(x)
    found = [np.flatnonzero(bins == number) for number in range(bins.max() + 1)]
    best = [some[np.argmin(dev[some])] for some in found if len(some)]
    return Isolated(scale=scale, x=x[best], dev=dev[best], points=np.array([len(some) for some in found if len(some)]))


def heat_map(across: Scale, up: Scale, candidates: Sequence[Candidate]) -> HeatMap:
    """The best dev error over all other knobs for the values of two."""
    points = [one.point for one in candidates]
    (columns, middle), (rows, centre) = _bins(places(across, points)), _bins(places(up, points))
    dev = np.full((len(centre), len(middle)), np.inf)
    np.minimum.at(dev, (rows, columns), [one.dev for one in candidates])
    dev[np.isinf(dev)] = np.nan
    return HeatMap(across=across, up=up, columns=middle, rows=centre, dev=dev)


def importance(scales: Sequence[Scale], candidates: Sequence[Candidate]) -> tuple[Importance, ...]:
    """How much each knob explains by itself, the most first; what knobs do together is in none of it.

    The points are ranked by dev error and put into at most `GROUPS` groups by the knob. ε² = (SSB − (k − 1)·MSW)/SST,
    T. L. Kelley, "An unbiased correlation ratio measure", PNAS 21 (1935); chance by permutation of the ranks.
    """
    ranks = _ranks(np.array([one.dev for one in candidates]))
    centred = ranks - ranks.mean()
    total = float(centred @ centred)
    shuffled = np.random.default_rng(0).permuted(np.tile(centred, (PERMUTATIONS, 1)), axis=1)
    found = []
    for scale in scales:
        groups = _groups(places(scale, [one.point for one in candidates]))
        counts = groups.sum(axis=0)
        between, k, n = float(((centred @ groups) ** 2 / counts).sum()), len(counts), len(centred)
        share = 0.0
        if total > 0 and n > k:
            share = max(0.0, (between - (k - 1) * (total - between) / (n - k)) / total)
        as_much = ((shuffled @ groups) ** 2 / counts).sum(axis=1) >= between * (1 - 1e-9)
        chance = min(1.0, len(scales) * (1 + int(as_much.sum())) / (1 + PERMUTATIONS)) if n >= LEAST else 1.0
        found.append(Importance(path=scale.path, share=share, chance=chance))
    return tuple(sorted(found, key=lambda one: -one.share))


def best_of(errors: Sequence[float]) -> BestOf:
    """What the best of 1, 2, … of n ≥ 1 trials would be, each drawn anew from all (the bootstrap, in closed form).

    P(best ≤ y₍ᵢ₎) = 1 − (1 − i/n)ᵐ; J. Dodge et al., "Show Your Work", EMNLP 2019.
    """
    y = np.sort(np.asarray(errors, float))
    n = len(y)
    trials = np.unique(np.geomspace(1, n, min(n, SIZES)).round())
    reached = 1 - (1 - np.arange(1, n + 1) / n) ** trials[:, None]
    mean = (np.diff(reached, axis=1, prepend=0.0) * y).sum(axis=1)
    low, high = (y[(reached < share).sum(axis=1)] for share in (0.025, 0.975))
    return BestOf(trials=trials, mean=mean, low=low, high=high)


def seed_noise(seeds: Sequence[int], points: Sequence[Candidate]) -> float | None:
    """σ of a point's mean dev error over `seeds`, without what a seed does to all alike, which makes none the best.

    None without two points that have all of these seeds, or of one seed. Of few degrees of freedom k the root of the
    unbiased variance is too small, by √(2/k)·Γ((k + 1)/2)/Γ(k/2): W. H. Holtzman, "The Unbiased Estimate of the
    Population Variance and Standard Deviation" (1950).
    """
    known = ({one.seed: one.dev for one in point.results} for point in points)
    errors = np.array([[dev[seed] for seed in seeds] for dev in known if dev.keys() >= {*seeds}], np.float64)
    if len(errors) < 2 or len(seeds) < 2:
        return None
    left = errors - errors.mean(axis=1, keepdims=True) - errors.mean(axis=0) + errors.mean()
    freedom = (errors.shape[0] - 1) * (errors.shape[1] - 1)
    small = math.sqrt(2 / freedom) * math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    return float(np.linalg.norm(left)) / math.sqrt(freedom) / small / math.sqrt(len(seeds))


def _bins(x: Array) -> tuple[Array, Array]:
    """The number of the bin of each place, shape (n,), and the middle of each bin, ascending.

    Each of a few values is a bin; of more, equal stretches.
    """
    values, numbers = np.unique(x, return_inverse=True)
    if len(values) <= BINS:
        return numbers, values
    edges = np.linspace(values[0], values[-1], BINS + 1)
    return np.clip(np.searchsorted(edges, x, side="right") - 1, 0, BINS - 1), (edges[1:] + edges[:-1]) / 2


def _groups(x: Array) -> Array:
    """Which of at most `GROUPS` groups of similar size each place is in, as zeros and ones of shape (n, groups)."""
    values, numbers = np.unique(x, return_inverse=True)
    if len(values) > GROUPS:
        cuts = np.quantile(x, np.linspace(0, 1, GROUPS + 1)[1:-1])
        _, numbers = np.unique(np.searchsorted(cuts, x, side="left"), return_inverse=True)
    return np.eye(int(numbers.max()) + 1)[numbers]


def _ranks(values: Array) -> Array:
    """Ranks from 1, equal values sharing the mean of theirs, shape (n,)."""
    _, numbers, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Array = (ends - (counts - 1) / 2)[numbers]
    return ranks
