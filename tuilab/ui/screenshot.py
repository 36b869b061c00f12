"""`python -m tuilab.ui.screenshot PATH.svg`: the app itself trains the default preset and has its picture taken."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tuilab.lab import Lab
from tuilab.presets import DEFAULT
from tuilab.runs import ACTIVE
from tuilab.ui.app import LabApp

SIZE = (120, 40)
"""Columns and rows of the picture."""
PATIENCE = 120.0
"""Seconds the run may take."""


async def screenshot(path: Path) -> None:
    """Writes the main screen with a finished run as SVG to `path`. Raises TimeoutError if the run takes too long."""
    with tempfile.TemporaryDirectory() as home:
        lab = Lab(Path(home))
        name, experiment = lab.open(DEFAULT)
        app = LabApp(lab, experiment, name)
        async with asyncio.timeout(PATIENCE), app.run_test(size=SIZE) as pilot:
            await pilot.press("r")
            while app.snapshot is None or app.snapshot.status in ACTIVE:
                await pilot.pause(0.1)
            await pilot.pause(1.0)  # the plots' last drawing
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(app.export_screenshot(title="tuilab"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(screenshot(Path(*sys.argv[1:])))
