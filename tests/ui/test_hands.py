"""What is typed: every key has its effect before the next one is heeded, and a field is its person's."""

import math
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, cast

import pytest
from textual import _parser as textual_parser
from textual.dom import DOMNode
from textual.drivers import linux_driver
from textual.events import Key, MouseDown, MouseUp, Paste
from textual.pilot import Pilot

from tests.ui import conftest
from tests.ui.canned import snapshot
from tests.ui.conftest import names, until
from tests.ui.test_app import NARROW, WIDE, field, go_to, room, said
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.screens.presets import PresetsScreen
from tuilab.ui.tty import terminal
from tuilab.ui.tty.hands import HELD, REPEATED, Hands
from tuilab.ui.views.pane import RunPane

ALPHA, ITERATIONS = "optimization.learning_rate", "optimization.iterations"


def at_once(app: LabApp, *keys: str) -> None:
    """Keys that have all arrived before the app has looked at the first."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def done(pilot: Pilot[None], app: LabApp, number: int) -> None:
    """Waits until so many runs were made and the last one has ended."""
    ended = f"-{number:04}"
    await until(
        pilot, lambda: app.snapshot is not None and app.snapshot.name.endswith(ended) and app.snapshot.status == "done"
    )


async def test_keys_that_come_at_once_go_where_they_were_meant_to(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, app, ALPHA)
        at_once(app, "1", "tab", "2")
        app.post_message(Paste("0"))
        at_once(app, "0", "escape", "r", "o")
        await until(pilot, lambda: isinstance(app.screen, PresetsScreen))
        assert (field(app, ALPHA).text, field(app, ITERATIONS).text) == ("1.0", "200")
        await pilot.press("escape")
        await done(pilot, app, 1)
        made = lab.follow(names(lab)[0]).poll().experiment.optimization
        assert (made.learning_rate, made.iterations) == (1, 200)


async def test_a_click_that_comes_behind_keys_is_heeded_behind_them(app: LabApp) -> None:
    """Into another field, while the letters of the one before it wait."""
    async with app.run_test(size=(120, 70)) as pilot:
        await go_to(pilot, app, ALPHA)
        one = field(app, ITERATIONS)
        x, y = one.region.x + 30, one.region.y
        at_once(app, "ctrl+u", *"0.03")
        for kind in (MouseDown, MouseUp):
            app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
        at_once(app, "ctrl+u", *"70")
        await until(pilot, lambda: (field(app, ALPHA).text, field(app, ITERATIONS).text) == ("0.03", "70"))


class Typing:
    """Keys at moments that a test chooses; `heeded` are those of the keys that did what must not be done twice."""

    def __init__(self) -> None:
        self.heeded: list[float] = []
        self._hands = Hands(self._handle, lambda: cast(DOMNode, self), lambda wait, do: self._timers.append((wait, do)))
        self._timers: list[tuple[float, Callable[[], None]]] = []
        self._queue: deque[Callable[[], Any]] = deque()

    @property
    def ancestors_with_self(self) -> list["Typing"]:
        return [self]

    def call_later(self, callback: Callable[[], Any]) -> bool:
        self._queue.append(callback)
        return True

    async def _handle(self, event: Key | Paste) -> None:
        self._hands.once(partial(self.heeded.append, event.time))

    async def press(self, *times: float) -> None:
        """A key at each of these moments, and then none any more."""
        for time, following in pairwise([*times, math.inf]):
            key = Key("r", "r")
            key.time = time
            await self._hands.take(key)
            while self._queue:
                if (awaited := self._queue.popleft()()) is not None:
                    await awaited
            timers, self._timers = self._timers, []
            for wait, do in timers:
                if time + wait < following:
                    do()


@pytest.mark.parametrize("every", [0.02, 0.033, 0.09])
@pytest.mark.parametrize("delay", [0.2, 0.25, 0.5, 0.66])
async def test_a_key_that_is_held_is_heeded_once_however_soon_a_terminal_repeats_it(delay: float, every: float) -> None:
    typing = Typing()
    await typing.press(0.0, *(delay + every * number for number in range(30)))
    assert typing.heeded == [0.0]


@pytest.mark.parametrize(
    "times", [(0.0, 0.3, 0.45, 1.3, 1.6), *((0.0, apart, 2 * apart) for apart in (0.15, 0.3, 0.5, 1.0))]
)
async def test_keys_that_are_pressed_are_all_heeded(times: tuple[float, ...]) -> None:
    typing = Typing()
    await typing.press(*times)
    assert typing.heeded == [*times]


async def test_a_key_that_is_held_is_pressed_once(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first = Key("r", "r")
        app.post_message(first)
        await done(pilot, app, 1)
        for number in range(15):
            again = Key("r", "r")
            again.time = first.time + HELD * 0.9 + number * 0.03  # a terminal waits before it repeats a key
            app.post_message(again)
        later = Key("r", "r")
        later.time = again.time + 2 * HELD
        app.post_message(later)
        await done(pilot, app, 2)
        assert len(names(lab)) == 2


async def test_keys_that_come_at_once_while_nobody_looks_are_one_key_that_is_held(app: LabApp, lab: Lab) -> None:
    """As in a tmux session that is not attached: the first key gives the focus back to where it was."""
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.focused is not None)
        app.app_focus = False
        await until(pilot, lambda: app.focused is None)
        at_once(app, "r", "r", "r")
        await done(pilot, app, 1)
        assert len(names(lab)) == 1


@pytest.mark.parametrize("apart", [0.15, 1.0])  # less than `HELD`, and more
async def test_a_key_that_is_pressed_twice_is_no_key_that_is_held(app: LabApp, lab: Lab, apart: float) -> None:
    """A held key goes on: what comes once more, and not again at once, was pressed by a finger."""
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first, second, third = (Key("r", "r") for _ in range(3))
        second.time, third.time = first.time + apart, first.time + 2 * apart
        for number, key in enumerate((first, second, third), start=1):
            app.post_message(key)
            await done(pilot, app, number)
        assert len(names(lab)) == 3


@pytest.mark.usefixtures("paced")
async def test_what_waits_for_a_repetition_is_done_before_the_next_key(lab: Lab, experiment: Experiment) -> None:
    app = LabApp(lab, lab.edit(experiment, {ITERATIONS: "1000000000"}))
    async with app.run_test(size=WIDE) as pilot:
        app._hands._later = lambda seconds, do: None  # however late the app gets to it
        await pilot.pause()
        first, again = Key("r", "r"), Key("r", "r")
        again.time = first.time + (REPEATED + HELD) / 2
        app.post_message(first)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "running")
        app.post_message(again)
        at_once(app, "s")
        await until(pilot, lambda: "trains this very experiment already" in conftest.said(app))
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "stopped")
    assert len(names(lab)) == 1


async def test_what_was_typed_stays_until_its_field_is_left(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, app, ALPHA)
        await pilot.press(*"0.50")
        room(app).board.refuse(BadInput("no"), "", room(app).draft and room(app).draft.experiment)
        await pilot.pause()
        assert field(app, ALPHA).text == "0.50"
        await pilot.press("enter")
        await until(pilot, lambda: field(app, ALPHA).text == "0.5")
        assert app.focused is room(app).query_one(RunPane).view
        draft = room(app).draft
        assert draft is not None and draft.texts[ALPHA] == "0.5"


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_enter_goes_back_to_the_field(app: LabApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await go_to(pilot, app, ALPHA)
        await pilot.press("9", "enter")
        at_once(app, "enter", "7")
        await until(pilot, lambda: field(app, ALPHA).text == "7")


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[", ["escape", "left_square_bracket"]),
        ("\x1bO", ["escape", "O"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b[[", ["escape", "left_square_bracket", "left_square_bracket"]),
    ],
)
def test_what_could_begin_a_sequence_and_does_not_is_keys(
    sent: str, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as more could come, it is waited for."""
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)
    terminal._part_escape()
    parser, now = linux_driver.XTermParser(), 100.0
    monkeypatch.setattr(textual_parser, "get_time", lambda: now)
    before = [*parser.feed(sent)]
    now += 1.0
    events = [*before, *parser.tick()]
    assert [event.key for event in events if isinstance(event, Key)] == keys


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1br", ["escape", "r"]),
        ("\x1bb", ["escape", "b"]),
        ("\x1b]", ["escape", "right_square_bracket"]),
        ("\x1b1", ["escape", "1"]),
        ("\x1b[A\x1bOP\x1b\x7f", ["up", "f1", "ctrl+w"]),
        ("\x1br" * 20, ["escape", "r"] * 20),
    ],
)
def test_escape_and_a_letter_are_two_keys(sent: str, keys: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)
    terminal._part_escape()
    events = [*linux_driver.XTermParser().feed(sent)]
    assert [event.key for event in events if isinstance(event, Key)] == keys


async def test_a_number_is_turned_and_a_knob_that_does_nothing_says_why(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, app, ALPHA)
        await pilot.press("up", "up", "down")
        assert field(app, ALPHA).text == "0.2"
        assert "↑ and ↓ turn it" in said(app)
        await go_to(pilot, app, "regularization.lambd")
        await until(pilot, lambda: 'λ (lambd): has no effect while "penalty" is none. Of ' in said(app))
        assert field(app, "regularization.lambd").has_class("-idle")
        room(app).board.edit({"regularization.kind": "l2"})
        await until(pilot, lambda: not field(app, "regularization.lambd").has_class("-idle"))


@pytest.mark.parametrize("preset", ["breast-cancer", "digits"])
async def test_tab_goes_from_the_view_to_the_field_that_was_left_last(lab: Lab, preset: str) -> None:
    name, experiment = lab.open(preset)  # a lesson, and none
    app = LabApp(lab, experiment, name)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.focused is room(app).query_one(RunPane).view)
        await pilot.press("tab")
        await until(pilot, lambda: app.focused in field(app, "data.source").children)
        await pilot.press("tab", "escape", "tab")
        await until(pilot, lambda: app.focused in field(app, "data.label").children)


async def test_whatever_starts_a_run_does_so_once_however_long_its_key_is_held(
    lab: Lab, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Callable[[], None]] = []
    monkeypatch.setattr(Hands, "once", lambda hands, do: asked.append(do))
    app = LabApp(lab, experiment)
    async with app.run_test(size=WIDE) as pilot:
        room(app).snapshot = snapshot("done")
        await pilot.pause()
        for key in ("r", "R", "1"):
            await pilot.press(key)
            await until(pilot, lambda: bool(asked))
            assert not room(app)._jobs.goes_on("start") and names(lab) == []
            asked.clear()
