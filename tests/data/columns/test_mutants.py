"""Damaged tables: some here, thousands in the torture tests."""

from pathlib import Path

import pytest

from tests.data.columns.mutants import DRESSES, check
from tuilab.data import files


def test_a_damaged_table_is_read_right_or_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "TICK", 0)
    read = [check(tmp_path, number) for number in range(100)]
    assert 25 < sum(read) < 75


@pytest.mark.parametrize("dress", [one for one in DRESSES if one != "plain"])
def test_so_it_is_however_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dress: str) -> None:
    monkeypatch.setattr(files, "TICK", 0)
    assert 0 < sum(check(tmp_path, number, dress) for number in range(100, 106)) < 6
