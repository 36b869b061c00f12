"""Five thousand damaged tables: never a traceback, never a silently wrong table."""

from pathlib import Path

import pytest

from tests.data.columns.mutants import DRESSES, check
from tuilab.data import files


@pytest.mark.parametrize("batch", range(10))
def test_damaged_tables_are_read_right_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(files, "TICK", 0)
    read = [check(tmp_path, number) for number in range(500 * batch, 500 * (batch + 1))]
    assert 100 < sum(read) < 400


@pytest.mark.parametrize("dress", [one for one in DRESSES if one != "plain"])
def test_so_they_are_however_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dress: str) -> None:
    monkeypatch.setattr(files, "TICK", 0)
    read = [check(tmp_path, number, dress) for number in range(5000, 5400)]
    assert 80 < sum(read) < 320
