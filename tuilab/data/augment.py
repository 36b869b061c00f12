"""More training examples made from those there are (course notes, "Data augmentation"): of images, and of points.

Copies are made of raw inputs, of the training part alone. μ and σ are measured afterwards, of originals and copies: J
is the cost on both.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tuilab.data.memory import refuse_too_large
from tuilab.data.table import Floats, Labels
from tuilab.errors import BadInput
from tuilab.experiment.fields import AugmentationSection

SMALLEST = 5
"""Pixels along the side of an image; fewer are no picture of anything."""
_BLOCK = 1000
"""Images that are moved at a time."""


def augment(
    X: Floats, y: Labels, wanted: AugmentationSection, rng: np.random.Generator, planes: int = 1
) -> tuple[Floats, Labels]:
    """X (m, n) and y (m,) followed by `copies` changed copies of all of it: ((1 + copies)·m, n) and as many labels.

    An image is mirrored at even chances, turned by U(−rotation, rotation) degrees, scaled by 1 + U(−zoom, zoom), and
    its pixels are displaced by a smooth random field of `distortion` pixels (root mean square a direction; P. Simard et
    al., "Best practices for convolutional neural networks applied to visual document analysis", 2003). Then every
    feature gets N(0, (noise·σ)²), σ its own in X. An image of several `planes`, its colors one after the other, has
    them changed alike; 0: the examples are none. Raises `BadInput` where they are no square images.
    """
    if not wanted.copies:
        return X, y
    side = _side(X.shape[1], wanted, planes)
    # X and its labels, which are there; those with their copies; the noise of one copy.
    needed = (2 + wanted.copies) * (X.nbytes + y.nbytes) + X.size * 8
    refuse_too_large(needed, f"{wanted.copies} copies of {len(X)} examples", path="augmentation.copies")
    scale = wanted.noise * X.std(axis=0)
    result = np.empty(((1 + wanted.copies) * len(X), X.shape[1]), X.dtype)
    result[: len(X)] = X
    for copy in range(1, 1 + wanted.copies):
        changed = result[copy * len(X) : (copy + 1) * len(X)]
        changed[:] = X
        if side:
            _change_images(changed.reshape(-1, planes, side, side), wanted, rng)
        if wanted.noise:
            changed += scale * rng.standard_normal(changed.shape)
    return result, np.tile(y, 1 + wanted.copies)


def image_side(features: int) -> int:
    """Pixels along the side of a square image of so many features, one row after another; 0 if it is none."""
    side = math.isqrt(features)
    return side if side * side == features and side > 1 else 0


def are_images(X: Floats) -> bool:
    """Whether raw examples (m, n) are taken for images: a square of `SMALLEST` pixels a side or more, none negative."""
    return image_side(X.shape[1]) >= SMALLEST and bool(X.min() > -1e-9 * X.max())


def _side(features: int, wanted: AugmentationSection, planes: int) -> int:
    """The side of the images, 0 where none is changed as an image."""
    asked = [name for name in ("rotation", "zoom", "distortion") if getattr(wanted, name)]
    if wanted.flip != "none":
        asked.insert(0, "flip")
    if not asked:
        return 0
    if not planes or not (side := image_side(features // planes)):
        none = f"square images; {features} features are none" if planes else "images; the columns of a table are none"
        raise BadInput(f"needs {none} (noise suits any data)", path=f"augmentation.{asked[0]}")
    return side


def _change_images(images: Floats, wanted: AugmentationSection, rng: np.random.Generator) -> None:
    """Changes `images` (m, planes, side, side) in place."""
    axes = {"none": (), "horizontal": (3,), "vertical": (2,), "both": (2, 3)}[wanted.flip]
    for axis in axes:
        chosen = rng.random(len(images)) < 0.5
        images[chosen] = np.flip(images[chosen], axis)
    if wanted.rotation or wanted.zoom or wanted.distortion:
        for start in range(0, len(images), _BLOCK):
            _move_pixels(images[start : start + _BLOCK], wanted, rng)


def _move_pixels(images: Floats, wanted: AugmentationSection, rng: np.random.Generator) -> None:
    """Each pixel takes its value from where the rotation, the zoom and the distortion say, between pixels linearly."""
    count, planes, side = images.shape[:3]
    angle = np.deg2rad(rng.uniform(-wanted.rotation, wanted.rotation, (count, 1, 1)))
    size = 1 + rng.uniform(-wanted.zoom, wanted.zoom, (count, 1, 1))
    middle = (side - 1) / 2
    y, x = np.mgrid[:side, :side] - middle
    rows = (np.cos(angle) * y - np.sin(angle) * x) / size + middle
    columns = (np.sin(angle) * y + np.cos(angle) * x) / size + middle
    if wanted.distortion:
        blur = _blur(side, max(1.0, side / 7))  # Simard's σ = 4 of 28 pixels
        for places in (rows, columns):
            field = blur @ rng.uniform(-1, 1, (count, side, side)) @ blur.T
            places += wanted.distortion * field / np.sqrt((field**2).mean(axis=(1, 2), keepdims=True))
    for plane in range(planes):
        images[:, plane] = _between_pixels(images[:, plane], rows, columns)


def _blur(side: int, sigma: float) -> Floats:
    """The matrix (side, side) whose product with a column is that column under a Gaussian of `sigma` pixels.

    The column goes on mirrored beyond its ends, and the Gaussian ends at 4σ.
    """
    reach = round(4 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    mirrored = np.pad(np.eye(side), ((reach, reach), (0, 0)), mode="symmetric")
    blur: Floats = sliding_window_view(mirrored, len(weights), axis=0) @ (weights / weights.sum())
    return blur


def _between_pixels(images: Floats, rows: Floats, columns: Floats) -> Floats:
    """The values of `images` at `rows` and `columns`, all (m, side, side): bilinear, the nearest pixel's outside."""
    last = images.shape[1] - 1
    rows, columns = np.clip(rows, 0, last), np.clip(columns, 0, last)
    top, left = (np.minimum(places.astype(np.int64), last - 1) for places in (rows, columns))
    down, right = rows - top, columns - left
    which = np.arange(len(images))[:, None, None]
    upper, lower = (
        images[which, row, left] * (1 - right) + images[which, row, left + 1] * right for row in (top, top + 1)
    )
    values: Floats = upper * (1 - down) + lower * down
    return values
