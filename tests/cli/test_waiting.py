import io
import re
import threading
from types import SimpleNamespace

import pytest

from tests.trainers import PATIENCE, until
from tuilab import stages
from tuilab.cli import line
from tuilab.cli import waiting as room
from tuilab.cli.line import told
from tuilab.cli.waiting import waiting


class Screen(io.StringIO):
    """What is written, and whether anything was yet."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def write(self, text: str) -> int:
        self.begun.set()
        return super().write(text)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    for module in (room, line):
        monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=screen))
    monkeypatch.setattr(room, "is_screen", lambda stream: stream is screen)
    return screen


def test_a_long_wait_says_what_it_is_for_and_leaves_nothing(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BEAT", 0.001)
    with waiting("a\x1b.csv"):
        assert screen.begun.wait(PATIENCE)
    said = screen.getvalue()
    assert re.match("\r\x1b\\[Kreading a\ufffd\\.csv: \\d+ s, Ctrl-C ends it", said) and said.endswith("\r\x1b[K")


def test_how_much_is_done_is_a_bar_cut_to_the_screen(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BEAT", 0.001)
    monkeypatch.setattr(room, "NEXT", 0.001)
    monkeypatch.setenv("COLUMNS", "40")
    with waiting("a.csv"):
        stages.at("relating the columns of", 0.25)
        until(lambda: "relating" in screen.getvalue())
    lines = screen.getvalue().split("\r\x1b[K")
    assert any(one.startswith("relating the columns of a.csv: ███░░░░░") for one in lines)
    assert max(map(len, lines)) == 39


def test_what_comes_one_by_one_is_told_meanwhile_on_a_screen_alone(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_seen in (False, True):
        assert not screen.getvalue()
        monkeypatch.setattr(line, "is_screen", lambda stream, seen=is_seen: seen)
        assert told((1, 2), lambda point: f"point {point}") == [1, 2]
    assert screen.getvalue() == "\r\x1b[Kpoint 1\r\x1b[Kpoint 2\r\x1b[K"


def test_a_short_one_says_nothing(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BEAT", PATIENCE)
    with waiting("a.csv"):
        pass
    assert not screen.getvalue()


@pytest.mark.parametrize("shown", [True, False])
def test_an_interruption_ends_in_one_line(screen: Screen, monkeypatch: pytest.MonkeyPatch, shown: bool) -> None:
    monkeypatch.setattr(room, "is_screen", lambda stream: shown)
    monkeypatch.setattr(room, "BEAT", PATIENCE)
    with pytest.raises(KeyboardInterrupt), waiting("a.csv"):
        raise KeyboardInterrupt
    assert screen.getvalue() == "tuilab: reading a.csv: interrupted\n"
