from pathlib import Path

import numpy as np
import pytest

from tuilab.data import datasets
from tuilab.experiment import SHIPPED

SHIPPED_FOLDER = Path(datasets.__file__).with_name("shipped")


def test_breast_cancer():
    table = datasets.load("breast-cancer")
    assert table.X.shape == (569, 30)
    assert table.classes == ("malignant", "benign")
    assert np.bincount(table.y).tolist() == [212, 357]
    assert table.features[0] == "mean radius"
    assert table.features[-1] == "worst fractal dimension"
    assert len(set(table.features)) == 30
    # The first and the last patient of wdbc.data, and the ranges that its description gives.
    assert table.X[0, :3].tolist() == [17.99, 10.38, 122.8]
    assert table.X[568, :3].tolist() == [7.76, 24.54, 47.92]
    assert (table.y[0], table.y[568]) == (0, 1)
    assert (table.X[:, 3].min(), table.X[:, 3].max()) == (143.5, 2501.0)


def test_digits():
    table = datasets.load("digits")
    assert table.X.shape == (1797, 64)
    assert table.classes == tuple("0123456789")
    assert np.bincount(table.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (table.X.min(), table.X.max()) == (0, 16)
    assert (np.floor(table.X) == table.X).all()
    assert (table.features[0], table.features[63]) == ("pixel 0,0", "pixel 7,7")
    assert table.X[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert table.y[:10].tolist() == list(range(10))


@pytest.mark.parametrize("name", SHIPPED)
def test_types(name):
    table = datasets.load(name)
    assert (table.X.dtype, table.y.dtype) == (np.float64, np.int64)
    assert table.X.flags.c_contiguous
    assert all(type(text) is str for text in table.features + table.classes)


@pytest.mark.parametrize("name", SHIPPED)
def test_small_and_with_source_and_license_beside_it(name):
    assert (SHIPPED_FOLDER / f"{name}.npz").stat().st_size < 100_000
    section = (SHIPPED_FOLDER / "SOURCES.md").read_text("utf-8").split(f"## {name}.npz")[1].split("\n## ")[0]
    assert "CC BY 4.0" in section
    assert "https://doi.org/10.24432/" in section
