"""A training lab for neural networks in a terminal."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`__version__`, and the estimators, looked up only when somebody asks."""
    if name in ("Classifier", "Regressor"):
        from tuilab import estimators

        return getattr(estimators, name)
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tuilab")
    except PackageNotFoundError:  # read from a folder that was never installed
        return "0+unknown"
