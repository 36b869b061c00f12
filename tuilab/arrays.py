"""What every room calls an array."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
"""Of any shape and of any numbers."""
