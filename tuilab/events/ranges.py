"""The values that a line of the log may hold, each with its range."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from msgspec import Meta

Column = np.ndarray[Any, np.dtype[np.float64]]
"""A one-dimensional float64 array."""
Count = Annotated[int, Meta(ge=0, le=2**53)]
"""A number of things; a larger one could only come from a damaged log."""
MAXIMUM_TIME = 253402300800
"""In seconds since the epoch: the year 10000."""
Instant = Annotated[float, Meta(ge=0, lt=MAXIMUM_TIME)]
"""Seconds since the epoch."""
Seconds = Annotated[float, Meta(ge=0, le=1e12)]
"""Of training."""
Share = Annotated[float, Meta(ge=0, le=1)]
"""A part of a whole."""
ErrorValue = Annotated[float, Meta(ge=0)]
"""A share of the examples, or of a target's variance, which may be above 1."""
Sentence = Annotated[str, Meta(max_length=10_000)]
"""Words for a person."""
Named = Annotated[str, Meta(max_length=1000)]
KnobPath = Annotated[str, Meta(max_length=100)]
"""Of a value in the experiment."""
MOST_EDITED = 100
"""Such paths; an experiment has fewer."""
LONGEST_VALUE = 16_384
"""Characters of such a value, which may be a list or a file's path."""
Value = Annotated[str, Meta(max_length=LONGEST_VALUE)]
MOST_LAYERS = 1001
"""Without the inputs: 1000 hidden ones, and the output."""
Layered = Annotated[tuple[Annotated[int, Meta(ge=1, le=2**53)], ...], Meta(min_length=2, max_length=MOST_LAYERS + 1)]
"""Units a layer, inputs first, output last."""

if TYPE_CHECKING:
    Numbers = Column | tuple[float, ...]
    Iterations = Numbers
    ErrorFigures = Numbers
else:
    Numbers = tuple[float | Literal["nan", "inf", "-inf"], ...]
    """Of a curve: an array where they are made, a tuple where they are read; a curve makes one array of many lines."""
    Iterations = tuple[Annotated[float, Meta(ge=0, le=2**53)], ...]
    """Ascending."""
    ErrorFigures = tuple[ErrorValue | Literal["nan", "inf"], ...]

MOST_CLASSES = 100
"""Up to so many are counted one by one."""
ByClass = Annotated[tuple[Count, ...], Meta(min_length=1, max_length=MOST_CLASSES)]
"""One of each class."""
