"""A column that alone says the label is told, whatever stands beside it; one that does not is not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import prepare
from tuilab.data.dataset import Dataset, Part, unnormalized
from tuilab.data.telltale import COLUMNS, telltales
from tuilab.experiment import Experiment, edit


def dataset(X: Any, y: Any, classes: tuple[str, ...] = ("no", "yes")) -> Dataset:
    X, y = np.asarray(X, np.float64), np.asarray(y)
    part, none = Part(X, y), Part(X[:0], y[:0])
    return unnormalized(part, none, none, tuple(f"x{at}" for at in range(1, X.shape[1] + 1)), classes)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("examples", [60, 400, 5000])
def test_a_planted_column_is_told_and_noise_is_not(seed: int, examples: int) -> None:
    rng = np.random.default_rng(71_000_000 + seed)
    X, y = rng.standard_normal((examples, 6)), rng.integers(0, 2, examples)
    assert telltales(dataset(X, y)) == ()
    X[:, 3] = 2.5 - y
    X[:, 5] = 10 * y + 0.5 * rng.standard_normal(examples)
    assert telltales(dataset(X, y)) == ("x4", "x6")


@pytest.mark.parametrize("seed", range(20))
def test_a_column_that_tells_much_is_none_that_says_the_label(seed: int) -> None:
    rng = np.random.default_rng(72_000_000 + seed)
    X = rng.standard_normal((500, 3))
    y = (X[:, 0] + 0.3 * rng.standard_normal(500) > 0).astype(int)
    assert telltales(dataset(X, y)) == ()


def test_of_numbers_too_and_not_where_there_is_one_column_or_very_many() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 3))
    assert telltales(dataset(X, 3 * X[:, 1] + 1, ())) == ("x2",)
    assert telltales(dataset(X, rng.standard_normal(400), ())) == ()
    assert telltales(dataset(X[:, 1:2], 3 * X[:, 1] + 1, ())) == ()
    wide = np.tile(X[:, 1:2], (1, COLUMNS + 1))
    assert telltales(dataset(wide, X[:, 1] > 0)) == ()
    pixels = np.abs(rng.standard_normal((400, 64)))
    assert telltales(dataset(pixels, pixels[:, 7] > 0.6)) == ()
    assert telltales(replace(dataset(X, np.zeros(400, int)), classes=("no",))) == ()


def test_it_is_looked_for_in_files_alone_and_a_decision_says_that_it_may_be_learned_from(tmp_path: Path) -> None:
    path = tmp_path / "passengers.csv"
    rows = [f"{n % 7},{n % 5},{'no' if n % 3 else 'yes'},{int(n % 3 == 0)}" for n in range(90)]
    path.write_text("a,b,alive,survived\n" + "\n".join(rows) + "\n")
    experiment = edit(Experiment(), {"data.source": str(path)})
    assert prepare(experiment).telltales == ("alive",)
    assert prepare(edit(experiment, {"columns.as": "alive = category"})).telltales == ()
    assert prepare(edit(experiment, {"columns.drop": "alive"})).telltales == ()
    assert prepare(Experiment()).telltales == ()
