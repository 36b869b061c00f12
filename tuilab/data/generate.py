"""Classes in the plane, made from the seed. Example i belongs to class i mod K, so the classes are balanced."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.memory import refuse_too_large
from tuilab.data.table import Table

DEFAULT_EXAMPLES = 400

_BYTES = 80
"""That a point takes while it is made: its two features and its class, their noise, and what its place is made of."""

PointArray = NDArray[Any]  # floating, which NumPy's stubs do not always see
Classes = NDArray[np.int64]


def generate(source: str, examples: int, noise: float, rng: np.random.Generator) -> Table:
    """`examples` points of `source` (a key of `SHAPES`), features x1 and x2, with N(0, noise²) added to both.

    Raises `BadInput` for more than the memory holds.
    """
    refuse_too_large(examples * _BYTES, f"{examples} examples", path="data.examples")
    classes, shape = SHAPES[source]
    y = np.arange(examples) % classes
    X = np.empty((examples, 2))
    X[:, 0], X[:, 1] = shape(y, rng)
    X += noise * rng.standard_normal(X.shape)
    return Table(X=X, y=y, features=("x1", "x2"), classes=tuple(str(k) for k in range(classes)))


def circles(y: Classes, rng: np.random.Generator) -> tuple[PointArray, PointArray]:
    """r·(cos t, sin t), t ~ U(0, 2π); the radius r is 1 for class 0 and 1/2 for class 1."""
    r, t = 1 - 0.5 * y, rng.uniform(0, 2 * np.pi, len(y))
    return r * np.cos(t), r * np.sin(t)


def moons(y: Classes, rng: np.random.Generator) -> tuple[PointArray, PointArray]:
    """Two half circles, t ~ U(0, π): (cos t, sin t) for class 0, (1 − cos t, 1/2 − sin t) for class 1."""
    t = rng.uniform(0, np.pi, len(y))
    sign = 1 - 2 * y
    return y + sign * np.cos(t), 0.5 * y + sign * np.sin(t)


def spiral(y: Classes, rng: np.random.Generator) -> tuple[PointArray, PointArray]:
    """Two Archimedean arms of 1½ turns, half a turn apart: 2u·(cos t, sin t), t = 3πu + πy.

    u² ~ U(0, 1), which spreads the points evenly along the arms. The arms are 2/3 apart.
    """
    u = np.sqrt(rng.random(len(y)))
    t = np.pi * (3 * u + y)
    return 2 * u * np.cos(t), 2 * u * np.sin(t)


def blobs(y: Classes, rng: np.random.Generator) -> tuple[PointArray, PointArray]:
    """Three centers on the unit circle, (cos t, sin t) with t = 2πy/3; the noise is all of their spread."""
    t = 2 * np.pi * y / 3
    return np.cos(t), np.sin(t)


def xor(y: Classes, rng: np.random.Generator) -> tuple[PointArray, PointArray]:
    """The four quadrants, |x1| and |x2| ~ U(0.2, 1): class 0 where x1·x2 > 0, class 1 where x1·x2 < 0."""
    a, b = rng.uniform(0.2, 1, (2, len(y)))
    side = 2 * rng.integers(0, 2, len(y)) - 1
    return side * a, side * (1 - 2 * y) * b


def ranges(y: Classes, rng: np.random.Generator) -> tuple[PointArray, PointArray]:
    """(1 + 999u, v), u and v ~ U(0, 1): class 0 where u + v < 1, class 1 where u + v > 1. x1 reaches 1000, x2 1."""
    u, v = rng.random((2, len(y)))
    wrong = (u + v > 1) != (y == 1)
    u, v = np.where(wrong, 1 - u, u), np.where(wrong, 1 - v, v)
    return 1 + 999 * u, v


SHAPES: dict[str, tuple[int, Callable[[Classes, np.random.Generator], tuple[PointArray, PointArray]]]] = {
    "circles": (2, circles),
    "moons": (2, moons),
    "spiral": (2, spiral),
    "blobs": (3, blobs),
    "xor": (2, xor),
    "ranges": (2, ranges),
}
"""{source: (number of classes, points of given classes, still without noise)}"""
