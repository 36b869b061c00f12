"""A figure becomes cells: legible, whole, and whatever the numbers are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.examples import examples
from tuilab.ui.plots.canvas import CURVE_INKS, FAULT
from tuilab.ui.plots.cells import Cells, Ink
from tuilab.ui.plots.figure import Figure, VerticalLine
from tuilab.ui.plots.picture import picture
from tuilab.ui.plots.series import Series

FALLING = Series("cost", np.arange(100.0), np.exp(-np.arange(100.0) / 20))


def text(figure: Figure, width: int = 60, height: int = 14) -> str:
    return "\n".join(picture(figure, width, height).cells.lines)


def inked(cells: Cells, ink: Ink) -> str:
    return "".join(cells.characters[cells.codes == cells.code(ink)])


def braille(shown: str) -> int:
    return sum("\u2800" < character <= "\u28ff" for character in shown)


def test_a_figure_names_everything_it_shows() -> None:
    other = Series("dev", FALLING.x, FALLING.y + 0.1)
    shown = text(
        Figure(
            title="Cost",
            series=(FALLING, other),
            x_label="iteration",
            y_label="J",
            x_range=(0, 200),
            marks=(VerticalLine(50, "α 0.01"),),
            note="seed 3",
        )
    )
    first, *_, last = shown.splitlines()
    assert first.split() == ["Cost", "J", "o", "cost", "x", "dev"]
    assert last.split() == ["seed", "3", "iteration"]
    assert "│α 0.01" in shown
    assert shown.splitlines()[-2].split() == ["0", "50", "100", "150", "200"]
    assert braille(shown) > 40


@pytest.mark.parametrize("width", range(24, 60))
def test_what_is_cut_off_is_told_whole_or_not_at_all(width: int) -> None:
    spikes = np.where(FALLING.x < 2, 1e3, FALLING.y)
    series = (Series("J", FALLING.x, spikes), Series("moons-0002", FALLING.x, spikes, guest=True))
    last = text(Figure(series=series, robust=True, note="measuring …"), width).splitlines()[-1].split()
    told = ["2 points above", "moons-0002: 2 points above", "measuring …"]
    assert " ".join(last) in [" ".join(told[:many]) for many in range(1, 4)]


@pytest.mark.parametrize("width", range(24, 60))
def test_no_name_in_the_legend_is_cut(width: int) -> None:
    names = {"t": "train", "p": "penalty", "J": "total", "d": "dev", "E": "J at the end"}
    series = tuple(Series(name, FALLING.x, FALLING.y, marker=mark) for mark, name in names.items())
    for height in (8, 14):  # on the row of the title, and on one of its own
        rows = text(Figure(title="Cost", series=series), width, height).splitlines()
        shown = " ".join((rows[0] if height == 8 or "t" in rows[0].split() else rows[1]).removeprefix("Cost").split())
        told = [f"{mark} {name}" for mark, name in names.items()]
        assert shown in [" ".join([*told[:whole], *list(names)[whole:]]) for whole in range(len(names) + 1)]


def test_each_curve_has_its_color_and_ends_in_its_marker() -> None:
    figure = Figure(series=(FALLING, Series("dev", FALLING.x, FALLING.y + 1, color="success", marker="@")))
    cells = picture(figure, 60, 14).cells
    first, second = (inked(cells, CURVE_INKS[hue]) for hue in ("primary", "success"))
    assert braille(first) > 20 and braille(second) > 20
    assert first.count("o") == 3  # at its end, in the legend, and in "cost"
    assert second.count("@") == 2


def test_curves_that_coincide_take_turns_and_each_has_its_marker() -> None:
    """Noise and a level line: whatever lies on one another, no curve vanishes."""
    noise = np.random.default_rng(1).random(500)
    for y in (np.full(500, 3.0), noise, np.linspace(0, 1, 500)):
        series = [
            Series(name, np.arange(500.0), y, hue, name[0]) for name, hue in (("train", "primary"), ("dev", "warning"))
        ]
        cells = picture(Figure(series=tuple(series)), 60, 14).cells
        train, dev = (inked(cells, CURVE_INKS[hue]) for hue in ("primary", "warning"))
        assert min(braille(train), braille(dev)) > 0.3 * (braille(train) + braille(dev))
        assert train.count("t") == dev.count("d") == 3  # twice in the legend, and at its end


def test_a_marker_stands_on_its_own_line() -> None:
    """Whatever the height: in the cell of the line's last dot."""
    for height in range(8, 40):
        for level in np.linspace(0.03, 0.97, 13):
            series = (Series("a", np.arange(2.0), np.array([0.0, 1.0]), "error", "+"),
                      Series("s", np.arange(99.0), np.full(99, level), "primary", "@"))  # fmt: skip
            rows = picture(Figure(series=series), 60, height).cells.lines
            line = next(row for row in rows[1:] if "@" in row)
            assert braille(line) > 30


def test_curves_of_few_points_that_meet_at_their_end_have_each_their_name() -> None:
    x = np.arange(2.0)
    series = tuple(Series(name, x, np.array([y, 1.0]), marker=name) for name, y in (("t", 0.6), ("d", 0.3), ("E", 0.0)))
    rows = text(Figure(series=series)).splitlines()[1:]
    assert all(any(letter in row for row in rows) for letter in "tdE")
    assert "Edt" in "\n".join(rows)


def test_many_points_in_few_columns_have_one_name() -> None:
    short = Series("short", np.arange(31.0), np.linspace(9, 1, 31), marker="@")
    assert text(Figure(series=(short,), x_range=(0, 2000))).count("@") == 2, "in the legend and at its end"


def test_the_label_of_a_mark_covers_no_name() -> None:
    x = np.arange(2.0)
    series = tuple(Series(name, x, np.array([y, 100.0]), marker=name) for name, y in (("t", 40), ("@", 45)))
    rows = text(Figure(series=series, marks=(VerticalLine(1.0, "diverged"),))).splitlines()[1:]
    assert any("diverged" in row for row in rows) and any("@t" in row for row in rows)


def test_few_points_are_each_marked() -> None:
    shown = text(Figure(series=(Series("s", np.arange(4.0), np.array([1.0, 4, 2, 3]), marker="@"),)))
    assert shown.count("@") == 4 + 1


def test_no_points() -> None:
    for figure in (Figure(), Figure(series=(Series("train", np.array([]), np.array([])),), log_y=True)):
        shown = text(figure)
        assert "no points yet" in shown
        assert "┤" in shown


def test_constant_and_single_points_lie_inside() -> None:
    for y in ([5.0], [0.0, 0.0], [-3.0] * 7):
        rows = text(Figure(series=(Series("s", np.arange(len(y)), np.array(y), marker="@"),))).splitlines()[1:]
        assert sum("@" in row for row in rows) == 1


def test_what_a_log_axis_hides_is_counted() -> None:
    y = np.array([1.0, 0.1, 0.0, -2.0, 0.01])
    assert "2 points hidden" in text(Figure(series=(Series("s", np.arange(5), y),), log_y=True))
    assert "1 point hidden" in text(Figure(series=(Series("s", np.arange(3), y[:3]),), log_y=True))
    assert "hidden" not in text(Figure(series=(Series("s", np.arange(5), y),)))


def test_points_that_are_not_finite_are_marked_at_their_edge_and_counted() -> None:
    y = np.ones(100)
    y[20], y[40], y[60] = np.nan, np.inf, -np.inf
    cells = picture(Figure(series=(Series("s", np.arange(100.0), y),)), 60, 14).cells
    rows = cells.lines
    assert "! 3 points not finite" in rows[-1]
    assert (rows[1].count("!"), rows[-4].count("!")) == (2, 1)  # below the legend; above axis, labels and note
    assert inked(cells, FAULT).count("!") == 4


def test_a_spike_of_one_point_reaches_the_top() -> None:
    y = np.zeros(100_000)
    y[33_333] = 1.0
    rows = text(Figure(series=(Series("s", np.arange(100_000.0), y),))).splitlines()
    assert braille(rows[1]) == 1


def test_a_fixed_x_axis_leaves_the_drawn_part_where_it_is() -> None:
    def left(points: int) -> list[str]:
        part = Series("s", FALLING.x[:points], FALLING.y[:points])
        return [row[:25] for row in text(Figure(series=(part,), x_range=(0, 100))).splitlines()]

    assert left(50) == left(90)


def test_text_from_outside_can_do_nothing_but_be_read() -> None:
    bad = "\x1b]52;c;aGk=\x07[red]误e\u0301\n\u202e"
    figure = Figure(
        bad, (Series(bad, np.arange(3), np.arange(3), marker="\x1b"),), bad, bad,
        marks=(VerticalLine(1, bad), VerticalLine(1.1, bad)), note=bad,
    )  # fmt: skip
    for width in range(1, 90):
        lines = picture(figure, width, 12).cells.lines
        assert {cell_len(line) for line in lines} == {width}
        assert not set("\x1b\x07\n\u202e") & set("".join(lines))
    assert "[red]误" in text(figure, 100)


def test_one_picture_for_one_figure() -> None:
    figure = Figure("Cost", (FALLING,), x_range=(0, 12345))
    assert text(figure) == text(Figure("Cost", (FALLING,), x_range=(0, 12345)))


numbers = st.floats() | st.sampled_from([0.0, 5e-324, -5e-324, 1e308, -1e308, 1.7976931348623157e308, 1e-300])
series = st.lists(st.tuples(numbers, numbers), max_size=60).map(
    lambda points: Series("s", *np.array(points, dtype=float).reshape(-1, 2).T)
)
ranges = st.none() | st.tuples(numbers, numbers)


@examples(250)
@given(
    st.lists(series, max_size=3),
    st.booleans(),
    ranges,
    st.lists(st.builds(VerticalLine, numbers, st.text(max_size=8)), max_size=3),
    st.integers(1, 120),
    st.integers(1, 40),
)
def test_any_numbers_fill_any_size(
    curves: list[Series],
    log_y: bool,
    x_range: tuple[float, float] | None,
    marks: list[VerticalLine],
    width: int,
    height: int,
) -> None:
    figure = Figure("title", tuple(curves), "x", "y", log_y, x_range, tuple(marks), "note")
    lines = picture(figure, width, height).cells.lines
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


@pytest.mark.parametrize("width", range(24, 80))
def test_ticks_that_are_left_out_leave_even_ones(width: int) -> None:
    for last in (300.0, 2000.0, 15000.0):
        place = picture(Figure(series=(FALLING,), x_range=(0.0, last)), width, 12)
        axis = next(line for line in place.cells.lines if "└" in line)
        gaps = np.diff([column for column, character in enumerate(axis) if character == "┬"])
        assert len(gaps) == 0 or max(gaps) - min(gaps) <= 1, axis


def test_where_no_color_tells_lines_apart_each_has_its_letter_all_along() -> None:
    rising = Series("dev", FALLING.x, 1 - FALLING.y)
    figure = Figure(series=(FALLING, rising, Series("behind", FALLING.x, FALLING.y, behind=True)))
    plain, lettered = (picture(figure, 80, 20, lettered=each).cells.lines[1:] for each in (False, True))
    for marker in "ox":
        rows = [row.rindex(marker) for row in lettered if marker in row]
        assert sum(row.count(marker) for row in plain) == 1
        assert sum(row.count(marker) for row in lettered) == 5, "and at its end"
        assert len({*rows}) == len(rows), "each in a column of its own"
    assert sum(row.count("+") for row in lettered) == sum(row.count("+") for row in plain) == 0
    alone = Figure(series=(FALLING,))
    assert picture(alone, 80, 20, lettered=True).cells.lines == picture(alone, 80, 20).cells.lines
