"""A training lab for neural networks in a terminal."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tuilab")
except PackageNotFoundError:  # read from a folder that was never installed
    __version__ = "0+unknown"
