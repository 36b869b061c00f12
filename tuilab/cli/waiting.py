"""A word about a wait: what takes longer than a second says on the screen what it does, and for how long by now."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tuilab.text import clean, is_screen

BEAT = 1.0
"""Seconds until the first word, and between two."""


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Says on a terminal that `what` is done within the block, as long as it is, and in a line that Ctrl-C ended it."""
    over, said = threading.Event(), clean(what, 60)
    word = threading.Thread(target=_say, args=(said, over), daemon=True)
    if is_screen(sys.stderr):
        word.start()
    try:
        yield
    except KeyboardInterrupt:
        _end(word, over)
        print(f"tuilab: {said}: interrupted", file=sys.stderr)
        raise
    finally:
        _end(word, over)


def _end(word: threading.Thread, over: threading.Event) -> None:
    over.set()
    if word.is_alive():
        word.join()


def _say(what: str, over: threading.Event) -> None:
    """On one line, which is gone in the end."""
    beats = 0
    while not over.wait(BEAT):
        beats += 1
        sys.stderr.write(f"\r\x1b[K{what}: {beats * BEAT:.0f} s so far, Ctrl-C ends it")
        sys.stderr.flush()
    if beats:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
