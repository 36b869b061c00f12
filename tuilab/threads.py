"""Threads, of which a system may have no room for another: a limit on a person's processes counts them too."""

from threading import Thread

NO_ROOM = "can't start new thread"
"""What Python says then, in a `RuntimeError`."""


def begun(thread: Thread) -> bool:
    """Starts `thread`; False where there is no room for it."""
    try:
        thread.start()
    except RuntimeError:
        return False
    return True
