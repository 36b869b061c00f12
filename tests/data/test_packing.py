"""Arrays that are most of the memory there is become others where they lie."""

import tracemalloc

import numpy as np
import pytest

from tuilab.data import packing, sources
from tuilab.data.columns import reader, sheet
from tuilab.data.prepare import encode, split
from tuilab.data.table import Table
from tuilab.experiment import convert
from tuilab.experiment.fields import ColumnsSection


@pytest.mark.parametrize("n", [1, 2, 7, 30])
@pytest.mark.parametrize("m", [1, 5, 31, 33, 100, 1000, 70_000])
def test_columns_are_turned_into_rows_where_they_lie(m: int, n: int) -> None:
    wanted = np.random.default_rng(m).standard_normal((m, n))
    room = packing.in_columns((m, n))
    room[:m] = wanted
    made = packing.in_rows(room[:m])
    assert made.flags.c_contiguous and (made == wanted).all()
    assert np.shares_memory(made, room)


def test_what_cannot_be_turned_where_it_lies_is_copied() -> None:
    X = np.arange(6.0).reshape(3, 2)
    assert packing.in_rows(X) is X
    for odd in (np.asfortranarray(np.arange(165.0).reshape(55, 3)), X.T[:, :2], X[:, 1:]):
        before = odd.copy()
        odd.flags.writeable = False
        made = packing.in_rows(odd)
        assert made.flags.c_contiguous and (made == before).all() and (odd == before).all()


def test_rows_that_are_no_longer_lie_where_the_others_lay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_BLOCK", 6)
    X = np.arange(40.0).reshape(10, 4)
    wanted, kept = X.copy()[[0, 3, 4, 7, 9]][:, [3, 1]], np.array([0, 3, 4, 7, 9])
    made = packing.packed(X, (5, 2), lambda rows: X[kept[rows]][:, [3, 1]])
    assert (made == wanted).all() and np.shares_memory(made, X) and made.flags.c_contiguous
    longer = packing.packed(X, (10, 5), lambda rows: np.pad(X[rows], ((0, 0), (0, 1))))
    assert longer.shape == (10, 5) and not np.shares_memory(longer, X)
    X.flags.writeable = False
    assert not np.shares_memory(packing.packed(X, (10, 4), lambda rows: X[rows]), X)


def test_a_decision_on_columns_of_numbers_needs_no_second_matrix() -> None:
    X = packing.in_columns((20_000, 40))
    X[:] = np.random.default_rng(0).standard_normal(X.shape)
    wanted, y = X[:20_000].copy(), np.arange(20_000) % 2
    table = Table(X[:20_000], y, tuple(f"x{at}" for at in range(40)), ("a", "b"))
    columns = ColumnsSection(drop=("x3",), time="x7")
    experiment = convert({"data": {"source": "t.csv"}, "columns": {"drop": ["x3"], "time": "x7"}})

    def read(*given: object) -> Table:
        return reader.table_of(sheet.sheet_of(table), columns)

    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        dataset = encode(split(sources.load(experiment, read), experiment), experiment)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < wanted.nbytes
    assert dataset.features == tuple(f"x{at}" for at in range(40) if at not in (3, 7))
    order = np.argsort(wanted[:, 7])[: len(dataset.train.y)]
    np.testing.assert_array_equal(dataset.train.X, np.delete(wanted, [3, 7], axis=1)[np.sort(order)])
