"""The error of train-dev on its way from the log to what is seen and taken away."""

import csv
import io

import numpy as np
from msgspec.structs import replace

from tests.ui.canned import snapshot
from tuilab.events import Errors, Progress, decode, encode
from tuilab.lab.export import curves_csv
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.runs import RunView, fold
from tuilab.ui.figures.curves import error_figure

AT = np.arange(3.0)
POINTS = Errors(iteration=AT, train=AT / 30, dev=AT / 10, dev_cost=AT, train_dev=AT / 20)


def test_it_is_folded_drawn_and_exported_beside_the_others() -> None:
    logged = decode(encode(Progress(time=1, iteration=3, seconds=1, errors=POINTS)))
    before = replace(POINTS, iteration=AT + 3, train_dev=None)  # of a run that held out nothing, or an older log
    run = replace(
        snapshot("done"),
        view=fold(RunView(), [logged, Progress(time=2, iteration=6, seconds=2, errors=before)]),
    )
    assert np.array_equal(run.view.error.train_dev, [0, 0.05, 0.1, np.nan, np.nan, np.nan], equal_nan=True)
    assert [one.name for one in error_figure(CurvesInsight.of(run)).series] == ["train", "train-dev", "dev"]
    rows = list(csv.DictReader(io.StringIO(curves_csv(run))))
    assert [row["train_dev_error"] for row in rows] == ["0.0", "0.05", "0.1", *3 * ["nan"]]


def test_where_nothing_is_held_out_nothing_is_said_of_it() -> None:
    run = snapshot("done")
    assert "train_dev" not in curves_csv(run)
    assert [one.name for one in error_figure(CurvesInsight.of(run)).series] == ["train", "dev"]
