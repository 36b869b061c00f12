"""A training lab for neural networks in a terminal."""


def __getattr__(name: str) -> str:
    """`__version__`, looked up only when somebody asks."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tuilab")
    except PackageNotFoundError:  # read from a folder that was never installed
        return "0+unknown"
