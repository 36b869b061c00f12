"""JSON that nothing from outside can turn into something else on a terminal."""

import json
import os
from pathlib import Path

import pytest

from tests.commands import tuilab
from tests.runs.events import finished, progress, started
from tuilab.experiment import Experiment, dumps, edit
from tuilab.lab import Lab
from tuilab.lab.catalog import SCHEMA
from tuilab.lab.export import as_json
from tuilab.runs import Appender
from tuilab.text import CONTROLS

HOSTILE = "a\u202eb\x9b31m\x7f\u2066\u2028\x1b]52;c;x\x07 λ 数 \u200b"


@pytest.mark.parametrize("code", sorted(code for code in CONTROLS if not 0xD800 <= code < 0xE000))
def test_every_control_character_is_escaped_and_means_the_same(code: int) -> None:
    text = as_json([chr(code)])
    assert text.isascii() and text.isprintable() and json.loads(text) == [chr(code)]


def test_every_command_prints_printable_json(lab: Lab, home: Path) -> None:
    experiment = edit(Experiment(), {"title": HOSTILE, "data.source": "circles"})
    (home / "presets").mkdir(parents=True)
    for name in (b"own.toml", b"\xff\x1b[2J.toml"):
        (home / "presets" / os.fsdecode(name)).write_text(dumps(experiment))
    folder = lab.store.create(experiment)
    with Appender(folder.log_file) as log:
        for event in (started(), progress(900, 0.5, 0.4), finished()):
            log.append(event)
    (home / "runs" / "bad-0002").mkdir()
    (home / "runs" / "bad-0002" / "experiment.toml").write_text(f'title = "{HOSTILE}"')
    commands = ["runs", "presets", f"watch {folder.name}", "presets check own", "inspect own"]
    done, codes = tuilab(*(f"{one} --json" for one in commands), f"export {folder.name} --format json")
    assert codes == ["exit 0", "exit 0", "exit 0", "exit 2", "exit 0", "exit 0"]
    shown = [line for line in done.stdout.splitlines() if not line.startswith("exit")]
    assert len(shown) == 5 and not {ord(letter) for letter in done.stdout} & CONTROLS - {ord("\n")}
    runs, presets, _, _, curves = map(json.loads, shown)
    assert {run["status"] for run in runs["runs"]} == {"done", "not readable"} and runs["schema"] == SCHEMA
    assert [one["title"] for one in presets if one["own"]] == [HOSTILE] * 2
    assert curves["experiment"]["title"] == HOSTILE
