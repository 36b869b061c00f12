"""A regression in levels, and what is far from it."""

from pathlib import Path

import numpy as np
import pytest

from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.insight.boundary import BoundaryInsight
from tuilab.lab.insight.fit import LEVELS, Levels, near
from tuilab.nn.task.classification import NO_CLASS


def test_levels_hold_about_equally_many_targets_and_are_called_by_their_ends() -> None:
    targets = np.random.default_rng(0).exponential(1000, 6000)
    levels = Levels.of(targets)
    assert np.bincount(levels.places(targets)).tolist() == [1000] * LEVELS
    assert len(levels.names) == LEVELS and levels.names[0] == "below 186" and levels.names[-1].startswith("above 1,")
    assert levels.places(np.array([np.nan, -np.inf, np.inf])).tolist() == [NO_CLASS, 0, LEVELS - 1]


def test_levels_that_lie_close_are_told_apart() -> None:
    years = Levels.of(np.arange(1990.0, 2020.0))
    assert years.names[:2] == ["below 1,994.5", "1,994.5 … 1,999.5"]


def test_few_different_targets_have_fewer_levels() -> None:
    levels = Levels.of(np.repeat([1.0, 2.0], 50))
    assert levels.names == ["below 1.5", "above 1.5"]
    counts = np.repeat([0.0, 1.0, 2.0, 3.0, 9.0], [50, 60, 30, 20, 5])
    levels = Levels.of(counts)
    assert (np.bincount(levels.places(counts)) > 0).all() and levels.names[0] == "below 0.5", "none is below 0"
    assert Levels.of(np.full(9, 5.0)).names == ["below 5", "above 5"]


def test_far_is_beyond_two_root_mean_squares() -> None:
    errors = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 4.0, 2.9])  # the root of their mean square is 1.9
    assert near(errors, np.zeros(9)).tolist() == [True] * 7 + [False, True]
    assert near(np.empty(0), np.empty(0)).tolist() == []


@pytest.mark.parametrize("source", ["sine", "franke"])
def test_areas_are_what_is_predicted_there(tmp_path: Path, source: str) -> None:
    lab = Lab(tmp_path)
    found = BoundaryInsight.look(lab, edit(Experiment(), {"data.source": source, "network.hidden": "5"}))
    rows, columns = found.areas.shape
    if source == "sine":  # the boundary is a line over x: below it there is all of "below"
        assert (np.diff(found.areas, axis=0) >= 0).all() and set(found.areas.ravel()) <= {0, 1}
        above = found.train.y > np.interp(
            found.train.x,
            np.linspace(*found.x_range, columns),
            np.interp((found.areas == 0).sum(axis=0), [0, rows], found.y_range),
        )
        assert np.mean(above == found.train.truth) > 0.97
    else:
        assert len(found.classes) == LEVELS and set(found.areas.ravel()) <= set(range(LEVELS))
    assert found.words.off == "far off" and "far off" in found.said
    assert found.lines[0].split()[:2] == ["line" if source == "sine" else "y", "area"], "of numbers, no class"
