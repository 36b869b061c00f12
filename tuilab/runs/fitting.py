"""Whether a line of a log can be of the run that the lines before it tell of: what is well formed may contradict."""

import math
from collections.abc import Mapping, Sequence

from msgspec.structs import astuple

from tuilab.errors import BadInput
from tuilab.events import Errors, Finished, Signal, Started
from tuilab.experiment import alone, knobs
from tuilab.nn.task import CLASSIFICATION, Task, task_of, wants_numbers


def is_known(started: Started) -> bool:
    """Whether its task is one of this version."""
    return started.target is None or wants_numbers(started.target.task)


def is_another(started: Started, before: Started | None) -> bool:
    """Whether it is another network that is trained from here on, so that nothing from before is of it."""
    return before is not None and (
        started.layers != before.layers
        or started.classes != before.classes
        or task_of(started.target).name != task_of(before.target).name
    )


def is_report_of(report: Signal, started: Started | None, before: Sequence[Signal]) -> bool:
    """Whether each of its columns is of these layers; of which one nobody knows, of those of the reports `before`."""
    rows = {len(column) for column in astuple(report.layers) if column is not None}
    if started is not None:
        return rows == {len(started.layers) - 1}
    return len(rows) == 1 and (not before or rows == {len(before[0].layers.mean)})


def are_shares(errors: Errors, started: Started | None) -> bool:
    """Whether no error is above what its task allows: none of a classification is above 1, nor of what nobody knows."""
    largest = task_in(started).largest
    if largest == math.inf:
        return True
    for column in (errors.train, errors.dev, errors.train_dev):
        for error in column if column is not None else ():
            # What is not finite is a text where it was read.
            if error > largest if isinstance(error, float) else error == "inf":
                return False
    return True


def is_end_of(end: Finished, started: Started | None) -> bool:
    """Whether its counts are of the run's classes, and its errors such as its task has.

    Numbers alone have spreads, and examples that are far off.
    """
    task = task_in(started)
    if not all(error <= task.largest for error in end.error.told.values()):
        return False
    if started is None:
        return True
    tallies = [*end.tally.told.values(), *([end.threshold.tally] if end.threshold else [])]
    if not task.of_classes:
        return not tallies
    alone = not end.spread.told and not end.agreement.told and not end.outliers.told
    return alone and all(len(one.examples) == len(started.classes) for one in tallies)


def are_edits(edits: Mapping[str, str]) -> bool:
    """Whether each value is one that its knob may have, as far as this version knows such a knob."""
    try:
        for path in edits.keys() & knobs():
            alone(path, edits[path])
    except BadInput:
        return False
    return True


def task_in(started: Started | None) -> Task:
    """What a network is for; classes where that is not known."""
    return CLASSIFICATION if started is None else task_of(started.target)
