"""A person's own function and its θ, named on the command line."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tuilab.errors import BadInput
from tuilab.text import clean

_READERS: dict[str, Callable[[Path], Any]] = {
    # Mapped, so that a header that promises more than the file holds allocates nothing.
    ".npy": lambda path: np.load(path, mmap_mode="r", allow_pickle=False),
    ".csv": lambda path: np.loadtxt(path, delimiter=","),
}


def import_function(name: str) -> tuple[ModuleType, Any]:
    """The module and the function called `package.module:function`; the current directory is looked in first.

    This runs the module, as the person asks. Raises `BadInput` if there is no such module or function.
    """
    module_name, _, function_name = name.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), function_name)):
        raise BadInput(f"must be package.module:function, not {clean(name, 60)!r}", path="--function")
    if (here := str(Path.cwd())) not in sys.path:  # as `python -m` does
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except (ImportError, SyntaxError) as error:
        raise BadInput(f"cannot import {module_name}: {error}", path="--function") from None
    function = getattr(module, function_name, None)
    if not callable(function):
        raise BadInput(f"{module_name} has no function {function_name}", path="--function")
    return module, function


def starting_theta(module: ModuleType, file: str, size: int, seed: int) -> Any:
    """θ from a .npy or .csv file, or `size` standard normal numbers of `seed`, or else the module's `theta`.

    Raises `BadInput`.
    """
    if file and size:
        raise BadInput("goes without --size: one of the two", path="--theta")
    if file:
        return _read(file)
    if size:
        return np.random.default_rng(seed).standard_normal(size)
    if not hasattr(module, "theta"):
        raise BadInput(
            f"at which θ? Name a --theta FILE, a --size N, or give {module.__name__} a `theta`", path="--function"
        )
    return _as_numbers(module.theta, f"{module.__name__}.theta")


def _read(file: str) -> Any:
    path, name = Path(file).expanduser(), clean(file)
    if path.suffix.lower() not in _READERS:
        raise BadInput("must be a .npy or a .csv file", path="--theta", file=name)
    if not path.is_file():
        raise BadInput("no such file", path="--theta", file=name)
    try:
        theta = _READERS[path.suffix.lower()](path)
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(f"cannot be read: {clean(str(error))}", path="--theta", file=name) from None
    return _as_numbers(theta, name)


def _as_numbers(theta: Any, name: str) -> Any:
    try:
        return np.array(theta, np.float64)
    except (TypeError, ValueError):
        raise BadInput("must be an array of real numbers", path=name) from None
