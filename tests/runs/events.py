"""Events for the tests of this room."""

from collections.abc import Iterable

import numpy as np

from tuilab.events import VERSION, AnyEvent, Column, Costs, Errors, Finished, Parts, Progress, Started, encode


def column(*numbers: float) -> Column:
    return np.array(numbers, dtype=np.float64)


def started(time: float = 0.0, version: int = VERSION) -> Started:
    return Started(
        time=time,
        version=version,
        iterations=1000,
        layers=(2, 3, 1),
        parameters=13,
        classes=("no", "yes"),
        examples=Parts(train=6, dev=2),
    )


def progress(iteration: int, *costs: float, time: float | None = None) -> Progress:
    """Points of the cost curve, the last one after `iteration` updates, and one of the error curve."""
    return Progress(
        time=iteration / 10 if time is None else time,
        iteration=iteration,
        seconds=iteration / 100,
        costs=Costs(
            iteration=np.arange(iteration - len(costs) + 1, iteration + 1, dtype=np.float64),
            data=column(*costs),
            penalty=np.full(len(costs), 0.25),
        ),
        errors=Errors(iteration=column(iteration), train=column(0.5), dev=column(np.nan)),
    )


def finished(iteration: int = 1000, status: str = "done", dev: float | None = None) -> Finished:
    return Finished(
        time=iteration / 10,
        status=status,
        reason="",
        iteration=iteration,
        seconds=iteration / 100,
        error=Parts() if dev is None else Parts(train=0.0, dev=dev),
    )


def lines(events: Iterable[AnyEvent]) -> list[bytes]:
    """Events in a form that can be compared: NaN equals NaN."""
    return [encode(event) for event in events]
