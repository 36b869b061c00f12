"""May its probabilities be believed? What a network says of examples against how often it is right.

Reliability: examples in bins of equal size by the probability of the class that is said; the expected calibration
error is the mean over the examples of |mean probability − share right| of their bin (M. P. Naeini, G. F. Cooper and M.
Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", 2015). It is never 0 on a finite set, so
it stands beside what a perfect model shows there, one that is right of each example with the very probability that is
said (J. Bröcker and L. A. Smith, "Increasing the reliability of reliability diagrams", 2007). Temperature: logits z/T
(C. Guo et al., "On calibration of modern neural networks", 2017).
"""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.task.chance import SURE
from tuilab.training.alike import worth

BINS = 10
"""Of equal size, one example larger or smaller."""
DRAWS = 1000
"""Perfect models that are drawn."""
NOISE = 0.99
"""Of the perfect models, the share whose ECE is within the noise."""
ROUNDING = 1e-12
"""Of two ECE that are the same."""
BAND = (0.025, 0.975)
"""Of their shares right in a bin, the quantiles that are drawn."""
DROP = 1.92
"""What twice the log-likelihood may fall by, halved, within an interval of 95 %: χ² of one degree of freedom."""
FITTED = 500_000
"""Logits of which a temperature is fitted, at most."""
_AT_ONCE = 2_000_000
_HALVINGS = 50
_FARTHEST = 1e6

Calibration = Literal["calibrated", "overconfident", "underconfident", "off"]


class Reliability(Struct, frozen=True, kw_only=True, eq=False):
    """What is said against what is right, in B bins of equal size, the least sure first: arrays (B,)."""

    says: Array
    """The mean probability of the class that is said."""
    right: Array
    """The share of the examples that is right."""
    low: Array
    """Where that of a perfect model lies, 95 times of 100: from `low` …"""
    high: Array
    """… to `high`."""
    examples: Array
    ece: float
    noise: float
    """The ECE that a perfect model exceeds once in 100 times."""
    gap: float
    """What is said on average − the share right, over all examples."""
    state: Calibration
    """Whether more is seen than the noise of a perfect model, and to which side."""


class Temperature(Struct, frozen=True, kw_only=True):
    """The T > 0 with which softmax(z/T) has the lowest negative log-likelihood on the examples it was fitted on."""

    value: float
    interval: tuple[float, float | None]
    """At 95 %, by the ratio of likelihoods; without an upper end, None, where they hardly tell anything."""
    before: float
    """The mean −log P(y | x), in nats, at T = 1."""
    after: float
    """At `value`."""
    changed: int
    """Predictions that are others with it; none where the most probable class is said."""


def reliability(said: Array, right: Array, seed: int = 0, group: Array | None = None) -> Reliability | None:
    """Of probabilities `said` (m,) and whether what was said is `right` (m,); None where none is finite.

    Where the examples are of groups, (m,), a perfect model is off by as much more as they are worth less.
    """
    finite = np.isfinite(said)
    said, right = said[finite].astype(np.float64), right[finite]
    if not len(said):
        return None
    more = worth(right - said, None if group is None else group[finite]) ** -0.5
    order = np.argsort(said, kind="stable")
    said, right = said[order], right[order]
    bins = min(BINS, len(said))
    starts = np.arange(bins) * len(said) // bins
    examples = np.diff([*starts, len(said)])
    means = np.add.reduceat(said, starts) / examples
    shares = np.add.reduceat(right.astype(np.float64), starts) / examples
    drawn = np.clip(means + more * (_drawn(said, starts, seed) / examples - means), 0, 1)
    low, high = np.quantile(drawn, BAND, axis=0)
    weights = examples / len(said)
    ece = float(weights @ np.abs(means - shares))
    # Of few examples most draws are the same: none of them is less than it is by rounding, nor between two of them.
    noise = float(np.quantile(np.abs(means - drawn) @ weights, NOISE, method="higher"))
    gap = float(said.mean() - right.mean())
    chance = SURE * more * math.sqrt(float(np.sum(said * (1 - said)))) / len(said)
    sided: Calibration = "off" if abs(gap) <= chance else "overconfident" if gap > 0 else "underconfident"
    return Reliability(
        says=means,
        right=shares,
        low=low,
        high=high,
        examples=examples,
        ece=ece,
        noise=noise,
        gap=gap,
        state="calibrated" if ece <= noise + ROUNDING else sided,
    )


def _drawn(said: Array, starts: Array, seed: int) -> Array:
    """(DRAWS, B): how many a perfect model that says these probabilities is right of in each bin, drawn at random."""
    rng, step = np.random.default_rng(seed), max(1, _AT_ONCE // len(said))
    drawn = [
        np.add.reduceat(rng.random((min(step, DRAWS - first), len(said))) < said, starts, axis=1, dtype=np.int64)
        for first in range(0, DRAWS, step)
    ]
    return np.concatenate(drawn)


def temperature(
    z: Array, y: Array, predict: Callable[[Array], Array], group: Array | None = None
) -> Temperature | None:
    """The temperature of logits z (K, m), or (1, m) of one sigmoid unit, for labels y (m,); `predict` as a task's.

    None where there is none: where every example is right, so that the colder the better, or where the logits tell
    less than nothing, so that the hotter the better, or are not finite. Where the examples are of groups, (m,), the
    ratio of likelihoods is that of as many as they are worth (J. N. K. Rao and A. J. Scott, "On chi-squared tests for
    multiway contingency tables", 1984).
    """
    most = max(1000, FITTED // max(2, len(z)))
    z, y = z[:, :most].astype(np.float64), y[:most]
    if not len(y) or not np.isfinite(z).all():
        return None
    whole = np.concatenate([np.zeros_like(z), z]) if len(z) == 1 else z
    ahead = whole - whole[y, np.arange(len(y))]  # of each class before the true one: the loss is log Σ exp(ahead/T)
    scale = float(np.abs(ahead).max())
    if scale == 0 or (ahead <= 0).all() or _slope(ahead, 0.0) >= 0:
        return None
    cold = 1 / scale
    while _slope(ahead, cold) < 0:
        cold *= 2
        if cold * scale > _FARTHEST:
            return None
    best = _crossing(lambda inverse: _slope(ahead, inverse), 0.0, cold)
    alike = worth(_slopes(ahead, best), None if group is None else group[: len(y)])
    limit = _nll(ahead, best) + DROP / (alike * len(y))

    def beyond(inverse: float) -> float:
        return _nll(ahead, inverse) - limit

    while beyond(cold) < 0 and cold * scale < _FARTHEST:
        cold *= 2
    hot = None if beyond(0.0) < 0 else 1 / _crossing(lambda inverse: -beyond(inverse), 0.0, best)
    return Temperature(
        value=1 / best,
        interval=(1 / _crossing(beyond, best, cold), hot),
        before=_nll(ahead, 1.0),
        after=_nll(ahead, best),
        changed=int((predict(z) != predict(z * best)).sum()),
    )


def _nll(ahead: Array, inverse: float) -> float:
    """The mean loss at T = 1/`inverse`."""
    scaled = inverse * ahead
    top = scaled.max(axis=0)
    return float((top + np.log(np.exp(scaled - top).sum(axis=0))).mean())


def _slope(ahead: Array, inverse: float) -> float:
    """The derivative of the mean loss, which is convex, with respect to 1/T."""
    return float(_slopes(ahead, inverse).mean())


def _slopes(ahead: Array, inverse: float) -> Array:
    """That of the loss of each example, (m,)."""
    scaled = inverse * ahead
    shares = np.exp(scaled - scaled.max(axis=0))
    return np.asarray((shares * ahead).sum(axis=0) / shares.sum(axis=0))


def _crossing(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a function goes from below 0 at `low` to above 0 at `high`, by bisection."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high
