"""The frozen, tagged events of a run's log, every value with its range: a line with another one is no event.

A `Column` holds numbers as a NumPy array, so NaN and ±Inf survive the log; scalars are always finite or absent. Times
are seconds since the epoch (`time`) or of training (`seconds`).
"""

from tuilab.events.columns import Columns, Costs, Errors, Layers, LoggedPoints
from tuilab.events.data import DataFile, FeatureShift, Shift, Target
from tuilab.events.figures import PARTS, Cost, Outliers, Parts, Tally, Threshold, example_of, part_name
from tuilab.events.kinds import (
    VERSION,
    AnyEvent,
    Continued,
    Edited,
    Event,
    Finished,
    Machine,
    Outcome,
    Paused,
    Progress,
    Resumed,
    Signal,
    Started,
    Trouble,
)
from tuilab.events.lines import decode, decode_lines, encode
from tuilab.events.machine import Card, Memory
from tuilab.events.ranges import MAXIMUM_TIME, MOST_CLASSES, MOST_EDITED, Column

__all__ = [
    "MAXIMUM_TIME",
    "MOST_CLASSES",
    "MOST_EDITED",
    "PARTS",
    "VERSION",
    "AnyEvent",
    "Card",
    "Column",
    "Columns",
    "Continued",
    "Cost",
    "Costs",
    "DataFile",
    "Edited",
    "Errors",
    "Event",
    "FeatureShift",
    "Finished",
    "Layers",
    "LoggedPoints",
    "Machine",
    "Memory",
    "Outcome",
    "Outliers",
    "Parts",
    "Paused",
    "Progress",
    "Resumed",
    "Shift",
    "Signal",
    "Started",
    "Tally",
    "Target",
    "Threshold",
    "Trouble",
    "decode",
    "decode_lines",
    "encode",
    "example_of",
    "part_name",
]
