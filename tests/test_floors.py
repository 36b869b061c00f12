"""What may not be imported, seen in a fresh process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuilab.cli.commands import PLACES


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


@pytest.mark.parametrize(
    ("command", "elsewhere"),
    [
        ("data", {"tuilab.lab", "tuilab.runs", "tuilab.training", "tuilab.engines", "tuilab.search", "tuilab.presets"}),
        ("run", {"tuilab.training.rate_range", "tuilab.training.preflight", "tuilab.lab.gradients", "platformdirs"}),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_before_what_other_commands_need_is_loaded(
    command: str, elsewhere: set[str], tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n3\n")
    script = (
        f"import atexit, sys; sys.argv = ['tuilab', '{command}', 'bad.csv'];"
        "atexit.register(lambda: print(*sys.modules));"
        "from tuilab.cli import main; main()"
    )
    environment = {**os.environ, "TUILAB_HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment)
    loaded = set(done.stdout.split())
    assert (done.returncode, "tuilab.data.files" in loaded) == (2, True), done.stderr
    commands = {Path(place).stem for place in PLACES.values()} - {command}
    assert not {f"tuilab.cli.{one}" for one in commands} & loaded
    checks = {f"tuilab.nn.{one}" for one in ("gradient_check", "function_check", "numerical", "planting", "sweep")}
    assert not (checks | elsewhere | {"plotext", "textual", "polars", "rich.console"}) & loaded
