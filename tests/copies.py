"""A copy of tuilab with something more in it: what somebody adds is found by the command line and by its trainers."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import tuilab
from tests.commands import _COMMANDS
from tests.forge import run


def copied(place: Path, files: Mapping[str, str], changes: Mapping[str, Mapping[str, str]]) -> Path:
    """Puts tuilab into the folder `place`, with `files` more, and in others one text `changes` to another."""
    package = Path(tuilab.__file__).parent
    shutil.copytree(package, place / "tuilab")
    shutil.copytree(package.parent / "presets", place / "presets")
    for name, text in files.items():
        (place / "tuilab" / name).write_text(text)
    for name, pairs in changes.items():
        text = (place / "tuilab" / name).read_text()
        for before, after in pairs.items():
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        (place / "tuilab" / name).write_text(text)
    return place


def there(place: Path, script: str, *arguments: str) -> str:
    """What a script prints that runs in a copy."""
    environment = os.environ | {"PYTHONPATH": str(place), "TUILAB_HOME": str(place / "home"), "COLUMNS": "200"}
    done = run([sys.executable, "-c", script, *arguments], cwd=place, env=environment)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return done.stdout


def told(place: Path, *commands: str) -> list[tuple[str, int]]:
    """What each command printed there, and how it ended."""
    found, said = [], list[str]()
    for line in there(place, _COMMANDS, json.dumps([command.split() for command in commands])).splitlines():
        if line.startswith("exit "):
            found.append(("\n".join(said), int(line.removeprefix("exit "))))
            said = []
        else:
            said.append(line)
    return found
