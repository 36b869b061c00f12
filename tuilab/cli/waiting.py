"""A word about a wait: what takes longer than a second says on the screen what is done, and how much of it by now."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from tuilab import stages
from tuilab.cli.line import rewrite
from tuilab.text import clean, is_screen
from tuilab.threads import begun

BEAT, NEXT = 1.0, 0.25
"""Seconds until the first word, and between two."""
_BAR = 12  # characters


@contextmanager
def waiting(subject: str) -> Iterator[None]:
    """Says on a terminal what is done with `subject` within the block, as long as it is; and in a line, if Ctrl-C did
    so, that it was ended."""
    wait = _Wait(clean(subject, 40))
    try:
        with stages.heard(wait.hear):
            yield
    except KeyboardInterrupt:
        wait.end()
        print(f"tuilab: {wait.what}: interrupted", file=sys.stderr)
        raise
    finally:
        wait.end()


class _Wait:
    """A thread that writes one line again and again, which is gone in the end."""

    def __init__(self, subject: str) -> None:
        self._subject, self._stage = subject, stages.Stage("reading", None)
        self._begun, self._over = monotonic(), threading.Event()
        self._thread = threading.Thread(target=self._say, daemon=True)
        if is_screen(sys.stderr):
            begun(self._thread)

    @property
    def what(self) -> str:
        """What is being done, and with what."""
        return f"{self._stage.doing} {self._subject}"

    def hear(self, stage: stages.Stage | None) -> None:
        """Takes how far it is."""
        self._stage = stage or self._stage

    def end(self) -> None:
        """Takes the line away."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _say(self) -> None:
        said, pause = False, BEAT
        while not self._over.wait(pause):
            from tuilab.words import bar  # not where there is nothing to wait for

            said, pause = True, NEXT
            share = self._stage.share
            told = "" if share is None else f"{bar(share, _BAR)}, "
            rewrite(f"{self.what}: {told}{monotonic() - self._begun:.0f} s, Ctrl-C ends it")
        if said:
            rewrite()
