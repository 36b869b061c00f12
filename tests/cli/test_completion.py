"""What a shell completes, and what bash makes of it."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from tuilab.cli import app, completion
from tuilab.cli.completion import rejoined
from tuilab.experiment import Experiment, dumps, edit, knobs
from tuilab.lab import Lab
from tuilab.lab.apart import trait
from tuilab.search import Search


def fitting(found: list[tuple[str, str]], incomplete: str) -> list[str]:
    return [name for name, _ in found if name.startswith(incomplete)]


def of(complete: Callable[[str], list[tuple[str, str]]], incomplete: str) -> list[str]:
    return fitting(complete(incomplete), incomplete)


def test_paths_are_completed_and_values_behind_them() -> None:
    assert of(completion.settings, "regularization.l") == ["regularization.lambd=", "regularization.l1_step="]
    assert len(of(completion.settings, "")) == len(knobs())
    optimizers = [f"optimization.optimizer={one}" for one in ("adam", "adamw")]
    assert of(completion.settings, "optimization.optimizer=ad") == optimizers
    assert of(completion.settings, "inputs.n") == ["inputs.normalize=true", "inputs.normalize=false"]
    assert of(completion.settings, "data.examples=") == ["data.examples=all"]
    assert of(completion.settings, "nothing=") == []
    assert of(completion.live_settings, "opt")[0] == "optimization.learning_rate=0.1"
    assert of(completion.live_settings, "network") == []


@pytest.mark.parametrize(
    ("view", "offered"),
    [("units", ["layer=", "update="]), ("data", []), ("", ["x=", "y=", "iteration=", "layer=", "update=", "part="])],
)
def test_what_a_view_can_be_turned_to_is_completed(view: str, offered: list[str]) -> None:
    context = typer.Context(typer.main.get_command(app), info_name="inspect")
    context.params["view"] = view
    assert [name for name, _ in completion.turns(context, "")] == offered


@pytest.mark.parametrize("path", knobs())
def test_every_value_that_is_offered_may_be_set(path: str) -> None:
    for value in completion.values(knobs()[path]):
        assert " " not in value
        if value and not path.startswith("split.") and path != "network.activation":
            edit(Experiment(), {path: value})


def test_names_that_a_shell_would_take_for_something_else_are_left_out(lab: Lab, home: Path) -> None:
    (home / "presets").mkdir(parents=True)
    for name in ("mine", "a b", "$(touch x)", "`x`", "-x", "a'b", "\x1b[2J"):
        (home / "presets" / f"{name}.toml").write_text(dumps(Experiment()))
    first = lab.store.create(Experiment()).name
    for name in ("$(touch x)-0009", "a;b-0010"):
        shutil.copytree(lab.store.runs / first, lab.store.runs / name)
    presets = dict(completion.presets(""))
    assert {name for name, said in presets.items() if said == "yours"} == {"mine"} and "digits" in presets
    assert [name for name, _ in completion.runs("")] == ["last", first]
    assert set(fitting(completion.subjects(""), "breast")) == {"breast-cancer", first}


def test_a_store_that_is_none_completes_nothing(home: Path) -> None:
    home.write_text("")
    assert completion.runs("") == []


@pytest.mark.parametrize(
    ("command", "parameter", "incomplete", "offered"),
    [
        ("sweep", "source", "min", "mine"),
        ("sweep", "name", "min", "mine"),
        ("sweeps", "name", "min", "mine"),
        ("sweep", "over", "regularization.lambd", "regularization.lambd=0.0"),
        ("sweep", "sampler", "t", "tpe"),
    ],
)
def test_what_a_sweep_takes_is_completed(lab: Lab, command: str, parameter: str, incomplete: str, offered: str) -> None:
    lab.sweeps.start(Experiment(), Search(over={"network.hidden": "[3],[4]"}, workers="asked"), "mine")
    context = typer.Context(typer.main.get_command(app).commands[command])
    (taken,) = (one for one in context.command.params if one.name == parameter)
    assert {one.value for one in taken.shell_complete(context, incomplete)} >= {offered}


def test_formats_views_and_orders() -> None:
    assert {"csv", "npz", "toml"} <= set(of(completion.formats, ""))
    assert of(completion.views, "c") == ["curves"]
    assert of(completion.orders, "-dev_e") == ["-dev_error"]
    assert all(trait(name) for name in of(completion.orders, ""))


@pytest.mark.parametrize(
    ("typed", "whole", "before"),
    [
        ("tuilab run --set a.b = ad", "tuilab run --set a.b=ad", "a.b="),
        ("tuilab run --set a.b =", "tuilab run --set a.b=", "a.b="),
        ("tuilab run --set a.b = c = d", "tuilab run --set a.b=c=d", "a.b=c="),
        ("tuilab run --set a.b = 1 x", "tuilab run --set a.b=1 x", ""),
        ("tuilab run --set a.", "tuilab run --set a.", ""),
        ("tuilab", "tuilab", ""),
    ],
)
def test_words_that_bash_took_apart_are_put_together(typed: str, whole: str, before: str) -> None:
    assert rejoined(typed.split()) == (whole.split(), before)


def test_bash_completes(lab: Lab, tmp_path: Path) -> None:
    """The script of `--show-completion`, called as bash calls it when tab is pressed."""
    name = lab.store.create(edit(Experiment(), {"data.source": "circles"})).name
    command = tmp_path / "bin" / "tuilab"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tuilab "$@"\n')
    command.chmod(0o755)
    lines = {
        ("tuilab", "watch", "cir"): [name],
        ("tuilab", "run", "digits", "--set", "optimization.optimizer", "=", "ad"): ["adam", "adamw"],
        ("tuilab", "run", "digits", "--set", "inputs.normalize", "="): ["true", "false"],
    }
    script = ['eval "$(tuilab --show-completion bash)"']
    for words in lines:
        script += [f"COMP_WORDS=({shlex.join(words)}) COMP_CWORD={len(words) - 1} COMPREPLY=()"]
        script += ["_tuilab_completion tuilab; (IFS=' '; echo \"${COMPREPLY[*]}\")"]
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "SHELL": "bash"},
    )
    assert not done.stderr and [line.split() for line in done.stdout.splitlines()] == list(lines.values())
