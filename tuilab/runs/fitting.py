"""Whether a line of a log can be of the run that the lines before it tell of: what is well formed may contradict."""

from tuilab.events import AnyEvent, Errors, Finished, Progress, Signal, Started


def fits(event: AnyEvent, started: Started | None, reports: int) -> bool:
    """Whether `event` can follow where `started` was told, with reports of so many layers (0: none was made).

    Errors of a classification are shares, counts are of its classes, reports are of its layers.
    """
    match event:
        case Signal():
            rows = reports if started is None else len(started.layers) - 1
            return len(event.layers.mean) == rows or not rows
        case Progress():
            known = started is not None and started.target is not None  # else they are told of as shares
            return event.errors is None or known or _are_shares(event.errors)
        case Finished():
            if started is None:
                return all(error <= 1 for error in event.error.told.values())
            return _is_end_of(event, started)
        case _:
            return True


def is_another(started: Started, before: Started | None) -> bool:
    """Whether it is another network that is trained from here on, so that nothing from before is of it."""
    return before is not None and (
        started.layers != before.layers
        or started.classes != before.classes
        or (started.target is None) != (before.target is None)
    )


def _are_shares(errors: Errors) -> bool:
    """Whether no error is above 1; what is not finite is a text where it was read."""
    for column in (errors.train, errors.dev, errors.train_dev):
        for error in column if column is not None else ():
            if error > 1 if isinstance(error, float) else error == "inf":
                return False
    return True


def _is_end_of(end: Finished, started: Started) -> bool:
    tallies = [*end.tally.told.values(), *([end.threshold.tally] if end.threshold else [])]
    if started.target is not None:
        return not tallies
    shares = all(error <= 1 for error in end.error.told.values())
    return shares and all(len(one.examples) == len(started.classes) for one in tallies)
