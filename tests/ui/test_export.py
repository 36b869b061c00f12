"""The export dialog: files appear where they are asked for, the command goes to the clipboard."""

import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.ui.conftest import said, until
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.figures.exports import KINDS
from tuilab.ui.screens.export import ExportScreen

NARROW = (80, 24)


@pytest.fixture
def app(lab: Lab, experiment: Experiment, finished: str) -> LabApp:
    return LabApp(lab, experiment, "small", finished)


async def opened(pilot: Pilot[None], app: LabApp) -> ExportScreen:
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
    await pilot.press("e")
    assert isinstance(app.screen, ExportScreen)
    return app.screen


async def test_files_go_where_they_are_asked_for(app: LabApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all files those are left out, and said, that want a package that is not there."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    async with app.run_test(size=NARROW) as pilot:
        screen = await opened(pilot, app)
        screen.query_one(Input).value = str(tmp_path / "out")
        await pilot.press("end", "up", "enter")
        await until(pilot, lambda: "✓ wrote" in said(app))
        (svg,) = (tmp_path / "out").iterdir()
        assert svg.name.endswith("-screen.svg") and "Verdict" in svg.read_text()
        await pilot.press("a")
        await until(pilot, lambda: "-2-screen.svg" in said(app))
        assert "ONNX needs the package onnx: pip install 'tuilab[onnx]'" in said(app)
        names = sorted(path.name for path in (tmp_path / "out").iterdir())
        run = app.snapshot.name
        assert names == sorted(
            [f"{run}{end}" for end in ("-screen.svg", "-2-screen.svg")]
            + [f"{run}.{end}" for end in KINDS if end != "onnx"]
        )
        assert screen.query_one("#said", Static).region.bottom <= NARROW[1]


async def test_the_command_is_copied(app: LabApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, app)
        await pilot.press("c")
        assert app.clipboard.startswith("tuilab run ") and "--set data.source=blobs" in app.clipboard


async def test_what_cannot_be_written_is_said(app: LabApp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with app.run_test(size=NARROW) as pilot:
        screen = await opened(pilot, app)
        screen.query_one(Input).value = str(tmp_path / "file")
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be written" in said(app))
