"""The gradient check's scale, the status lines and the figures: pure parts of the rooms."""

import numpy as np
import pytest
from msgspec import structs

from tests.ui.canned import ITERATIONS, snapshot
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.nn.gradient_check import CORRECT, WRONG
from tuilab.runs import Status
from tuilab.ui.figures.curves import cost_figure, error_figure
from tuilab.ui.panels.needle import needle_lines, place
from tuilab.ui.panels.status import status_lines
from tuilab.ui.panels.verdict import figures


@pytest.mark.parametrize("width", [40, 71, 106])
def test_the_needle_stands_in_the_band_of_its_verdict(width: int) -> None:
    first, last = place(CORRECT, width), place(WRONG, width)
    assert place(1e-9, width) < first < place(1e-5, width) < last < place(0.1, width)
    for difference in (0.0, 1e-30, 1e-9, 1e-5, 0.02, 1.0):
        lines = needle_lines(difference, width)
        assert all(line.cell_length <= width for line in lines)
        assert lines[3].plain.index("▲") == place(difference, width)


def test_the_scale_stands_before_there_is_a_difference() -> None:
    words, bands, thresholds, needle = (line.plain for line in needle_lines(None, 100))
    assert all(word in words for word in ("✓ correct", "? look again", "✗ wrong"))
    assert bands.count("┃") == 2 and needle == ""
    assert [thresholds.index(label) for label in ("1e-7", "1e-5", "1e-3")] == sorted(
        thresholds.index(label) for label in ("1e-3", "1e-5", "1e-7")
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", ["· queued", "it begins when there is a core for it"]),
        ("starting", ["… starting", "iteration 0 of 2,000"]),
        ("running", ["▶ running", "50 %", "4,000 it/s", "left"]),
        ("done", ["✓ done", "100 %", "0.5 s"]),
        ("stopped", ["■ stopped"]),
        ("diverged", ["✗ diverged", "it was told to"]),
        ("failed", ["✗ failed", "it was told to"]),
        ("dead", ["✗ dead", "its trainer is gone"]),
    ],
)
def test_the_status_is_told_in_words(status: Status, words: list[str]) -> None:
    points = 0 if status in ("queued", "starting") else 50
    text = "\n".join(line.plain for line in status_lines(snapshot(status, points), 70))
    assert all(word in text for word in words)


@pytest.mark.parametrize("width", [10, 40, 78, 200])
def test_the_bar_never_makes_the_line_too_long(width: int) -> None:
    head = len("✓ done  canned-0001   100 %")
    assert status_lines(snapshot("done"), width)[0].cell_length <= max(width, head)


def test_the_penalty_is_drawn_apart_where_there_is_one() -> None:
    with_penalty = CurvesInsight.of(snapshot("done"))
    names = [series.name for series in cost_figure(with_penalty, log=True).series]
    assert names == ["train", "penalty", "total", "dev"]
    silent = structs.replace(
        with_penalty,
        error=structs.replace(with_penalty.error, dev_cost=np.full(len(with_penalty.error.iteration), np.nan)),
    )
    assert [series.name for series in cost_figure(silent).series] == names[:3]  # the log of an earlier version
    assert cost_figure(with_penalty, log=True).log_y
    assert cost_figure(with_penalty, log=False).x_range == (0, ITERATIONS)


def test_errors_are_drawn_in_percent() -> None:
    train, dev = error_figure(CurvesInsight.of(snapshot("done"))).series
    assert (train.name, dev.name) == ("train", "dev")
    assert 5 <= train.y[-1] < 6 and 10 <= dev.y[-1] < 11


def test_the_verdict_tells_its_numbers() -> None:
    text = figures(snapshot("done"))
    for part in (
        "train error 5.00 %",
        "dev 10.00 % (4.66 to 20.15 % by chance)",
        "avoidable bias 2.50 % (0.2 to 6.7, bar 4)",
        "variance 5.00 %",
    ):
        assert part in text
