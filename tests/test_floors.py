"""What may not be imported, seen in a fresh process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [
        (("tuilab.trainer.process", "tuilab.queue", "tuilab.lab"), {"textual", "typer", "plotext", "rich"}),
        (("tuilab.cli",), {"textual", "plotext", "numpy"}),
    ],
)
def test_import_floor(modules: tuple[str, ...], forbidden: set[str]) -> None:
    """One after the other: whoever is the first to bring what is forbidden is named."""
    script = f"import importlib, sys\nfor name in {modules}: importlib.import_module(name); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    for module, line in zip(modules, said.splitlines(), strict=True):
        assert module in line.split()
        assert not forbidden & {name.split(".")[0] for name in line.split()}, module


def test_the_app_starts_without_the_rooms_that_a_key_opens() -> None:
    script = (
        "import tuilab.ui.app, sys; print(*(name for name in sys.modules if name.startswith('tuilab.ui.screens.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    rooms = {name.removeprefix("tuilab.ui.screens.") for name in loaded}
    assert rooms == {"desk", "dialog", "keys", "lab", "leave", "sized"}


def test_a_list_of_runs_loads_nothing_that_only_answers_other_questions_and_looks_for_no_garbage(
    tmp_path: Path,
) -> None:
    script = (
        "import atexit, gc, sys; sys.argv = ['tuilab', 'runs']; looked = [];"
        "gc.callbacks.append(lambda phase, info: looked.append('numpy' in sys.modules));"
        "atexit.register(lambda: print(sum(looked), gc.get_freeze_count(), *sys.modules));"
        "from tuilab.cli import main; main()"
    )
    environment = {**os.environ, "TUILAB_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    looks, frozen, *loaded = done.stdout.splitlines()[-1].split()
    assert int(looks) <= 4  # when it is over
    assert int(frozen) > 0
    elsewhere = {
        "tuilab.lessons",
        "tuilab.data.columns.report",
        "tuilab.training.descent",
        "tuilab.training.wrong_labels",
    }
    assert "tuilab.lab.listing" in loaded
    assert not elsewhere & set(loaded)
