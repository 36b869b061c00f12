"""Are the examples what they should be?"""

from collections.abc import Iterator

import numpy as np

from tuilab.arrays import Array
from tuilab.data.augment import image_side
from tuilab.data.dataset import Part
from tuilab.data.normalize import moments
from tuilab.text import clean
from tuilab.training.preflight.check import PreflightCheck, Setup
from tuilab.words import count, number, percent, plural

ENOUGH = 50
"""Examples, of which one feature does not part the classes by chance."""
LEAK = 0.01
"""The share of the examples, in the order of a feature, behind which the class may change and it still is a copy."""
SHARED = 0.01
"""The share of dev that may stand in train, as in measured data a few rows are alike."""
FEW = 0.5
"""Of the rows of train, the different ones: where there are fewer, features of few values make rows alike by chance."""
UNLIKE = 100.0
"""Times that one feature may be as large as another one, if they are not normalized."""


def every_class(setup: Setup) -> PreflightCheck | None:
    """Classes that a part lacks are not measured there, or not learned."""
    if not setup.task.of_classes:
        return None
    empty = [
        f'{name} has no example of "{clean(setup.data.classes[k], 40)}"'
        for name, labels in (("train", setup.data.labels.train), ("dev", setup.data.labels.dev))
        if labels and sum(labels)
        for k, examples in enumerate(labels)
        if not examples
    ]
    labels = setup.data.labels.train or ()
    return PreflightCheck(
        name="every class is in every part",
        holds=not empty,
        said="; ".join(empty[:3])
        or f"{plural(min(labels), 'example')} or more of each of {setup.classes} classes in train",
        advice="stratify, take more examples, or leave that class out",
    )


def features_vary(setup: Setup) -> PreflightCheck:
    """A constant feature tells nothing. Of images, pixels at the border may well be."""
    X, names = setup.data.train.X, setup.data.features
    still = np.flatnonzero(X.min(axis=0) == X.max(axis=0))
    images = image_side(len(names)) >= 4
    listed = ", ".join(clean(names[k], 30) for k in still[:3]) + (" …" if len(still) > 3 else "")
    what = f"{plural(len(still), 'pixel')} of {len(names)} stay empty, as at the border of images" if images else listed
    return PreflightCheck(
        name="every feature varies",
        holds=not len(still) or (images and len(still) < len(names) / 2),
        said=what if len(still) else f"{plural(len(names), 'feature')}, each of more than one value",
        advice="leave constant columns out: they cannot tell anything",
    )


def no_feature_is_the_label(setup: Setup) -> PreflightCheck | None:
    """In the order of one feature, the examples stand class by class: it is the label, or was made from it."""
    X, y = setup.data.train.X, setup.data.train.y
    if not setup.task.of_classes or len(y) < ENOUGH:
        return None
    found = np.array([changes(X[:, k], y) for k in range(X.shape[1])])
    best = int(found.argmin())
    name = clean(setup.data.features[best], 40)
    copy = bool(found[best] <= setup.classes - 1 + LEAK * len(y))
    return PreflightCheck(
        name="no feature is the label",
        holds=not copy,
        said=f"{name} alone parts the classes" if copy else f"the best one, {name}, alone leaves them mixed",
        advice=f"leave {name} out if it is not known when one predicts",
    )


def parts_are_apart(setup: Setup) -> PreflightCheck | None:
    """Rows of dev that stand in train too, with what is to be said of them, are known by heart, and measure nothing."""
    train, dev = setup.data.train, setup.data.dev
    if not len(dev.y):
        return None
    known = set(_rows(train))
    shared = sum(row in known for row in _rows(dev))
    apart, few = shared <= max(1, SHARED * len(dev.y)), len(known) < FEW * len(train.y)
    said = f"{count(shared)} of {plural(len(dev.y), 'row')} of dev ({percent(shared / len(dev.y))}) are in train too"
    of = f", which has {count(len(known))} different ones among {count(len(train.y))}: as few values have by chance"
    return PreflightCheck(
        name="dev is apart from train",
        holds=True if apart else None if few else False,
        said=said if apart or not few else f"{said}{of}",
        advice="take repeated rows out before the split, or keep them in one part",
    )


def _rows(part: Part) -> Iterator[tuple[bytes, bytes]]:
    """Each example with its label."""
    return ((row.tobytes(), label.tobytes()) for row, label in zip(part.X, part.y, strict=True))


def features_are_alike_in_size(setup: Setup) -> PreflightCheck:
    """Raw features of unlike sizes make the bowl of the cost a trough (course notes, "Normalizing inputs")."""
    if setup.experiment.inputs.normalize:
        return PreflightCheck(
            name="features are alike in size",
            holds=True,
            said="inputs are normalized: σ is 1 of each number that varies",
        )
    _, scale = moments(setup.data.train.X)
    sizes = np.maximum(scale, np.abs(setup.data.train.X).mean(axis=0))
    ratio = float(sizes.max() / max(float(sizes[sizes > 0].min(initial=np.inf)), 1e-300)) if (sizes > 0).any() else 1.0
    return PreflightCheck(
        name="features are alike in size",
        holds=ratio <= UNLIKE and bool(sizes.max() <= UNLIKE),
        said=f"not normalized: the largest is {number(float(sizes.max()))}, {number(ratio)} times the smallest",
        advice="normalize the inputs",
    )


def changes(values: Array, y: Array) -> int:
    """How often the class changes in the order of `values`; examples of one value stand as they are counted worst."""
    order = np.lexsort((y, values))
    ordered, labels = values[order], y[order]
    other = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(np.append(True, other))
    if len(starts) == 1:  # a constant tells nothing
        return len(ordered)
    changed = labels[1:] != labels[:-1]
    # Within one value every example that is not of its commonest class is one change or more.
    alike = np.flatnonzero(np.append(True, other | changed))  # where one class of one value begins
    commonest = np.maximum.reduceat(np.diff(alike, append=len(ordered)), np.searchsorted(alike, starts))
    return max(int(changed.sum()), len(ordered) - int(commonest.sum()))
