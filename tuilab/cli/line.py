"""One line of a terminal, written again and again while somebody waits."""

import sys
from collections.abc import Callable, Iterable
from shutil import get_terminal_size
from typing import TypeVar

from tuilab.text import is_screen

T = TypeVar("T")


def rewrite(text: str = "") -> None:
    """Puts `text`, cut to the width, in the place of what the line of standard error says; nothing takes it away."""
    width = get_terminal_size().columns - 1
    sys.stderr.write(f"\r\x1b[K{text[:width]}")
    sys.stderr.flush()


def told(points: Iterable[T], words: Callable[[T], str]) -> list[T]:
    """All of `points`; on a terminal the newest one is told while the next one is waited for."""
    found, is_seen = list[T](), is_screen(sys.stderr)
    for point in points:
        found.append(point)
        if is_seen:
            rewrite(words(point))
    if is_seen:
        rewrite()
    return found
