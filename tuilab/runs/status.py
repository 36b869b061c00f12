"""The status of a run, derived from evidence and never stored; its rate, and the time it still needs."""

from collections.abc import Collection
from typing import Literal

from tuilab.runs.requests import Request
from tuilab.runs.view import RunView

Status = Literal[
    "queued",
    "starting",
    "running",
    "paused",
    "no progress",
    "stopping",
    "done",
    "stopped",
    "diverged",
    "failed",
    "dead",
    "not readable",
]
"""The last one is that of a folder whose evidence cannot be taken."""

ACTIVE: frozenset[Status] = frozenset({"queued", "starting", "running", "paused", "no progress", "stopping"})
"""A run of such a status may still bring something new."""
BUSY: frozenset[Status] = ACTIVE - {"queued", "paused"}
"""A run of such a status takes a core."""
PATIENCE = 5.0
"""Seconds without a sign of life (there is one a second) after which there is no progress."""
MEASURABLE = 1e-6
"""Seconds of training from which on a rate can be told."""
PATIENCE_ITERATIONS = 3
"""Of a run with long iterations, how many of them must pass before that is said."""


def status(
    view: RunView,
    alive: bool | None,
    now: float,
    *,
    requests: Collection[Request] = (),
    heard: float | None = None,
) -> Status:
    """What the evidence says of a run.

    `view` is of its whole log, `alive` was looked up before the log was read, `now` is in seconds since the epoch,
    `heard` is for how many seconds, by a clock that nobody sets, the log has not been seen to grow (None if it was not
    watched).

    queued: no trainer has begun it, and one is asked for; stopped is also what was stopped while it was queued.
    no progress: the trainer lives, or may live on another host, but its loop has sent no sign of life for a while.
    dead: the trainer is gone without a last line.
    """
    if view.finished is not None:
        return _outcome(view.finished.status)
    if alive is False:
        unbegun = view.time is None
        return "stopped" if unbegun and "stop" in requests else "queued" if unbegun and "start" in requests else "dead"
    if silence(view, now, heard) > patience(view):
        return "no progress"
    if "stop" in requests:
        return "stopping"
    if view.paused:
        return "paused"
    return "starting" if view.started is None else "running"


def patience(view: RunView) -> float:
    """Seconds without a sign of life that mean nothing yet."""
    pace = rate(view)
    return PATIENCE if pace is None else max(PATIENCE, PATIENCE_ITERATIONS / pace)


def silence(view: RunView, now: float, heard: float | None) -> float:
    """Seconds since the last sign of life, 0 before the first one.

    An event from the future tells nothing: the clock was set back, or the trainer's host has another one. Watching
    the log is evidence that no clock can spoil.
    """
    if view.time is None:
        return 0.0
    told = now - view.time
    if told < 0:
        return heard or 0.0
    return told if heard is None else min(told, heard)


def rate(view: RunView) -> float | None:
    """Iterations per second of training; None while there is nothing to tell it from."""
    return view.iteration / view.seconds if view.iteration > 0 and view.seconds > MEASURABLE else None


def eta(view: RunView) -> float | None:
    """Seconds of training that are left at the rate so far, never negative; None if unknown or over.

    It rests on the trainer's own count of seconds, so setting the clock does nothing to it.
    """
    pace = rate(view)
    if view.started is None or view.finished is not None or pace is None:
        return None
    return max(0.0, (view.started.iterations - view.iteration) / pace)


def _outcome(told: str) -> Status:
    match told:
        case "done" | "stopped" | "diverged":
            return told
        case _:
            return "failed"
