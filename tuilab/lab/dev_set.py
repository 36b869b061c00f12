"""Which dev examples an experiment draws."""

import hashlib
from typing import Any

from msgspec import json, structs

from tuilab.events import Started
from tuilab.experiment import Experiment

_LATER = {
    *("title", "about", "augmentation", "inputs", "network", "initialization", "regularization", "dropout"),
    *("optimization", "early_stopping", "diagnosis", "compute"),
}
"""What an experiment says of all that happens once the dev examples are drawn."""


def same_dev(first: Experiment, second: Experiment) -> bool:
    """Whether two experiments draw the same dev examples from the same sources."""
    return _drawn(first) == _drawn(second)


def fingerprint(experiment: Experiment, started: Started | None) -> str:
    """A name that two runs share if their dev examples are the same."""
    checksums = [one.checksum for one in started.data] if started else []
    return hashlib.sha256(json.encode([_drawn(experiment), checksums])).hexdigest()[:16]


def _drawn(experiment: Experiment) -> dict[str, Any]:
    """What decides on the dev examples: of a file of their own no seed, unless they get noise or wrong labels.

    Which columns are learned from decides on them only where rows are left out by what their columns hold.
    """
    split, columns = experiment.split, experiment.columns
    if columns.missing != "drop rows" and columns.repeats != "drop":
        experiment = structs.replace(experiment, columns=structs.replace(columns, drop=(), categories="auto"))
    whatever = {"seed"} if experiment.data.dev_source and not (split.dev_noise or split.wrong_labels) else set()
    return {
        name: getattr(experiment, name)
        for name in experiment.__struct_fields__
        if name not in _LATER and name not in whatever
    }
