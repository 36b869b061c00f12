"""Examples made from the seed: classes in the plane, and numbers over a line or a square.

Example i belongs to class i mod K, so classes are balanced.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuilab.data.memory import refuse_too_large
from tuilab.data.table import Table

DEFAULT_EXAMPLES = 400

_BYTES = 80
"""That a point takes while it is made: its two features and its class, their noise, and what its place is made of."""

PointArray = NDArray[Any]  # floating, which NumPy's stubs do not always see
Classes = NDArray[np.int64]


class Shape(NamedTuple):
    """Where the points of `classes` classes lie before noise is added: at `place(y, *u)`, u being `latent` U(0, 1)."""

    classes: int
    latent: int
    place: Callable[..., tuple[PointArray, PointArray]]
    """Of classes y, (m,), and uniform numbers, (m,) each, x1 and x2, (m,) each; without chance of its own."""


class Surface(NamedTuple):
    """The target `height(*x)` over `features` numbers x, each U(0, 1), before noise is added to it."""

    features: int
    height: Callable[..., PointArray]


def generate(source: str, examples: int, noise: float, rng: np.random.Generator) -> Table:
    """`examples` examples of `source` (a key of `SHAPES` or `SURFACES`), features x1, … .

    N(0, noise²) is added to both features of points of classes, and to the target of a surface, whose features are
    exact. Raises `BadInput` for more than the memory holds.
    """
    refuse_too_large(examples * _BYTES, f"{examples} examples", path="data.examples")
    if source in SURFACES:
        return _surface(SURFACES[source], examples, noise, rng)
    classes, latent, place = SHAPES[source]
    y = np.arange(examples) % classes
    X = np.empty((examples, 2))
    X[:, 0], X[:, 1] = place(y, *rng.random((latent, examples)))
    X += noise * rng.standard_normal(X.shape)
    return Table(X=X, y=y, features=("x1", "x2"), classes=tuple(str(k) for k in range(classes)))


def _surface(surface: Surface, examples: int, noise: float, rng: np.random.Generator) -> Table:
    X = rng.random((examples, surface.features))
    y = surface.height(*X.T) + noise * rng.standard_normal(examples)
    return Table(X=X, y=y, features=tuple(f"x{number}" for number in range(1, surface.features + 1)), classes=())


def sine(x: PointArray) -> PointArray:
    """sin 2πx (C. Bishop, "Pattern Recognition and Machine Learning", section 1.1)."""
    height: PointArray = np.sin(2 * np.pi * x)
    return height


def franke(x: PointArray, y: PointArray) -> PointArray:
    """Two hills, a dip and a ridge (R. Franke, "Scattered data interpolation", Math. Comp. 38, 1982)."""
    x, y = 9 * x, 9 * y
    height: PointArray = (
        0.75 * np.exp(-((x - 2) ** 2 + (y - 2) ** 2) / 4)
        + 0.75 * np.exp(-((x + 1) ** 2) / 49 - (y + 1) / 10)
        + 0.5 * np.exp(-((x - 7) ** 2 + (y - 3) ** 2) / 4)
        - 0.2 * np.exp(-((x - 4) ** 2) - (y - 7) ** 2)
    )
    return height


def circles(y: Classes, u: PointArray) -> tuple[PointArray, PointArray]:
    """r·(cos t, sin t), t = 2πu; the radius r is 1 for class 0 and 1/2 for class 1."""
    r, t = 1 - 0.5 * y, 2 * np.pi * u
    return r * np.cos(t), r * np.sin(t)


def moons(y: Classes, u: PointArray) -> tuple[PointArray, PointArray]:
    """Two half circles, t = πu: (cos t, sin t) for class 0, (1 − cos t, 1/2 − sin t) for class 1."""
    t = np.pi * u
    sign = 1 - 2 * y
    return y + sign * np.cos(t), 0.5 * y + sign * np.sin(t)


def spiral(y: Classes, u: PointArray) -> tuple[PointArray, PointArray]:
    """Two Archimedean arms of 1½ turns, half a turn apart: 2√u·(cos t, sin t), t = 3π√u + πy.

    The root spreads the points evenly along the arms. The arms are 2/3 apart.
    """
    root = np.sqrt(u)
    t = np.pi * (3 * root + y)
    return 2 * root * np.cos(t), 2 * root * np.sin(t)


def blobs(y: Classes) -> tuple[PointArray, PointArray]:
    """Three centers on the unit circle, (cos t, sin t) with t = 2πy/3; the noise is all of their spread."""
    t = 2 * np.pi * y / 3
    return np.cos(t), np.sin(t)


def xor(y: Classes, u: PointArray, v: PointArray) -> tuple[PointArray, PointArray]:
    """The four quadrants, 0.2 to 1 from both axes: class 0 where x1·x2 > 0, class 1 where x1·x2 < 0."""
    side = np.where(u < 0.5, -1, 1)
    return side * (0.2 + 0.8 * np.abs(2 * u - 1)), side * (1 - 2 * y) * (0.2 + 0.8 * v)


def ranges(y: Classes, u: PointArray, v: PointArray) -> tuple[PointArray, PointArray]:
    """(1 + 999u, v): class 0 where u + v < 1, class 1 where u + v > 1 (else mirrored). x1 reaches 1000, x2 1."""
    wrong = (u + v > 1) != (y == 1)
    u, v = np.where(wrong, 1 - u, u), np.where(wrong, 1 - v, v)
    return 1 + 999 * u, v


SHAPES = {
    "circles": Shape(2, 1, circles),
    "moons": Shape(2, 1, moons),
    "spiral": Shape(2, 1, spiral),
    "blobs": Shape(3, 0, blobs),
    "xor": Shape(2, 2, xor),
    "ranges": Shape(2, 2, ranges),
}
"""By the name of the source."""
SURFACES = {"sine": Surface(1, sine), "franke": Surface(2, franke)}
"""By the name of the source."""
