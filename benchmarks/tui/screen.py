"""A program in a pty of 120×40, its screen kept by pyte, its bytes and its CPU counted."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import psutil
import pyte

COLUMNS, ROWS = 120, 40
PATIENCE = 60.0
ENOUGH = 20
"""Cells of Braille on the screen with which a plot is drawn."""
QUIET = 0.05
"""Seconds of silence before a key, so that what comes next is its answer."""
_ANSWERS = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[6n": b"\x1b[1;1R", b"\x1b]11;?": b"\x1b]11;rgb:0000/0000/0000\x1b\\"}


class Screen:
    """`command` with its standard streams on a terminal that answers what terminals answer."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.bytes = 0
        self.start = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:  # the child
            own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
            os.execvpe(command[0], list(command), {**os.environ, **own, **environment})
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            os.kill(self.pid, number)
            end = time.perf_counter() + 5
            while time.perf_counter() < end:
                self._read(0.02)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self._terminal)
                    return

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    @property
    def curves(self) -> int:
        """How many cells of Braille there are."""
        return len(re.findall("[\u2801-\u28ff]", self.text))

    def press(self, key: str) -> None:
        os.write(self._terminal, key.encode())

    def answer(self, key: str) -> float:
        """Seconds from a key, pressed in a silence, to the first byte that the program writes; `PATIENCE` at most."""
        while self._read(QUIET):
            pass
        before, start = self.bytes, time.perf_counter()
        self.press(key)
        while self.bytes == before and time.perf_counter() - start < PATIENCE:
            self._read(0.5)
        return time.perf_counter() - start

    def drawn(self) -> float:
        """Reads until plots are drawn; seconds since the program was started."""
        return self.wait(lambda: self.curves >= ENOUGH, "the plots")

    def run(self, seconds: float) -> None:
        """Reads for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def wait(self, condition: Callable[[], object], what: str) -> float:
        """Reads until `condition()`; seconds since the program was started."""
        while not condition():
            assert time.perf_counter() - self.start < PATIENCE + 60, f"waited for {what} in vain:\n{self.text}"
            self._read(0.02)
        return time.perf_counter() - self.start

    def cpu(self, without: str) -> float:
        """Seconds of CPU of the program and its children; those whose command says `without` are left out."""
        program = psutil.Process(self.pid)
        family = [program, *program.children(recursive=True)]
        ours = [each for each in family if not without or without not in " ".join(each.cmdline())]
        return sum(sum(each.cpu_times()[:2]) for each in ours)

    def _read(self, seconds: float) -> bool:
        """Whether anything came within so many seconds."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:  # the program has ended
            time.sleep(0.01)
            return False
        self.bytes += len(data)
        for question, answer in _ANSWERS.items():
            if question in data:
                os.write(self._terminal, answer)
        for mode in re.findall(rb"\x1b\[\?(\d+)\$p", data):
            os.write(self._terminal, b"\x1b[?" + mode + b";2$y")
        self._stream.feed(data)
        return True
