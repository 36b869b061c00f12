"""What makes the updates, behind one protocol. A new engine is one more file here and one more entry in the list."""

from collections.abc import Callable, Iterable

from numpy.typing import ArrayLike

from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.engines.problem import Problem
from tuilab.engines.protocol import Engine, Stride

Order = Iterable[ArrayLike]
"""The examples of each update, a list of indices into the training part."""

ENGINES: dict[str, Callable[[Problem, Order | None], Engine]] = {"numpy": NumpyEngine}

__all__ = ["ENGINES", "Engine", "Order", "Problem", "Stride"]
