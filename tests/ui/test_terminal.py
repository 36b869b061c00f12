"""The terminal is left as it was found, whatever ends the app. A real one: a pty."""

import fcntl
import gc
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import threading
import tty
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from rich import control
from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from textual import content, dom, reactive
from textual._compositor import ChopsUpdate
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.content import Content
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.strip import Strip

from tests.forge import Process
from tests.trainers import PATIENCE
from tuilab.text import CONTROLS, RESET
from tuilab.ui.plots.plot import Plot
from tuilab.ui.tty import terminal as terminal_module

READY = b"Quit"
"""The last word of the first screen."""
MAIN_SCREEN, MOUSE_OFF = b"\x1b[?1049l", b"\x1b[?1000l"


class Terminal:
    """The lab in a pty of 120×40."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.seen = b""
        command = [sys.executable, "-m", "tuilab"]
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = Process(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=environment, start_new_session=True
        )

    def read_until(self, text: bytes) -> None:
        """Reads until `text` was seen or the app has ended."""
        while text not in self.seen:
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 1 << 16)
            elif self.process.poll() is not None:
                return

    def end(self) -> int:
        """Reads to the end of the app; returns its exit code."""
        while self.process.poll() is None:
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 1 << 16)
        while select.select([self.master], [], [], 0)[0]:
            self.seen += os.read(self.master, 1 << 16)
        return self.process.returncode


@pytest.fixture
def terminal(home: Path) -> Terminal:
    terminal = Terminal()
    terminal.read_until(READY)
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_the_app_and_restores_the_terminal(terminal: Terminal, number: signal.Signals) -> None:
    terminal.process.send_signal(number)
    assert terminal.end() == 128 + number
    assert termios.tcgetattr(terminal.slave) == terminal.before
    tail = terminal.seen[terminal.seen.rindex(READY) :]
    assert MAIN_SCREEN in tail and MOUSE_OFF in tail


def test_a_forced_end_leaves_the_terminal_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines whole again, and whoever writes to it next is not told that it would block."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "r+b", buffering=0) as screen, os.fdopen(master, "rb", buffering=0) as seen:
        monkeypatch.setattr(sys, "__stdin__", screen)
        monkeypatch.setattr(sys, "__stderr__", screen)
        before = termios.tcgetattr(slave)
        with terminal_module._restoring() as restore:
            tty.setraw(slave)
            restore()
        assert termios.tcgetattr(slave) == before and os.get_blocking(slave)
        assert seen.read(1000) == RESET.encode()


def test_what_a_forced_end_and_tuilab_reset_write_undoes_every_mode_that_the_app_sets(terminal: Terminal) -> None:
    asked = set(re.findall(r"\x1b\[\?(\d+)h", terminal.seen.decode(errors="replace"))) - {"7", "25"}  # as they were
    os.write(terminal.master, b"q")
    terminal.end()
    assert {"1000", "1004", "1049", "2004"} <= asked
    assert asked <= set(re.findall(r"\x1b\[\?(\d+)l", RESET))


def test_bytes_that_are_not_utf8_do_not_end_the_app(terminal: Terminal) -> None:
    os.write(terminal.master, b"\xe9\xff")
    os.write(terminal.master, b"q")
    assert terminal.end() == 0


def test_what_no_cleaner_has_seen_shows_as_a_replacement_in_every_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in (content._CONTROL_STRIP_TRANSLATE, control._CONTROL_STRIP_TRANSLATE):
        for code in CONTROLS:
            monkeypatch.setitem(table, code, None)  # what is set here is put back
    terminal_module._replace_controls()
    payload = "".join(map(chr, sorted(CONTROLS - {*map(ord, "\t\n")})))
    assert Content(payload).plain == Text(payload).plain == "\ufffd" * len(payload)


def test_an_update_writes_the_changed_cells_alone() -> None:
    terminal_module._write_what_changed()
    row = Strip([Segment("kept "), Segment("changed"), Segment(" kept too")])
    update = ChopsUpdate([{0: Strip([Segment("left|")]), 5: row}], [(0, 10, 17)], [[5, 26]])
    assert update.render_segments(Console()) == "\x1b[1;11Hchanged"
    whole = ChopsUpdate([{0: Strip([Segment("left|")]), 5: row}], [(0, 3, 12)], [[5, 26]])
    assert whole.render_segments(Console()) == "\x1b[1;4Ht|\x1b[1;6Hkept ch"


@pytest.mark.usefixtures("home")
async def test_what_is_closed_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Room(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Plot()

    monkeypatch.setattr(StylesCache, "get_inner_outer", StylesCache.get_inner_outer)
    monkeypatch.setattr(dom, "_watch", reactive._watch)
    terminal_module._forget_what_is_gone()
    app = App[None]()
    async with app.run_test() as pilot:
        gone = []
        for _ in range(2):  # the second one comes when the first is closed
            await app.push_screen(Room())
            await pilot.pause()
            plot = app.screen.query_one(Plot)
            gone += [weakref.ref(plot), weakref.ref(plot._styles_cache)]
            del plot
            await app.pop_screen()
            await pilot.pause()
        gc.collect()
        assert [one() for one in gone[:2]] == [None, None]


def test_ascii_alone_is_written_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUILAB_ASCII", "1")
    terminal = Terminal()
    terminal.read_until(READY)
    os.write(terminal.master, b"q")
    assert terminal.end() == 0
    assert terminal.seen.isascii()


@pytest.mark.usefixtures("home")
def test_no_color_is_written_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    terminal = Terminal()
    terminal.read_until(READY)
    os.write(terminal.master, b"q")
    assert terminal.end() == 0
    shades = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.seen)
    assert shades
    assert all(red == green == blue for red, green, blue in shades)


@pytest.mark.usefixtures("home")
def test_a_terminal_that_goes_away_without_a_signal_ends_the_app() -> None:
    terminal = Terminal()  # it is not the controlling one of the app's session
    terminal.read_until(READY)
    os.close(terminal.slave)
    os.close(terminal.master)
    assert terminal.process.wait(PATIENCE) == 128 + signal.SIGHUP


def test_who_was_stopped_and_goes_on_has_one_thread_that_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinuxDriver, "_sigcont_application", LinuxDriver._sigcont_application)  # is put back
    terminal_module._let_one_read()
    driver, readers, over = LinuxDriver.__new__(LinuxDriver), list[int](), threading.Event()
    driver._auto_restart, driver._key_thread = True, None

    def read(driver: LinuxDriver) -> None:
        readers.append(1)
        assert over.wait(PATIENCE)

    def start_application_mode() -> None:
        if nested:
            nested.pop()()  # the next signal comes in the midst of it
        driver._key_thread = threading.Thread(target=driver._run_input_thread)
        driver._key_thread.start()

    monkeypatch.setattr(LinuxDriver, "_run_input_thread", read)
    monkeypatch.setattr(driver, "start_application_mode", start_application_mode)
    nested: list[Callable[[], None]] = []
    for _ in range(3):  # it is started, and then stopped from without
        driver._sigcont_application()
    nested.append(driver._sigcont_application)
    driver._sigcont_application()
    reader = driver._key_thread
    assert reader is not None and reader.is_alive() and len(readers) == 1
    over.set()
    reader.join()
    driver._sigcont_application()  # where it suspended itself it read no more
    driver._key_thread.join()
    assert len(readers) == 2
