"""From an experiment to its arrays: shipped, generated or a file's examples, split and normalized."""

from tuilab.data.dataset import Dataset, Part
from tuilab.data.prepare import Prepare, prepare
from tuilab.data.prepared import Prepared

__all__ = ["Dataset", "Part", "Prepare", "Prepared", "prepare"]
