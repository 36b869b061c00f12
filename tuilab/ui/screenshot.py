"""`python -m tuilab.ui.screenshot FOLDER`: the app itself is used, and has the pictures of its rooms taken."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tuilab.lab import Lab
from tuilab.runs import ACTIVE
from tuilab.ui.app import LabApp

SIZE, WIDE = (120, 40), (160, 45)
"""Columns and rows of a picture, and of one with two views."""
PATIENCE = 120.0
"""Seconds that a picture may take."""
REST = 1.5
"""Seconds for what is looked at off the screen and drawn a moment later."""
STARTING = ("r", "1")
"""Keys that start a run, whose end the picture shows."""


@dataclass(frozen=True)
class Shot:
    """What is opened, the keys that lead to a room, and the name of the file."""

    name: str
    preset: str
    keys: tuple[str, ...]
    size: tuple[int, int] = SIZE


PICTURES = (
    Shot("lab", "breast-cancer", ("r",)),
    Shot("child", "high-variance", ("r", "1")),
    Shot("boundary", "circles", ("r", "right_square_bracket")),
    Shot("wide", "circles", ("r",), WIDE),
    Shot("units", "dropout", ()),
    Shot("signal", "vanishing", ()),
    Shot("mistakes", "digits", ("r", *("left_square_bracket",) * 3)),
    Shot("gradients", "gradient-check", ("g", "p", *("down",) * 4, "enter")),
    Shot("lessons", "breast-cancer", ("t",)),
)


async def take(picture: Shot, lab: Lab, path: Path) -> None:
    """Writes `picture` as SVG to `path`. Raises TimeoutError if it takes too long."""
    name, experiment = lab.open(picture.preset)
    app = LabApp(lab, experiment, name)
    async with asyncio.timeout(PATIENCE), app.run_test(size=picture.size) as pilot:
        await pilot.pause(REST)
        for key in picture.keys:
            before = app.snapshot and app.snapshot.name
            await pilot.press(key)
            while key in STARTING and (
                app.snapshot is None or app.snapshot.name == before or app.snapshot.status in ACTIVE
            ):
                await pilot.pause(0.1)
            await pilot.pause(REST)
        path.write_text(app.export_screenshot(title="tuilab"), encoding="utf-8")


async def main(folder: Path) -> None:
    """Takes every picture, each in a lab without a past."""
    folder.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        with tempfile.TemporaryDirectory() as home:
            await take(picture, Lab(Path(home)), folder / f"{picture.name}.svg")


if __name__ == "__main__":
    asyncio.run(main(Path(*sys.argv[1:])))
