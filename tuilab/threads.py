"""Threads, of which a system may have no room for another: a limit on a person's processes counts them too."""

from threading import Thread


def is_no_room(error: RuntimeError) -> bool:
    """Whether that is what Python says then."""
    return str(error) == "can't start new thread"


def begun(thread: Thread) -> bool:
    """Starts `thread`; False where there is no room for it."""
    try:
        thread.start()
    except RuntimeError as error:
        if not is_no_room(error):
            raise
        return False
    return True
