"""The walk of somebody with a table of their own, in a real terminal: from the file to predictions of new rows."""

import random
from pathlib import Path

import pytest

from tests.commands import tuilab
from tests.terminal import Terminal

DOWN, ENTER = "\x1b[B", "\r"
KINDS = {"Adelie": (38.0, 3700), "Gentoo": (47.0, 5000), "Chinstrap": (49.0, 3750)}


def penguins(path: Path) -> None:
    """300 rows with semicolons, decimal commas, missing cells, an identifier at the end and no sorted order."""
    rng = random.Random(1)
    lines = ["species;island;bill;mass;id"]
    for number in range(300):
        species = rng.choice(list(KINDS))
        bill, mass = KINDS[species]
        island = "NA" if number % 30 == 0 else rng.choice(["Biscoe", "Dream"])
        shown = f"{rng.gauss(bill, 2):.1f}".replace(".", ",")
        lines.append(f"{species};{island};{shown};{rng.gauss(mass, 300):.0f};{number}")
    path.write_text("\n".join(lines))


def test_from_a_file_to_predictions(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    penguins(tmp_path / "penguins.csv")
    with Terminal(columns=80, rows=24) as terminal:
        terminal.wait("r Run")
        terminal.press("D")
        terminal.wait("penguins.csv")
        terminal.press(DOWN + ENTER)
        terminal.wait("300 rows, 5 columns .semicolon")
        terminal.press("l")  # the first column is the label
        terminal.wait("label species: 3 classes")
        terminal.wait("2 to be decided")
        terminal.press("a")
        terminal.wait("Nothing is left to decide")
        terminal.press("r")
        terminal.wait(r"done\s+penguins-0001")
        terminal.wait("bias")
        terminal.press("q")
        assert terminal.exit_code() == 0
    new = tmp_path / "new.csv"
    new.write_text("island;bill;mass;id\nBiscoe;38,2;3650;1\nMars;48,9;;2\n")
    done, ends = tuilab(["predict", "last", str(new)])
    assert ends == ["exit 0"] and done.stdout.split()[:3] == ["prediction", "Adelie", "Chinstrap"]
    assert "island" in done.stderr and "mass" in done.stderr, "what was unknown and what was missing is said"
