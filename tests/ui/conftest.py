"""Fixtures of the app's tests: a lab over a store of its own, small experiments, and the messages that were posted."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import textual.app
import textual.pilot
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

import tuilab.ui.screens.lab
from tests.trainers import PATIENCE, end_of
from tuilab.experiment import Experiment, loads
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.tty.terminal import tell_rules_apart

tell_rules_apart()
M = TypeVar("M", bound=Message)
_PARSED: dict[object, list[RuleSet]] = {}
_parse = Stylesheet._parse_rules
_UNPAINTED: dict[Screen[object], None] = {}
paint = Screen._compositor_refresh
SMALL = loads(
    """
    title = "Small"
    [data]
    source = "blobs"
    examples = 60
    [network]
    hidden = [3]
    [optimization]
    iterations = 40
    """
)


class Messages(list[Message]):
    """Every message that a pilot's app posted."""

    def of(self, kind: type[M]) -> list[M]:
        """Those of one kind, each once though every widget on its way up was hooked."""
        return list({id(message): message for message in self if isinstance(message, kind)}.values())


@pytest.fixture(autouse=True)
def _idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot waits until the app has nothing left to do.

    Textual's own waits while the process uses the CPU, for a second at most: in a process that other ones starve, that
    is a moment somewhere in the middle of the work. And at every key and look it asks each widget whether it has
    anything left to do: 16 ms, where the loop knows at once. What a key has changed of the layout is laid out by a
    timer, which is waited for.
    """

    async def drain() -> None:
        ready = vars(asyncio.get_running_loop())["_ready"]
        while ready:
            await asyncio.sleep(0)

    async def wait_for_screen(pilot: Pilot[object], *_: object) -> bool:
        await drain()
        while to_be_laid_out(pilot.app):
            await asyncio.sleep(1 / 100)
            await drain()
        return True

    async def wait_for_idle(*_: float) -> None:
        await asyncio.sleep(1 / 50)  # timers that are about to end
        await drain()

    monkeypatch.setattr(Pilot, "_wait_for_screen", wait_for_screen)
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", wait_for_idle)
    monkeypatch.setattr(textual.app.App, "NOTIFICATION_TIMEOUT", PATIENCE)  # a test may come late to read it


def to_be_laid_out(app: textual.app.App[object]) -> bool:
    """Whether the screen on top is about to lay out what has changed."""
    top = app._screen_stack[-1] if app._running and app._screen_stack else None
    return top is not None and top.is_running and top._layout_required and not app._batch_count


@pytest.fixture(autouse=True)
def _painted_when_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen is painted as it is when its test has waited, and not at every step on the way there.

    Those nobody sees, and a third of the CPU went there. What has changed gathers until then, as it does before a slow
    line.
    """
    pause = Pilot.pause
    _UNPAINTED.clear()

    def refresh(screen: Screen[object]) -> None:
        _UNPAINTED[screen] = None
        screen._dirty_widgets.clear()  # the compositor knows of them

    async def pause_and_look(pilot: Pilot[object], delay: float | None = None) -> None:
        await pause(pilot, delay)
        if delay is None:
            look()

    monkeypatch.setattr(Screen, "_compositor_refresh", refresh)
    monkeypatch.setattr(Pilot, "pause", pause_and_look)


def look() -> None:
    """Paints what has changed."""
    while _UNPAINTED:
        screen, _ = _UNPAINTED.popitem()
        if screen.is_running:
            paint(screen)


@pytest.fixture(autouse=True)
def _without_a_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No trainer is kept waiting for a start: few tests start one, and each app's would load NumPy for nothing."""
    monkeypatch.setattr(tuilab.ui.screens.lab, "PREPARING", 10 * PATIENCE)


@pytest.fixture(autouse=True)
def _parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a stylesheet all apps of a process share what was parsed: to do so anew took a twentieth of each start."""

    def parse(sheet: Stylesheet, css: str, *where: object, **more: object) -> list[RuleSet]:
        key = css, where, *more.items(), *sheet._variables.items()
        if key not in _PARSED:
            _PARSED[key] = _parse(sheet, css, *where, **more)
        return _PARSED[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", parse)


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def experiment() -> Experiment:
    """Trains in a moment."""
    return SMALL


@pytest.fixture(scope="session")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a run has ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUILAB_HOME", str(tmp_path_factory.mktemp("finished")))
        lab = Lab()
        end_of(lab, lab.start(SMALL))
        return lab.store.home


@pytest.fixture
def finished(_finished: Path, lab: Lab) -> str:
    """A run of `experiment` that has ended, in a store of its own; it is trained once and copied."""
    shutil.copytree(_finished, lab.store.home, dirs_exist_ok=True)
    return lab.runs()[0].name


@pytest.fixture
def app(lab: Lab, experiment: Experiment) -> LabApp:
    return LabApp(lab, experiment, "small")


def said(app: LabApp) -> str:
    """Everything that a person has been told for a moment, and that the screen on top says of itself."""
    shown = [str(line.content) for line in app.screen.query("#said, #sentence, #empty").results(Static)]
    return "\n".join([*(one.message for one in app._notifications), *shown])


def names(lab: Lab) -> list[str]:
    """The runs in the store, oldest first."""
    return sorted(folder.name for folder in lab.store.list())


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Waits until `holds()`."""
    end = time.monotonic() + PATIENCE
    while True:
        await pilot.pause(0.02)
        if holds():
            return look()
        assert time.monotonic() < end, "waited in vain"
