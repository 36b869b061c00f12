"""The two programs: how each is started on a finished run and on one that goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from benchmarks.tui.screen import Screen
from tuilab.experiment import Experiment, edit
from tuilab.experiment import dumps as as_toml
from tuilab.lab import Lab

FINISHED = 30_000
"""Iterations of the finished run that is opened."""
ENDLESS = 1_000_000_000
"""Iterations of the run that goes on: more than it makes while it is watched."""
EXPERIMENT = edit(
    Experiment(title="Benchmark"),
    {
        "data.source": "circles",
        "data.examples": "300",
        "network.hidden": "20, 3",
        "regularization.kind": "l2",
        "regularization.lambd": "0.1",
        "dropout.keep_prob": "0.9",
        "optimization.learning_rate": "0.05",
    },
)
"""2-20-3-1; data cost, penalty and total drawn, noisy with dropout."""
WANDB = Path(os.environ.get("BENCH_WANDB", ".venv-wandb")) / "bin"
"""Where W&B is installed."""


class Program(Struct, frozen=True):
    """What is needed to watch a program."""

    finished: list[str]
    """The command that opens a finished run."""
    environment: Mapping[str, str]
    whole: str
    """What stands on the screen once all of the finished run does."""
    keys: tuple[str, ...]
    """Each changes the screen; all of them together change nothing."""
    aside: str = ""
    """Processes whose command says so are not part of the program: the trainer."""


def tuilab(home: Path) -> Program:
    """tuilab with a finished run of `FINISHED` iterations in `home`."""
    name = train(home, FINISHED)
    command = [sys.executable, "-m", "tuilab", "open", "--run", name]
    return Program(
        command, {"TUILAB_HOME": str(home)}, "✓ done", ("c", "c", "l", "l", "+", "0", "]", "["), "tuilab.trainer"
    )


def train(home: Path, iterations: int) -> str:
    """Trains to the end without anybody watching; the run's name."""
    file = write_experiment(home, iterations)
    command = [sys.executable, "-m", "tuilab", "run", str(file)]
    subprocess.run(command, env={**os.environ, "TUILAB_HOME": str(home)}, check=True, capture_output=True)
    return Lab(home).runs()[0].name


def write_experiment(home: Path, iterations: int) -> Path:
    """A file with the experiment."""
    home.mkdir(exist_ok=True)
    file = home / f"{iterations}.toml"
    file.write_text(as_toml(edit(EXPERIMENT, {"optimization.iterations": str(iterations)})))
    return file


def leet(home: Path) -> Program:
    """W&B LEET with a finished run of as many steps and the same three curves."""
    folder = feeding(home, FINISHED, 0.0)
    folder.wait()
    return Program(leet_command(home), _wandb_environment(home), "State: Finished", ("h", "h", "]", "[", "s", "s"))


def leet_command(home: Path) -> list[str]:
    """The command that shows the newest run in `home`."""
    return [str(WANDB / "wandb"), "leet", str((home / "wandb" / "latest-run").resolve())]


@contextmanager
def leet_live(home: Path) -> Iterator[Screen]:
    """LEET, tailing a run that logs 700 times a second or so: about as fast as W&B takes it."""
    feeder = feeding(home, ENDLESS, 0.001)
    try:
        with Screen(leet_command(home), _wandb_environment(home)) as screen:
            yield screen
    finally:
        feeder.kill()
        feeder.wait()


@contextmanager
def tuilab_live(home: Path) -> Iterator[Screen]:
    """The lab, at its default settings, with a run that was started by its key."""
    file = write_experiment(home, ENDLESS)
    with Screen([sys.executable, "-m", "tuilab", "open", str(file)], {"TUILAB_HOME": str(home)}) as screen:
        screen.wait(lambda: "r Run" in screen.text, "the first screen")
        screen.press("r")
        try:
            yield screen
        finally:
            Lab(home).stop("last")


def feeding(home: Path, steps: int, pause: float) -> "subprocess.Popen[bytes]":
    """A process that logs to W&B; returns once its run is there."""
    home.mkdir(exist_ok=True)
    script = Path(__file__).with_name("feed.py")
    process = subprocess.Popen(
        [WANDB / "python", script, str(steps), str(pause)],
        env={**os.environ, **_wandb_environment(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _wandb_environment(home: Path) -> dict[str, str]:
    return {
        "WANDB_MODE": "offline",
        "WANDB_DIR": str(home),
        "WANDB_SILENT": "true",
        "WANDB_CONFIG_DIR": str(home / "config"),
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_CACHE_DIR": str(home / "cache"),
    }
