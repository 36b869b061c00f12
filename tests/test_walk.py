"""The walk of a new user through the whole lab, in a real terminal, with no manual; in a wide one: make torture."""

from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.trainers import paced
from tuilab.lab import Lab

ESCAPE, ENTER, DOWN = "\x1b", "\r", "\x1b[B"


def leave(terminal: Terminal, shown: str) -> None:
    """Escape, until `shown` is gone; alone, or it would be the beginning of another key."""
    terminal.press(ESCAPE)
    assert terminal.until(lambda: shown not in terminal.text), terminal.text
    terminal.until(lambda: False, 0.3)


def choose(terminal: Terminal, lab: Lab, preset: str) -> None:
    """Opens a preset from the list."""
    terminal.press("o")
    terminal.wait("Open a preset")
    for _ in range([known.name for known in lab.presets()].index(preset)):
        terminal.press(DOWN)
    terminal.press(ENTER)
    terminal.wait(f"tuilab  {preset}")


def walk(lab: Lab, columns: int, rows: int) -> None:
    """From the overfitting lesson to a run that goes on without the lab, and is found again."""
    with Terminal(columns=columns, rows=rows) as terminal:
        terminal.wait("r Run")
        choose(terminal, lab, "high-variance")

        terminal.press("r")
        terminal.wait(r"done\s+moons-0001")
        terminal.wait("High variance")
        terminal.press("1")
        terminal.wait(r"done\s+moons-0002")
        terminal.wait(r"from moons-0001: dev better by")
        terminal.wait(r"penalty\s+none → l2")
        assert terminal.until(lambda: "^ moons-0001" in terminal.text), terminal.text
        assert lab.follow("moons-0002").poll().error.dev < lab.follow("moons-0001").poll().error.dev

        terminal.press("g")
        terminal.wait("✓ correct: ")
        terminal.press("p")
        terminal.wait("enter plants it")
        for _ in range(4):  # to dW1-factor-2
            terminal.press(DOWN)
        terminal.press(ENTER)
        terminal.wait("✗ wrong: ")
        terminal.wait("W1 .*100 %")
        leave(terminal, "Gradient check")

        terminal.press("w")
        terminal.wait("Save the experiment")
        terminal.until(lambda: False, 0.3)
        terminal.press("\x15")  # clears the line
        terminal.wait("▊  name")
        terminal.press("mine" + ENTER)
        terminal.wait("saved as the preset mine")
        assert lab.open("mine")[1].regularization.kind == "l2"

        lab.save_preset("long", lab.edit(lab.open("mine")[1], {"optimization.iterations": "1000000000"}))
        choose(terminal, lab, "long")
        terminal.press("r")
        terminal.wait(r"running\s+moons-0003")
        terminal.press("q")
        terminal.wait("goes on|still going|Leave")
        terminal.press("l")
        terminal.wait("moons-0003 goes on: tuilab watch moons-0003 follows it")
        assert terminal.exit_code() == 0
    with Terminal(columns=columns, rows=rows) as terminal:
        terminal.wait("r Run")
        terminal.press("b")
        terminal.wait(r"moons-0003\s.*running")
        terminal.press(ENTER)
        terminal.wait(r"running\s+moons-0003")
        terminal.press("s")
        terminal.wait(r"stopped\s+moons-0003")
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_in_a_narrow_terminal(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(paced("self.iteration < 10_000"))  # the run without an end
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    walk(lab, 80, 24)
