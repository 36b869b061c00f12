"""Whether a line of a log can be of the run that the lines before it tell of: what is well formed may contradict."""

from collections.abc import Sequence

from msgspec.structs import astuple

from tuilab.events import Errors, Finished, Signal, Started


def is_another(started: Started, before: Started | None) -> bool:
    """Whether it is another network that is trained from here on, so that nothing from before is of it."""
    return before is not None and (
        started.layers != before.layers
        or started.classes != before.classes
        or (started.target is None) != (before.target is None)
    )


def is_report_of(report: Signal, started: Started | None, before: Sequence[Signal]) -> bool:
    """Whether each of its columns is of these layers; of which one nobody knows, of those of the reports `before`."""
    rows = {len(column) for column in astuple(report.layers) if column is not None}
    if started is not None:
        return rows == {len(started.layers) - 1}
    return len(rows) == 1 and (not before or rows == {len(before[0].layers.mean)})


def are_shares(errors: Errors, started: Started | None) -> bool:
    """Whether no error is above 1, as those of a classification, and of what nobody knows."""
    if started is not None and started.target is not None:
        return True
    for column in (errors.train, errors.dev, errors.train_dev):
        for error in column if column is not None else ():
            # What is not finite is a text where it was read.
            if error > 1 if isinstance(error, float) else error == "inf":
                return False
    return True


def is_end_of(end: Finished, started: Started | None) -> bool:
    """Whether its counts are of the run's classes, and its errors shares unless it is a regression.

    A regression alone has spreads, and examples that it is far off on.
    """
    if started is None:
        return all(error <= 1 for error in end.error.told.values())
    tallies = [*end.tally.told.values(), *([end.threshold.tally] if end.threshold else [])]
    if started.target is not None:
        return not tallies
    shares = not end.spread.told and not end.outliers.told and all(error <= 1 for error in end.error.told.values())
    return shares and all(len(one.examples) == len(started.classes) for one in tallies)
