"""What the command line says of a list of runs, for a person, and by which code it ends."""

from collections.abc import Sequence
from datetime import datetime

from tuilab.lab import RunSummary
from tuilab.lab.apart import Trait
from tuilab.text import clean
from tuilab.words import percent
from tuilab.words.table import aligned

EXIT_CODES = {"done": 0, "stopped": 0, "diverged": 3}
"""By a run's status; every other one has failed (1)."""

WIDEST = 30
"""Characters of a value of a knob in the list of runs."""


def runs_text(runs: Sequence[RunSummary], apart: Sequence[Trait] = ()) -> str:
    """The list of runs as aligned columns, with those of the knobs by which they are told `apart`."""
    knobs = [(one.short.upper(), one.text) for one in apart]
    head = ("RUN", "STATUS", "WHEN", "ITERATION", "SECONDS", "TRAIN", "DEV", "TEST")
    rows = [(*head, *(name for name, _ in knobs), "FROM", "TITLE")]
    for run in runs:
        when = datetime.fromtimestamp(run.created).isoformat(" ", "minutes")
        made = (f"{run.iteration:,}/{run.iterations:,}", f"{run.seconds:.1f}") if not run.fault else ("–", "–")
        errors = (percent(run.train_error), percent(run.dev_error), percent(run.test_error))
        title = run.fault or clean(f"{run.about.label}: {run.title}" if run.about.label else run.title, 60)
        values = (told if len(told := text(run)) <= WIDEST else clean(told, WIDEST) for _, text in knobs)
        rows.append((run.name, run.status, when, *made, *errors, *values, run.about.parent, title))
    return "\n".join(aligned(rows, f"lll{'r' * (5 + len(knobs))}ll"))
