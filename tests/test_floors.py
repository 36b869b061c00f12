"""What may not be imported, seen in a fresh process."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("tuilab.trainer.process", {"textual", "typer", "plotext", "rich"}),
        ("tuilab.queue", {"textual", "typer", "plotext", "rich"}),
        ("tuilab.cli", {"textual", "plotext", "numpy"}),
        ("tuilab.lab", {"textual", "typer", "plotext", "rich"}),
    ],
)
def test_import_floor(module: str, forbidden: set[str]) -> None:
    script = f"import {module}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert module in loaded
    assert not forbidden & {name.split(".")[0] for name in loaded}


def test_the_app_starts_without_the_rooms_that_a_key_opens() -> None:
    script = (
        "import tuilab.ui.app, sys; print(*(name for name in sys.modules if name.startswith('tuilab.ui.screens.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    rooms = {name.removeprefix("tuilab.ui.screens.") for name in loaded}
    assert rooms == {"desk", "dialog", "keys", "lab", "leave", "sized"}
