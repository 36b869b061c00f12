"""The terminal: left as it was found, whatever ends the app. The one module that knows private names of Textual."""

import asyncio
import codecs
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from rich import control
from textual import content
from textual.app import App
from textual.drivers import linux_driver

from tuilab.text import CONTROLS, REPLACEMENT

PATIENCE = 2.0
"""Seconds that the app has to end, once it was told to, before the process ends without it."""
_RESET = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2004l\x1b[?2048l\x1b[<u"
    b"\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m"
)
"""Mouse, paste and resize reports off, keyboard protocol back, main screen, wrapping, cursor, plain text."""


def run(app: App[Any]) -> int:
    """Runs `app` until it ends; returns the exit code, 128 + n if signal n ended it.

    SIGTERM and SIGHUP end the app in good order. A terminal that takes no more bytes, or a thread that still works,
    may hold it up: after `PATIENCE` seconds the process ends all the same, the terminal restored.
    """
    _forgive_bad_bytes()
    _replace_controls()
    with _restoring() as restore, _signals(app, restore):
        # A loop of its own: closing the default one would wait for every thread.
        app.run(loop=asyncio.new_event_loop())
    code = app.return_code or 0
    _end_soon(code, restore)
    return code


def _forgive_bad_bytes() -> None:
    """Input that is not UTF-8 shows as U+FFFD instead of ending the app."""
    decoder = codecs.getincrementaldecoder("utf-8")
    vars(linux_driver)["getincrementaldecoder"] = lambda encoding: partial(decoder, errors="replace")


def _replace_controls() -> None:
    """Control characters show as U+FFFD in every widget; Textual and Rich take a few away and pass the rest on."""
    for module in (content, control):
        vars(module)["_CONTROL_STRIP_TRANSLATE"].update(dict.fromkeys(CONTROLS - {*map(ord, "\t\n")}, REPLACEMENT))


@contextmanager
def _restoring() -> Iterator[Callable[[], None]]:
    """A function that puts the terminal back by force, as it was at the start."""
    try:
        before = termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ else None
    except (termios.error, OSError, ValueError):
        before = None

    def restore() -> None:
        if before is None or sys.__stdin__ is None or sys.__stderr__ is None:
            return
        termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, before)
        os.set_blocking(sys.__stderr__.fileno(), False)
        os.write(sys.__stderr__.fileno(), _RESET)

    yield restore


@contextmanager
def _signals(app: App[Any], restore: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGHUP end the app; the handlers from before come back at the end."""

    def end(number: int, frame: FrameType | None) -> None:
        _end_soon(128 + number, restore)
        if app._loop is not None:
            app._loop.call_soon_threadsafe(partial(app.exit, return_code=128 + number))

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_soon(code: int, restore: Callable[[], None]) -> None:
    """Ends the process in `PATIENCE` seconds, unless it has ended by then."""

    def end() -> None:
        try:
            restore()
        finally:
            os._exit(code)

    watchdog = threading.Timer(PATIENCE, end)
    watchdog.daemon = True
    watchdog.start()
