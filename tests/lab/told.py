"""Summaries of runs, as a list has them."""

from tuilab.experiment import Experiment, edit
from tuilab.lab import RunSummary


def told(number: int, edits: dict[str, str] | None = None, **more: object) -> RunSummary:
    """The run `number`, done, of the default experiment with `edits`."""
    values = {"title": "", "status": "done", "created": number, "iteration": 1, "iterations": 1, "dev_error": None}
    experiment = edit(Experiment(), edits or {})
    return RunSummary(name=f"run-{number:04}", **{"experiment": experiment, **values, **more})
