"""From an experiment to its arrays: shipped, generated or a file's examples, split and normalized."""

from tuilab.data.prepare import Dataset, Part, prepare

__all__ = ["Dataset", "Part", "prepare"]
