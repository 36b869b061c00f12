"""How is dev unlike train? What single features show of a data mismatch, and what augmentation can imitate of it.

Noise that dev has and train has not makes the variance of every feature larger and leaves its mean; another unit or
another instrument moves single features. Both are told only where they are beyond what chance and the usual difference
of two samples give.
"""

import numpy as np

from tuilab.arrays import Array
from tuilab.data.augment import are_images
from tuilab.data.dataset import Part
from tuilab.events import FeatureShift, Shift
from tuilab.text import clean
from tuilab.words import quantity

SURE = 5.0
"""Standard errors: of ten thousand features none is as far off by chance."""
MOVED = 0.5
"""Standard deviations by which a mean must differ; a σ must be twice as large, or half."""
NOISIER = 1.15
"""Times the variance of train that three of four features must have in dev at least, to be called noisier."""
TOLD = 3
"""Features."""
_MEAN_PIXEL = "the mean pixel"


def unlike(train: Part, dev: Part, features: tuple[str, ...]) -> Shift:
    """Of parts as they are before normalization, two examples or more of each, or of groups: those of one are alike."""
    train, dev = train.looked_at(), dev.looked_at()
    X, other = (np.asarray(part.X, np.float64) for part in (train, dev))
    images, whole = are_images(X), (X, other)
    if images:  # of which no pixel has a name
        X, other, features = X.mean(axis=1, keepdims=True), other.mean(axis=1, keepdims=True), (_MEAN_PIXEL,)
    with np.errstate(all="ignore"):  # a constant feature has no logarithm, a very large one no variance
        rare = sum(1 / len(part.y if part.group is None else np.unique(part.group)) for part in (train, dev))
        noise = _noise(*whole, rare)
        return Shift(noise=noise, images=images, features=_moved(X, other, features, rare, bool(noise)))


def shift_text(one: FeatureShift) -> str:
    """`mean of age is 3.1 in dev, 0.2 in train`."""
    name, (mean, sigma), (dev_mean, dev_sigma) = clean(one.name, 40), one.train, one.dev
    if mean * dev_mean > 0 and sigma > 0 and dev_sigma > 0:
        times = dev_mean / mean
        if max(times, 1 / times) > 1.5 and abs(np.log(times * sigma / dev_sigma)) < 0.15:
            said = f"{name} is about {times:.2g} times as large in dev: another unit?"
            return f"{said} (mean {quantity(dev_mean)}, in train {quantity(mean)})"
    if abs(dev_mean - mean) > MOVED * _pooled(sigma, dev_sigma):
        return f"mean of {name} is {quantity(dev_mean)} in dev, {quantity(mean)} in train"
    return f"σ of {name} is {quantity(dev_sigma)} in dev, {quantity(sigma)} in train"


def _noise(X: Array, other: Array, rare: float) -> float:
    """σ of the noise that dev has more than train, as a share of each feature's σ, to one figure; 0 of none.

    `rare` is 1/m + 1/m' of so many examples, or groups.
    """
    varies = X.std(axis=0) > 0
    if not varies.any():
        return 0.0
    before, after = X[:, varies], other[:, varies]
    ratios = after.var(axis=0) / before.var(axis=0)
    moved = np.abs(after.mean(axis=0) - before.mean(axis=0)) / np.maximum(after.std(axis=0), 1e-300)
    chance = 2 * np.sqrt(2 * rare)
    noisier = np.quantile(ratios, 0.25) >= max(NOISIER, 1 + chance) and np.median(moved) <= MOVED
    size = float(np.sqrt(np.median(ratios) - 1)) if noisier else 0.0
    return float(f"{size:.1g}") if np.isfinite(size) else 0.0


def _moved(X: Array, other: Array, names: tuple[str, ...], rare: float, noisier: bool) -> tuple[FeatureShift, ...]:
    """The features of another mean or another spread, the farthest first."""
    mean, sigma, dev_mean, dev_sigma = X.mean(axis=0), X.std(axis=0), other.mean(axis=0), other.std(axis=0)
    chance = SURE * np.sqrt(rare)
    far = np.abs(dev_mean - mean)
    apart = far / np.maximum(_pooled(sigma, dev_sigma), 1e-300)
    told = (apart > MOVED) & (far > chance * np.maximum(sigma, dev_sigma))
    spread = np.abs(np.log(dev_sigma / sigma))
    if not noisier:  # the error of a variance is that of normal values, and as much again for long tails
        told |= np.isfinite(spread) & (spread > max(np.log(2), chance))
    found = np.flatnonzero(told & np.isfinite(mean + sigma + dev_mean + dev_sigma))
    size = apart + np.where(np.isfinite(spread), spread, 0)
    chosen = found[np.argsort(-size[found], kind="stable")][:TOLD]
    return tuple(
        FeatureShift(
            name=clean(names[k], 200),
            train=(float(mean[k]), float(sigma[k])),
            dev=(float(dev_mean[k]), float(dev_sigma[k])),
        )
        for k in chosen.tolist()
    )


def _pooled(sigma: Array | float, other: Array | float) -> Array:
    return np.sqrt((np.square(sigma) + np.square(other)) / 2)
