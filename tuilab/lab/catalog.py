"""The list of runs as data for other programs: each run with its figures and its whole experiment."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from tuilab.experiment import Experiment, get, knobs, to_dict
from tuilab.lab.apart import UNTOLD
from tuilab.lab.export import as_json
from tuilab.lab.summary import RunSummary
from tuilab.text import clean

SCHEMA = 1
"""Grows when a name or the meaning of a value changes; names may be added."""


def runs_json(runs: Iterable[RunSummary]) -> str:
    """One JSON object: `schema`, and `runs`, each with its `experiment`; what is not known is null."""
    found = [
        {**_figures(run), "experiment": None if run.experiment is None else _settings(run.experiment)} for run in runs
    ]
    return as_json({"schema": SCHEMA, "runs": found})


def runs_csv(runs: Iterable[RunSummary]) -> str:
    """A row a run: the schema, its figures, then a column for each knob by its path; what is not known is empty."""
    paths = {path: knob for path, knob in knobs().items() if path not in UNTOLD}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["schema", *FIGURES, *paths])
    for run in runs:
        one = run.experiment
        settings = ["" if one is None else clean(knob.format(get(one, path)), 4096) for path, knob in paths.items()]
        writer.writerow([SCHEMA, *_figures(run).values(), *settings])
    return text.getvalue()


FIGURES = (
    "name",
    "label",
    "note",
    "parent",
    "title",
    "status",
    "fault",
    "created",
    "iteration",
    "iterations",
    "seconds",
    "train_error",
    "dev_error",
    "best_dev_error",
    "test_error",
)
"""Of a run: errors as fractions, `created` in seconds since the epoch, `fault` why it cannot be read."""
_SAID = ("label", "note", "parent")


def _figures(run: RunSummary) -> dict[str, Any]:
    return {name: getattr(run.about if name in _SAID else run, name) for name in FIGURES}


def _settings(experiment: Experiment) -> dict[str, Any]:
    return {key: value for key, value in to_dict(experiment).items() if key not in UNTOLD}
