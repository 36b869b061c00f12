"""A line of the list of runs."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct, structs

from tuilab import runs
from tuilab.errors import BadInput
from tuilab.events import Column
from tuilab.experiment import Experiment
from tuilab.lab.dev_set import fingerprint
from tuilab.lab.watching import edited, latest_error
from tuilab.runs import About, RunFolder, Status
from tuilab.text import clean

SPARKS = 12
"""Values of a summary's little cost curve."""
LATEST = 2.5e11
"""Seconds since the epoch: the year 9892, up to which a date can be shown in any time zone."""
WholeNumber = Annotated[int, Meta(ge=0, le=2**63 - 1)]
ErrorFigure = Annotated[float, Meta(ge=0, le=1e9)]
"""A share, which of a regression may be above 1; of a larger one the log is read again."""


class RunSummary(Struct, frozen=True, kw_only=True, gc=False):
    """What a list says of a run. The ranges hold for what is read back from a file."""

    name: str
    title: str
    status: Status
    created: Annotated[float, Meta(ge=0, le=LATEST)]
    iteration: WholeNumber
    iterations: WholeNumber
    train_error: ErrorFigure | None = None
    dev_error: ErrorFigure | None
    """The last one measured, as are the other two."""
    test_error: ErrorFigure | None = None
    best_dev_error: ErrorFigure | None = None
    seconds: Annotated[float, Meta(ge=0, le=LATEST)] = 0.0
    """Of training."""
    experiment: Experiment | None = None
    """As it is now, without title and text, which tell the trainer nothing; None where it cannot be read."""
    dev_set: Annotated[str, Meta(pattern="^[0-9a-f]{0,16}$")] = ""
    """The fingerprint of its dev examples."""
    about: About = About()
    fault: str = ""
    """Why the run cannot be read, where it is "not readable"."""
    spark: Annotated[tuple[float | None, ...], Meta(max_length=SPARKS)] = ()
    """The total cost along the run, the median of each of at most `SPARKS` equal stretches; None: not finite."""


def summary(folder: RunFolder, experiment: Experiment, look: runs.Look) -> RunSummary:
    """What a list says of a run that trains `experiment` and was found as `look` says. Raises `BadInput`."""
    view, error = look.view, latest_error(look.view)
    return RunSummary(
        name=folder.name,
        title=clean(experiment.name),
        status=look.status,
        created=_created(folder),
        iteration=view.iteration,
        iterations=view.started.iterations if view.started else experiment.optimization.iterations,
        train_error=error.train,
        dev_error=error.dev,
        test_error=error.test,
        best_dev_error=best(view.error.dev),
        seconds=view.seconds,
        experiment=structs.replace(edited(experiment, view), title="", about=""),
        dev_set=fingerprint(experiment, view.started),
        about=runs.read_about(folder),
        spark=spark(view.cost.total),
    )


def unreadable(folder: RunFolder, error: BadInput) -> RunSummary:
    """What a list says of a run that cannot be read."""
    return RunSummary(
        name=folder.name,
        title="",
        status="not readable",
        created=_created(folder),
        iteration=0,
        iterations=0,
        dev_error=None,
        fault=f"{Path(error.file).name}: {error.message}" if error.file else error.message,
    )


def best(errors: Column) -> float | None:
    """The lowest of the errors that were measured, shape (n,); None if there is none."""
    measured = errors[np.isfinite(errors)]
    return float(measured.min()) if measured.size else None


def spark(values: Column, size: int = SPARKS) -> tuple[float | None, ...]:
    """`values`, shape (n,), as at most `size` medians of equal stretches; None where one is not finite."""
    if not values.size:
        return ()
    with np.errstate(over="ignore", invalid="ignore"):  # of a diverging run
        medians = [float(np.median(stretch)) for stretch in np.array_split(values, min(size, values.size))]
    return tuple(median if np.isfinite(median) else None for median in medians)


def _created(folder: RunFolder) -> float:
    """When the experiment was written, or at least the folder; of a clock that cannot be shown, the nearest time."""
    found = None
    for path in (folder.experiment_file, folder.path):
        with suppress(BadInput):
            found = found or runs.look_up(path)
    return min(max(found.st_mtime, 0.0), LATEST) if found else 0.0
