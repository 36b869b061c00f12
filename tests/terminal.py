"""A real terminal for tests: a program in a pty, its screen kept by pyte."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence

import pyte

from tests.forge import Process
from tests.trainers import PATIENCE

FRESH = (sys.executable, "-m", "tuilab")
"""tuilab as a person starts it, for what is measured of a process, or is about how it starts."""
ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b]11;?": b"\x1b]11;rgb:0000/0000/0000\x1b\\",
}
"""What a terminal answers to the questions that programs ask it."""
COLORS = re.compile(rb"\x1b\[[0-9;:]*m")
"""Half of what a program writes; the screen is kept without them, as text."""


class Terminal:
    """`tuilab ARGUMENTS`, or another `program`, in a pty of the given size; `FRESH` is not forged.

    Use as a context manager: at its end the program is killed.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 120,
        rows: int = 40,
        kind: str = "xterm-256color",
        program: Sequence[str] = (),
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.written = bytearray()
        """Every byte that the program wrote."""
        self._stream = pyte.ByteStream(self.screen)
        self._lines = dict[int, str]()
        outside = {name: value for name, value in os.environ.items() if name != "TMUX"}
        environment = {**outside, "TERM": kind, "COLORTERM": "truecolor"}
        self._descriptor, screen = pty.openpty()
        self.resize(columns, rows)
        command = [*(program or FRESH), *arguments]
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), screen)
        self._process = Process(command, terminal=True, forged=program is not FRESH, env=environment, **streams)
        self.pid = self._process.pid
        os.close(screen)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._descriptor)

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        for y in self.screen.dirty & {*range(self.screen.lines)}:  # pyte would go through every cell again
            cells = self.screen.buffer[y]
            self._lines[y] = "".join([cells[x].data for x in range(self.screen.columns)])
        self.screen.dirty.clear()
        return "\n".join([self._lines[y] for y in range(self.screen.lines)])

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def wait(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """Reads until the screen shows `pattern`."""
        found = self.until(lambda: re.search(pattern, self.text), seconds)
        assert found, f"{pattern!r} did not appear in {seconds} s on\n{self.text}"
        return found

    def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> object:
        """Reads until `condition()`; its last value."""
        end = time.monotonic() + seconds
        while not (value := condition()) and time.monotonic() < end:
            self.read(0.05)
        return value

    def exit_code(self, seconds: float = PATIENCE) -> int:
        """Reads until the program has ended, all that it wrote."""
        ended = self.until(lambda: self._process.poll() is not None, seconds)
        assert ended, f"still there after {seconds} s:\n{self.text}"
        while rest := self._receive(0, 65536):
            self._stream.feed(COLORS.sub(b"", rest))
        return int(self._process.returncode)

    def until_full(self, seconds: float = 20) -> None:
        """Presses keys and reads nothing until the program can write no more."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for key in ("?", "\x1b"):
                self.press(key)
                time.sleep(0.2)

    def read(self, seconds: float, limit: int = 65536) -> None:
        """Reads what comes within so many seconds, at most `limit` bytes."""
        self._stream.feed(COLORS.sub(b"", self._receive(seconds, limit)))

    def read_for(self, seconds: float) -> None:
        """Reads all that comes in so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def drain(self, seconds: float) -> None:
        """Reads all that comes in so many seconds; the screen is not kept."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._receive(left, 65536)

    def _receive(self, seconds: float, limit: int) -> bytes:
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._descriptor, limit)
        except OSError:  # the other end has closed
            time.sleep(seconds)
            return b""
        self.written += data
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self._descriptor, answer)
        for mode in re.findall(rb"\x1b\[\?(\d+)\$p", data):
            # 2: known, and off; 0: not known, as this terminal does not report its size in band.
            os.write(self._descriptor, b"\x1b[?" + mode + (b";0$y" if mode == b"2048" else b";2$y"))
        return data
