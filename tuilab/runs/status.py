"""The status of a run, derived from evidence and never stored; its rate, and the time it still needs."""

from collections.abc import Collection
from typing import Literal

from tuilab.runs.requests import Request
from tuilab.runs.view import View

Status = Literal["starting", "running", "silent", "stopping", "done", "stopped", "diverged", "failed", "dead"]

ACTIVE: frozenset[Status] = frozenset({"starting", "running", "silent", "stopping"})
"""A run of such a status may still bring something new."""
PATIENCE = 10.0
"""Seconds: without an event for longer, a run is silent; unclaimed for longer, a new run is dead."""


def status(
    view: View,
    alive: bool | None,
    now: float,
    *,
    unclaimed: float | None = None,
    requests: Collection[Request] = (),
) -> Status:
    """What the evidence says of a run.

    `view` is of its whole log, `alive` was looked up before the log was read, `now` is in seconds since the epoch,
    `unclaimed` is the age in seconds of a run that no trainer has taken yet (None once one has).

    silent: the trainer lives, or may live on another host, but has sent nothing for `PATIENCE` seconds.
    dead: the trainer is gone without a last line.
    """
    if view.finished is not None:
        return _outcome(view.finished.status)
    if alive is False:
        # A process that was just started needs a moment to take the run.
        return "starting" if unclaimed is not None and abs(unclaimed) <= PATIENCE else "dead"
    # An event from the future is as old as one from the past: the clock was set, and nothing came since.
    if view.time is not None and abs(now - view.time) > PATIENCE:
        return "silent"
    if "stop" in requests:
        return "stopping"
    return "starting" if view.started is None else "running"


def rate(view: View) -> float | None:
    """Iterations per second of training; None while there is nothing to tell it from."""
    return view.iteration / view.seconds if view.iteration > 0 and view.seconds > 0 else None


def eta(view: View) -> float | None:
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
