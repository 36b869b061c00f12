"""Any keys, at any pace: the app lives."""

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size
from textual.keys import _character_to_key

from tests.monkey import NAMED, Act, acts
from tests.trainers import stop_all
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.tty import terminal

ACTS = 80


def do(app: LabApp, act: Act) -> None:
    """Does it as the driver would: nothing waits for what the last act led to."""
    match act.kind:
        case "key":
            character = act.what if act.what not in NAMED else None
            key = act.what if character is None else _character_to_key(act.what)
            app.post_message(events.Key(key, character))
        case "paste":
            app.post_message(events.Paste(act.what))
        case "click":
            place = (act.x, act.y, 0, 0, 1, False, False, False, act.x, act.y)
            app.post_message(events.MouseDown(None, *place))
            app.post_message(events.MouseUp(None, *place))
        case "resize":
            size = Size(act.x, act.y)
            app._driver._size = size
            app.post_message(events.Resize(size, size))


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_pressed_the_app_lives(
    seed: int, lab: Lab, experiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # files are taken away into it
    monkeypatch.setenv("HOME", str(tmp_path))
    todo = acts(seed, ACTS)
    try:
        while (act := next(todo, None)) is not None:
            app = LabApp(lab, experiment, "small")
            terminal._end_quietly(app)
            async with app.run_test(size=(120, 40)):
                while act is not None and app.return_code is None:
                    await asyncio.sleep(act.pause)
                    do(app, act)
                    act = next(todo, None)
                app.exit()
            assert app.return_code in (0, None)
    finally:
        stop_all(lab)
