"""Long work says how far it is, and ends where nobody waits for it: whoever reads, prepares, explains or keeps."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ui.loop import PATIENCE
from tuilab import stages
from tuilab.data import Prepared, csv_file, files, parquet_file
from tuilab.data.columns import blocks
from tuilab.data.columns.report import report
from tuilab.data.table import Table
from tuilab.experiment import Experiment, convert, edit
from tuilab.runs import archive
from tuilab.stages import Ended, Stage, Team
from tuilab.training import Training
from tuilab.training.build import build
from tuilab.training.learning_curve import learning_curve


def shares(work: Callable[[], object]) -> dict[str, list[float]]:
    """What was said of each stage of the work."""
    said = dict[str, list[float]]()

    def hear(stage: Stage | None) -> None:
        if stage is not None and stage.share is not None:
            said.setdefault(stage.doing, []).append(stage.share)

    with stages.heard(hear):
        work()
    return said


def table(folder: Path, rows: int = 300, kind: str = "") -> Path:
    path = folder / "table.csv"
    path.write_text("a,b,kind\n" + "".join(f"{row % 17 / 2}{kind},{row % 7},{row % 2}\n" for row in range(rows)))
    return path


@pytest.mark.parametrize("kind", ["", " %", " km/h", "-03-01"])
def test_of_a_column_of_many_texts_it_is_said_how_far_it_is_and_it_may_be_ended_there(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c,kind\n" + "".join(f"{row + 1000}{kind},7.5,{row % 3},{row % 2}\n" for row in range(900)))
    experiment = edit(Experiment(), {"data.source": str(path)})
    monkeypatch.setattr(stages, "_MANY", 100)
    said = shares(lambda: report(experiment))
    for doing in ("looking through", "collecting the cells of", "summing up"):
        assert said[doing] == sorted(said[doing]) and said[doing][0] == 0 and said[doing][-1] < 1, doing
    passes = [[one for one in said["looking through"] if low < one < low + 1 / 6] for low in (0, 0.5)]  # of a of three
    assert kind == "" or all(len(each) >= 8 for each in passes)

    def hear(stage: Stage | None) -> None:
        if stage and stage.share in passes[1][-1:]:
            raise Ended

    if kind:
        with stages.heard(hear), pytest.raises(Ended):
            report(experiment)


def test_what_follows_a_stage_is_no_part_of_it() -> None:
    said = list[Stage | None]()
    with stages.heard(said.append):
        for _ in stages.through("doing this", "ab"):
            assert list(stages.along("xyz")) == ["xyz"]
        stages.at("doing that", 0.5)
        assert "".join(map(str, stages.along(range(10_000)))) and said[-1] is None
    assert list(stages.along("xyz")) == ["xyz"] and said[:2] == [Stage("doing this", 0), None]


@pytest.mark.parametrize("kind", ["", " %"])
def test_a_file_is_read_prepared_and_explained_share_by_share(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "_PIECE", 500)
    monkeypatch.setattr(blocks, "_PIECE", 500)
    experiment = convert({"data": {"source": str(table(tmp_path, kind=kind))}})
    for work, wanted in (
        (lambda: Prepared().dataset(experiment), ("reading", "checking", "preparing")),
        (lambda: report(experiment), ("reading", "looking through", "relating the columns of", "looking for traps in")),
    ):
        said = shares(work)
        for doing in wanted:
            assert said[doing] and said[doing] == sorted(said[doing]) and said[doing][0] >= 0, doing
            assert said[doing][-1] <= 1
    assert len(said["reading"]) > 1


def test_what_nobody_waits_for_is_read_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "_PIECE", 500)
    monkeypatch.setattr(blocks, "_PIECE", 500)
    said = list[Stage]()

    def hear(stage: Stage | None) -> None:
        if stage is not None:
            said.append(stage)
            raise Ended

    path = table(tmp_path)
    with pytest.raises(Ended), stages.heard(hear):
        files.load(str(path), "")
    assert len(said) == 1
    files.load(str(path), "")  # and behind the block nobody hears


def test_who_ends_what_another_waits_for_too_ends_it_for_himself(tmp_path: Path) -> None:
    begun, let, experiment = threading.Event(), threading.Event(), convert({"data": {"source": str(table(tmp_path))}})
    left = threading.Event()

    def read(*asked: Any) -> Table:
        begun.set()
        assert let.wait(PATIENCE)
        stages.check()
        return files.load(*asked)

    data = Prepared(read)

    def hear(stage: Stage | None) -> None:
        if left.is_set():
            raise Ended

    def leaving() -> None:
        with stages.heard(hear):
            data.dataset(experiment)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(leaving)
        assert begun.wait(PATIENCE)
        second = pool.submit(data.dataset, experiment)
        left.set()
        let.set()
        assert isinstance(first.exception(PATIENCE), Ended)
        assert len(second.result(PATIENCE).dev.y) == 60


def test_who_waits_for_another_one_may_leave(tmp_path: Path) -> None:
    begun, let = threading.Event(), threading.Event()
    experiment: Experiment = convert({"data": {"source": str(table(tmp_path))}})

    def read(*asked: Any) -> Table:
        begun.set()
        assert let.wait(PATIENCE)
        return files.load(*asked)

    def leave(stage: Stage | None) -> None:
        raise Ended

    data = Prepared(read)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(data.dataset, experiment)
        assert begun.wait(PATIENCE)
        with pytest.raises(Ended), stages.heard(leave):
            data.dataset(experiment)
        let.set()
        assert len(first.result(PATIENCE).dev.y) == 60


def test_large_arrays_are_kept_and_read_share_by_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LARGE", 1000)
    path, X = tmp_path / "arrays.npz", np.arange(3000.0).reshape(300, 10)
    assert shares(lambda: archive.write_arrays(path, {"X": X}))["keeping"][-1] == 1
    found = dict[str, Any]()
    assert len(shares(lambda: found.update(archive.read_arrays(path)))["reading"]) > 20
    assert np.array_equal(found["X"], X) and not found["X"].flags.writeable


def test_a_process_that_unpacks_ends_with_who_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "_LOOK", 0.01)

    def leave(stage: Stage | None) -> None:
        raise Ended

    with (tmp_path / "x").open("wb+") as file, pytest.raises(Ended), stages.heard(leave):
        parquet_file._outcome(["sleep", "60"], file, file)


LONG = convert({"data": {"source": "circles"}, "optimization": {"iterations": 1_000_000_000}})


@pytest.mark.parametrize("engine", ["fused", "numpy"])
def test_long_training_ends_where_nobody_waits(engine: str) -> None:
    asked = list[None]()

    def hear(stage: Stage | None) -> None:
        asked.append(None)
        if len(asked) > 3:
            raise Ended

    training = Training(build(edit(LONG, {"compute.engine": engine})))
    with pytest.raises(Ended), stages.heard(hear):
        training.advance_in_strides(1_000_000_000)
    assert training.iteration == 1 + 2 + 4


@pytest.mark.parametrize(("rate", "ends"), [("0.01", False), ("1e6", True)])
def test_in_strides_it_is_the_same_training(rate: str, ends: bool) -> None:
    problem = build(edit(LONG, {"optimization.learning_rate": rate, "regularization.lambd": "10000"}))
    one, other = Training(problem), Training(problem)
    with np.errstate(all="ignore"):
        costs = one.advance(300)
        assert np.array_equal(costs, other.advance_in_strides(300), equal_nan=True) and (len(costs.data) < 300) == ends
    assert one.parameters.theta.tobytes() == other.parameters.theta.tobytes()


def test_a_forecast_that_is_left_leaves_no_training_behind() -> None:
    left = threading.Event()

    def hear(stage: Stage | None) -> None:
        if left.is_set():
            raise Ended

    def forecast() -> None:
        with stages.heard(hear):
            list(learning_curve(LONG, threads=2))

    with ThreadPoolExecutor(1) as pool:
        curve = pool.submit(forecast)
        left.set()
        assert isinstance(curve.exception(PATIENCE), Ended)


@pytest.mark.parametrize("left", ["the block", "the wait"])
def test_work_that_is_shared_ends_with_who_has_it(left: str) -> None:
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        while True:
            stages.check()

    def hear(stage: Stage | None) -> None:
        if over.is_set():
            raise Ended

    with pytest.raises(KeyboardInterrupt if left == "the block" else Ended), stages.heard(hear), Team(1) as team:
        first, never = team.submit(work), team.submit(work)
        assert begun.wait(PATIENCE)
        if left == "the block":
            raise KeyboardInterrupt
        over.set()
        first.result(PATIENCE)
    assert isinstance(first.exception(0), Ended) and (never.cancelled() or isinstance(never.exception(0), Ended))
