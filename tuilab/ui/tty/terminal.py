"""The terminal: left as it was found, whatever ends the app. The one module that knows private names of Textual."""

import asyncio
import codecs
import locale
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial, wraps
from types import FrameType
from typing import IO, Any
from weakref import WeakSet

from rich import control
from rich.console import Console
from rich.control import Control
from textual import _compositor, _styles_cache, content, dom, reactive
from textual import screen as screens
from textual._compositor import ChopsUpdate, Compositor, ReflowResult
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.css import model
from textual.dom import DOMNode
from textual.drivers import linux_driver
from textual.drivers._writer_thread import WriterThread
from textual.events import Key
from textual.geometry import Size
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from tuilab.text import CONTROLS, REPLACEMENT, RESET
from tuilab.ui.tty.ascii import to_ascii

ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""Signals that end the app."""
PATIENCE = 2.0
"""Seconds that the app has to end, once it was told to, before the process ends without it."""
ESCAPE, INTRODUCERS = "\x1b", "[O\x1b\x7f"
"""What begins the sequence of a key that is no letter; alt+backspace is a key of its own."""
_GLANCE = 0.05
"""Seconds between two looks whether a slow line has taken what it was given."""
PROBE = 1.0
"""Seconds between two looks whether the terminal is still there."""


class AsciiDriver(linux_driver.LinuxDriver):
    """Writes ASCII alone."""

    def write(self, data: str) -> None:
        """Writes what stands for `data`, cell by cell."""
        super().write(to_ascii(data))


def run(app: App[Any], *, ascii: bool = False, record: Callable[[Exception], object] = lambda error: None) -> int:
    """Runs `app` until it ends; returns the exit code, 128 + n if signal n ended it.

    `ascii`: nothing else is written; nor is it where the locale's encoding has no more. `record` is told what ends it.
    A signal of `ENDS` and the loss of the terminal end the app in good order. A terminal that takes no more bytes, or a
    thread that still works, may hold it up: after `PATIENCE` seconds the process ends all the same, the terminal
    restored.
    """
    tell_rules_apart()
    _forgive_bad_bytes()
    _part_escape()
    _replace_controls()
    _write_what_changed()
    _notice_what_moved()
    _wait_for_a_slow_line()
    _let_one_read()
    _forget_what_is_gone()
    _end_quietly(app, record)
    if ascii or not codecs.lookup(locale.getencoding()).name.startswith("utf"):
        app.driver_class = AsciiDriver
    with _restoring() as restore, _signals(app, restore), _probing(app, restore):
        # A loop of its own: closing the default one would wait for every thread.
        app.run(loop=asyncio.new_event_loop())
    code = app.return_code or 0
    _end_soon(code, restore)
    return code


def forget_exported_size() -> None:
    """An app made after this asks the terminal for its size; a shell may export the size of an hour ago."""
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)


def tell_rules_apart() -> None:
    """Rules of a stylesheet are told apart by Python itself, for which it calls no function.

    Textual's own says the same, and to style a widget asks it of every rule there is: a tenth of a start.
    """
    vars(model)["RuleSet"].__hash__ = object.__hash__


def _forgive_bad_bytes() -> None:
    """Input that is not UTF-8 shows as U+FFFD instead of ending the app."""
    decoder = codecs.getincrementaldecoder("utf-8")
    vars(linux_driver)["getincrementaldecoder"] = lambda encoding: partial(decoder, errors="replace")


def _part_escape() -> None:
    """Escape and a letter right behind it are two keys: no key of the lab is alt and a letter."""

    class Parser(XTermParser):
        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            if alt or (len(sequence) == 2 and sequence[0] == ESCAPE and sequence[1] not in INTRODUCERS):
                yield Key("escape", ESCAPE)
                sequence = sequence[-1]
            yield from super()._sequence_to_key_events(sequence)

    vars(linux_driver)["XTermParser"] = Parser


def _replace_controls() -> None:
    """Control characters show as U+FFFD in every widget; Textual and Rich take a few away and pass the rest on."""
    for module in (content, control):
        vars(module)["_CONTROL_STRIP_TRANSLATE"].update(dict.fromkeys(CONTROLS - {*map(ord, "\t\n")}, REPLACEMENT))


def _write_what_changed() -> None:
    """An update writes the changed cells of a row alone; Textual writes it from the left edge of the widget on."""

    def render_segments(self: ChopsUpdate, console: Console) -> str:
        sequences = []
        for y, left, right in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= right or end <= left:
                    continue
                start, stop = max(x, left), min(end, right)
                sequences += [Control.move_to(start, y).segment.text, strip.crop(start - x, stop - x).render(console)]
        return "".join(sequences)

    vars(_compositor)["ChopsUpdate"].render_segments = render_segments


def _notice_what_moved() -> None:
    """A layout is compared with the one that is on the screen.

    Textual compares it with its map of the widgets, which whoever asks where one of them is may have brought up to date
    meanwhile: what has moved then stays where it was painted.
    """
    reflow = Compositor.reflow

    def from_painted(self: Compositor, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = vars(self).get("painted", self._full_map)
        result = reflow(self, parent, size)
        vars(self)["painted"] = self._full_map
        return result

    vars(_compositor)["Compositor"].reflow = from_painted


def _forget_what_is_gone() -> None:
    """What a widget has drawn, and that it watches something, goes with it.

    Textual keeps the one beside the colors of the last thousand widgets, and the other until what is watched changes.
    """
    mixed = StylesCache.get_inner_outer
    colors = lru_cache(1024)(partial(mixed.__wrapped__, StylesCache))

    @wraps(mixed)
    def get_inner_outer(self: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
        return colors(base_background, background)

    watch = reactive._watch

    @wraps(watch)
    def watch_anew(node: DOMNode, watched: DOMNode, *what: Any, **how: Any) -> None:
        for watchers in getattr(watched, "__watchers", {}).values():
            watchers[:] = [one for one in watchers if not one[0]._closing]
        watch(node, watched, *what, **how)

    vars(_styles_cache)["StylesCache"].get_inner_outer = get_inner_outer
    vars(dom)["_watch"] = watch_anew


def _wait_for_a_slow_line() -> None:
    """What changes while the terminal still takes the last update waits, so that the newest is all that it gets next.

    Textual queues 30 whole updates, and then the app stands still.
    """
    update = Screen._compositor_refresh
    waiting: WeakSet[Screen[Any]] = WeakSet()

    def refresh(screen: Screen[Any]) -> None:
        writer = getattr(screen.app._driver, "_writer_thread", None)
        if not isinstance(writer, _Writer) or not writer.busy:
            update(screen)
        elif screen not in waiting:
            waiting.add(screen)
            screen.set_timer(_GLANCE, partial(again, screen))

    def again(screen: Screen[Any]) -> None:
        waiting.discard(screen)
        # What became dirty meanwhile is taken up; the update forgets whatever it has not been told of.
        screen._compositor.update_widgets(screen._dirty_widgets)
        refresh(screen)

    vars(linux_driver)["WriterThread"] = _Writer
    vars(screens)["Screen"]._compositor_refresh = refresh


def _let_one_read() -> None:
    """After SIGSTOP and SIGCONT one thread reads what is typed, as before.

    Textual takes every SIGCONT for the end of a suspension that it began itself, and starts a thread that reads: beside
    the one that still does, letters change places.
    """
    resume = linux_driver.LinuxDriver._sigcont_application
    answering, asked = False, False

    def resume_in_turn(driver: linux_driver.LinuxDriver, *args: Any) -> None:
        """The next signal may come while one is answered: it is answered then, and not in the midst of that."""
        nonlocal answering, asked
        asked = True
        if answering:
            return
        answering = True
        try:
            while asked:
                asked = False
                resume_alone(driver, *args)
        finally:
            answering = False

    def resume_alone(driver: linux_driver.LinuxDriver, *args: Any) -> None:
        reader = driver._key_thread
        reads = reader is not None and reader.is_alive()
        if reads:
            vars(driver)["_run_input_thread"] = lambda: None  # what the thread would do that is started
        resume(driver, *args)
        if reads:
            del vars(driver)["_run_input_thread"]
            driver._key_thread = reader

    vars(linux_driver)["LinuxDriver"]._sigcont_application = resume_in_turn


def _end_quietly(app: App[Any], record: Callable[[Exception], object] = lambda error: None) -> None:
    """An app that is told to end while its widgets are being made takes no harm from those that miss each other.

    What ends it is told to `record`: a traceback on a narrow terminal helps nobody.
    """
    handle = app._handle_exception

    def end(error: Exception) -> None:
        if not app._exit:
            record(error)
            handle(error)

    vars(app)["_handle_exception"] = end


class _Writer(WriterThread):
    """Textual's writer, which knows whether it still has something to write."""

    def __init__(self, file: IO[str]) -> None:
        super().__init__(file)
        self._asked = self._done = 0

    @property
    def busy(self) -> bool:
        return self._asked > self._done

    def write(self, text: str) -> None:
        self._asked += 1
        super().write(text)

    def run(self) -> None:
        while (text := self._queue.get()) is not None:
            self._file.write(text)
            if self._queue.empty():
                self._file.flush()
            self._done += 1
        self._file.flush()


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
        screen = sys.__stderr__.fileno()
        blocking = os.get_blocking(screen)
        os.set_blocking(screen, False)
        try:
            os.write(screen, RESET.encode())
        finally:
            os.set_blocking(screen, blocking)  # the shell has the same terminal

    yield restore


@contextmanager
def _signals(app: App[Any], restore: Callable[[], None]) -> Iterator[None]:
    """What ends a program ends the app; the handlers from before come back at the end."""

    def end(number: int, frame: FrameType | None) -> None:
        _end(app, 128 + number, restore)

    before = {number: signal.signal(number, end) for number in ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _probing(app: App[Any], restore: Callable[[], None]) -> Iterator[None]:
    """A terminal that goes away without a signal, or with one that is ignored, ends the app as SIGHUP does."""
    over = threading.Event()

    def probe() -> None:
        while not over.wait(PROBE):
            try:
                termios.tcgetattr(0)
            except termios.error:
                _end(app, 128 + signal.SIGHUP, restore)
                break

    threading.Thread(target=probe, name="probe of the terminal", daemon=True).start()
    yield
    over.set()


def _end(app: App[Any], code: int, restore: Callable[[], None]) -> None:
    """Ends the app in good order, or in `PATIENCE` seconds without."""
    _end_soon(code, restore)
    if app._loop is not None:
        app._loop.call_soon_threadsafe(partial(app.exit, return_code=code))


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
