"""Threads, of which a system may have no room for another: a limit on a person's processes counts them too."""

from threading import Event, Thread


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


def check_room(count: int) -> None:
    """Raises Python's `RuntimeError`, which `is_no_room` knows, unless so many more threads can live at once."""
    over, threads = Event(), []
    try:
        for _ in range(count):
            thread = Thread(target=over.wait, daemon=True)
            thread.start()
            threads.append(thread)
    finally:
        over.set()
        for thread in threads:
            thread.join()
