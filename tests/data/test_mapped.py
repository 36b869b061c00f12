"""Arrays larger than memory: prepared on disk, they are what they are in memory, to the last bit."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import Dataset, mapped, memory, normalize, prepare
from tuilab.data.npz_file import classes_of
from tuilab.data.split import stratified
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.training import Training, build

M, N = 4000, 64


def write(folder: Path, dtype: str = "float64", order: Any = "C", m: int = M) -> tuple[str, str]:
    """An array with its labels beside it, and one with them in its last column."""
    rng = np.random.default_rng(3)
    X = (5 + 30 * rng.standard_normal((m, N))).astype(dtype, order=order)
    y = (X[:, 0] > 5).astype(dtype)
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)
    np.save(folder / "all.npy", np.asarray(np.column_stack([X, y]), order=order))
    return str(folder / "X.npy"), str(folder / "all.npy")


def experiment(source: str, **edits: str) -> Experiment:
    given = {"optimization.batch_size": "32", "network.hidden": "[4]"}
    return edit(Experiment(), {**given, "data.source": source, **{key.replace("__", "."): edits[key] for key in edits}})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Few rows are moved at a time; once it is called, the machine has less memory than the array takes."""

    def small(total: int = 2**20) -> None:
        monkeypatch.setattr(memory, "total", lambda: total)

    for room in (mapped, normalize):
        monkeypatch.setattr(room, "_BLOCK", 20_000)
    return small


def bits(dataset: Dataset) -> Any:
    parts = [(one.X.tobytes(), one.y.tobytes(), one.X.dtype) for one in dataset.parts.values()]
    return parts, dataset.features, dataset.classes, dataset.mean.tobytes(), dataset.scale.tobytes()


@pytest.mark.parametrize(
    ("dtype", "precision"),
    [("float64", "float64"), ("float32", "float32"), ("float32", "float64"), ("int16", "float32")],
)
def test_prepared_on_disk_as_in_memory(tmp_path: Path, small: Any, dtype: str, precision: str) -> None:
    first, second = write(tmp_path, dtype)
    plans = [
        experiment(first, network__precision=precision, split__train_dev="0.1", split__train="0.5"),
        experiment(second, network__precision=precision, inputs__normalize="false"),
    ]
    if dtype == "float64":
        plans += [experiment(first, data__test_source=first, split__train="0.8", split__test="0")]
    wanted = [bits(prepare(plan)) for plan in plans]
    small()
    for plan, one in zip(plans, wanted, strict=True):
        found = prepare(plan)
        assert all(mapped.is_mapped(part.X) for part in found.parts.values() if len(part.y))
        assert bits(found) == one


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_mini_batches_train_without_loading_it(tmp_path: Path, small: Any, engine: str) -> None:
    plan, size = experiment(write(tmp_path, m=16_000)[0], compute__engine=engine), 8 * 16_000 * N
    costs = Training(build(plan)).advance(300).data
    small(2**22)
    tracemalloc.start()  # what NumPy allocates it counts, what is mapped it does not
    try:
        training = Training(build(plan))
        assert training.advance(300).data.tolist() == costs.tolist()
        assert training.error("train") is not None
        assert tracemalloc.get_traced_memory()[1] < size / 2
    finally:
        tracemalloc.stop()


def test_a_row_takes_little_memory_beside_its_numbers() -> None:
    """What grows with the rows stays in memory, however the array lies: labels, and who is in which part."""
    m = 400_000
    raw = np.random.default_rng(1).integers(0, 3, m).astype(np.float64)
    y = classes_of(raw)[0]
    totals, rng = np.array([m // 2, m // 4, m // 4]), np.random.default_rng(1)
    for work in (lambda: classes_of(raw), lambda: stratified(y, totals, rng)):
        tracemalloc.start()
        try:
            work()
            assert tracemalloc.get_traced_memory()[1] < 28 * m
        finally:
            tracemalloc.stop()


def test_what_cannot_be_laid_out_is_told_in_one_line(
    tmp_path: Path, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = experiment(write(tmp_path, order="F")[0])
    small()
    with pytest.raises(BadInput, match=r"Fortran order.*np.ascontiguousarray"):
        prepare(plan)
    plan = experiment(write(tmp_path)[0])
    with pytest.raises(BadInput, match="must be 0 where the data are larger than memory"):
        prepare(edit(plan, {"split.dev_noise": "0.1"}))
    with pytest.raises(BadInput, match="batch"):
        build(edit(plan, {"optimization.batch_size": "full"}))
    X = np.load(tmp_path / "X.npy")
    X[3000, 7] = np.nan
    np.save(tmp_path / "X.npy", X)
    with pytest.raises(BadInput, match=r"X\[3000, 7\] is not a finite number"):
        prepare(plan)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    with pytest.raises(BadInput, match=r"need 2.0 MiB of disk in .*nowhere"):
        prepare(plan)
