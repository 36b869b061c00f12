"""A run says of which columns some numbers are far from all others: nothing is learned of those that are not."""

from pathlib import Path

import numpy as np
import pytest

from tuilab.data import prepare, strays
from tuilab.experiment import Experiment, edit

M = 400


def written(path: Path, *, text: bool = False, kinds: int = 2) -> Path:
    """x holds two slips, z none; y is a class, or a number with a slip of its own."""
    draw = np.random.default_rng(5)
    x, z = draw.normal(10.4, 1, M).round(2), draw.lognormal(0, 1, M).round(3)
    x[[7, 211]] = 9.6e14, 1185
    y = draw.integers(0, 2, M) if kinds else np.where(np.arange(M) == 9, 5e6, draw.normal(3, 1, M).round(3))
    rows = [f"{a},{b},{'uv'[n % 2] if text else n % 7},{c}" for n, (a, b, c) in enumerate(zip(x, z, y, strict=True))]
    path.write_text("\n".join(["x,z,word,y", *rows]) + "\n")
    return path


def notes(path: Path, **columns: str) -> list[str]:
    edits = {"data.source": str(path), **{f"columns.{key}": said for key, said in columns.items()}}
    return [note for note in prepare(edit(Experiment(), edits)).notes if "far from" in note]


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("long", [False, True])
def test_a_run_says_so_until_that_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bool, long: bool
) -> None:
    if long:
        monkeypatch.setattr(strays, "_LONG", 10)
        monkeypatch.setattr(strays, "_ROWS", 100)
    path = written(tmp_path / "t.csv", text=text)
    (note,) = notes(path)
    assert note.startswith("x: 9.6e+14 and 1 more number far from ") and note.endswith("tuilab data names the rows")
    assert not notes(path, **{"as": "x = number"})
    assert not notes(path, marks="x = 9.6e14, x = 1185", missing="median")


def test_of_a_target_too(tmp_path: Path) -> None:
    assert [note.partition(":")[0] for note in notes(written(tmp_path / "t.csv", kinds=0))] == ["x", "y"]


def test_of_what_comes_along_nothing_is_said() -> None:
    for source in ("digits", "breast-cancer", "moons", "sine"):
        assert not [note for note in prepare(edit(Experiment(), {"data.source": source})).notes if "far from" in note]
