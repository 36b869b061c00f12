"""`python -m tuilab.worker HOME [LOCK TRAINERS]`: works off the queue of the store at HOME, then ends.

Whoever starts it gives it the store's LOCK, as a descriptor, and says when it is to begin by the end of its standard
input. So many TRAINERS are started at once, one of which loads the libraries for all meanwhile.
"""

import sys
from contextlib import suppress

from tuilab.spawning import Spawned, spawned_together


def run(home: str, lock: str = "", trainers: str = "0") -> None:
    """Starts the trainers, then works off the queue."""
    ready: list[Spawned] = []
    with suppress(OSError):  # no room for a process: the worker tries it again when there is something to train
        ready.extend(spawned_together(int(trainers)))
    from tuilab.queue.starting import main

    main(home, lock, ready)


if __name__ == "__main__":
    run(*sys.argv[1:])
