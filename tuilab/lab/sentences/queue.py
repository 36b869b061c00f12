"""What is said of a queue whose worker does nothing."""

from tuilab.queue import RETRY, Stall
from tuilab.text import clean
from tuilab.words import last_sign


def stall_text(stall: Stall) -> str:
    """What is amiss and what to do about it, in a line."""
    what = "" if stall.hindered else "waits for its worker, "
    return f"the queue {what}{stall_value(stall)}: {stall_advice(stall)}"


def stall_value(stall: Stall) -> str:
    """Which process it is, and since when it does nothing; or what hinders it."""
    if stall.hindered:
        return f"cannot begin what waits ({clean(stall.hindered)})"
    if stall.stopped:
        return f"process {stall.pid}, which is stopped"
    place = f" {stall.place}" if stall.place else ""
    return f"process {stall.pid}{place}, {last_sign(stall.silent)}"


def stall_advice(stall: Stall) -> str:
    """How it goes on, or another in its place."""
    if stall.hindered:
        return f"it tries again every {RETRY:g} s"
    if stall.place:
        return f"if it has ended or shall not go on, remove {clean(str(stall.lock))}; no run is started twice"
    other = f"`kill -KILL {stall.pid}` lets another take over"
    return f"`kill -CONT {stall.pid}` lets it go on, {other}" if stall.stopped else other
