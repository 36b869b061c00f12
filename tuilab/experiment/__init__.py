"""The experiment: one frozen, typed configuration of a run, and TOML both ways.

An experiment never changes; `edit` makes another one.
"""

from tuilab.experiment.convert import (
    MAXIMUM_FILE_BYTES,
    SOURCES,
    alone,
    changed,
    check,
    convert,
    decoded,
    differences,
    dumps,
    edit,
    get,
    idle,
    load,
    loads,
    parse,
    read_text,
    rooted,
    rooted_source,
    to_dict,
    without_effect,
)
from tuilab.experiment.fields import GENERATED, SHIPPED, Experiment, activations, keep_probs
from tuilab.experiment.knobs import Knob, knobs

__all__ = [
    "GENERATED",
    "MAXIMUM_FILE_BYTES",
    "SHIPPED",
    "SOURCES",
    "Experiment",
    "Knob",
    "activations",
    "alone",
    "changed",
    "check",
    "convert",
    "decoded",
    "differences",
    "dumps",
    "edit",
    "get",
    "idle",
    "keep_probs",
    "knobs",
    "load",
    "loads",
    "parse",
    "read_text",
    "rooted",
    "rooted_source",
    "to_dict",
    "without_effect",
]
