"""Numbers far from all others of their column are told of; those of heavy tails are not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import prepare
from tuilab.data.columns.far_off import FEWEST, far_off
from tuilab.data.columns.report import DataReport, report
from tuilab.experiment import Experiment, edit

Drawn = Callable[[np.random.Generator, int], Any]

SOUND: dict[str, Drawn] = {
    "normal": lambda draw, m: draw.normal(size=m),
    "uniform": lambda draw, m: draw.uniform(size=m),
    "exponential": lambda draw, m: draw.exponential(size=m),
    "lognormal, σ 1": lambda draw, m: draw.lognormal(0, 1, m),
    "lognormal, σ 2": lambda draw, m: draw.lognormal(0, 2, m),
    "lognormal, σ 2, whole": lambda draw, m: draw.lognormal(0, 2, m).round(),
    "lognormal, σ 2, below 0": lambda draw, m: -draw.lognormal(0, 2, m),
    "Pareto, α 1.5": lambda draw, m: draw.pareto(1.5, m),
    "Pareto, α 1": lambda draw, m: 1 + draw.pareto(1, m),
    "t of 2 degrees": lambda draw, m: draw.standard_t(2, m),
    "Cauchy": lambda draw, m: draw.standard_cauchy(m),
    "Weibull, k 0.3": lambda draw, m: draw.weibull(0.3, m),
    "gamma, k 0.1": lambda draw, m: draw.gamma(0.1, size=m),
    "beta, 0.2": lambda draw, m: draw.beta(0.2, 0.2, m),
    "Poisson": lambda draw, m: draw.poisson(3, m),
    "rare counts": lambda draw, m: draw.negative_binomial(0.2, 0.01, m),
    "Zipf, 1.5": lambda draw, m: draw.zipf(1.5, m).clip(0, 10**12),
    "mostly 0": lambda draw, m: np.where(draw.uniform(size=m) < 0.9, 0, draw.lognormal(3, 2, m)),
    "mostly 0, Pareto": lambda draw, m: np.where(draw.uniform(size=m) < 0.8, 0, draw.pareto(1.2, m)),
    "two spreads": lambda draw, m: draw.normal(0, np.where(draw.uniform(size=m) < 0.98, 1, 10), m),
    "years": lambda draw, m: draw.integers(1900, 2025, m),
}


@pytest.mark.parametrize("name", SOUND)
def test_of_sound_columns_however_heavy_their_tails_nothing_is_said(name: str) -> None:
    """Of 310,800 such columns, of 30 to 10,000 numbers, it was said of 49: 0.016 %.

    29 were of power laws, 20 of two spreads of which one is rare: of one a hundred times as wide it is 5 %.
    """
    drawn = [
        (m, seed) for m, seeds in ((30, 150), (60, 150), (200, 150), (1000, 80), (10_000, 5)) for seed in range(seeds)
    ]
    flagged = [
        (m, seed)
        for m, seed in drawn
        if len(far_off(np.asarray(SOUND[name](np.random.default_rng([seed, m]), m), np.float64)))
    ]
    assert len(flagged) <= 0.006 * len(drawn)


PLANTED: dict[str, tuple[Drawn, tuple[float, ...]]] = {
    "a lost decimal sign": (lambda draw, m: draw.normal(10.4, 1, m).round(1), (9.6e14, 1e14)),
    "thousands": (lambda draw, m: draw.lognormal(-0.7, 0.35, m).round(3), (1185, 1025)),
    "meters among cm": (lambda draw, m: draw.normal(172, 9, m).round(), (1.8,)),
    "mm among cm": (lambda draw, m: draw.normal(172, 9, m).round(), (1750,)),
    "a mark": (lambda draw, m: draw.normal(0, 1, m), (-9999,)),
    "both ends": (lambda draw, m: draw.normal(0, 1, m), (-9999, 1e6)),
    "a year of five digits": (lambda draw, m: draw.integers(1950, 2025, m), (20200,)),
}


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("m", [300, 20_000])
def test_what_is_far_off_is_found_and_nothing_else(name: str, m: int) -> None:
    drawn, planted = PLANTED[name]
    for seed in range(10):
        values = np.asarray(drawn(draw := np.random.default_rng(seed), m), np.float64)
        values[draw.choice(m, len(planted), replace=False)] = planted
        values[draw.choice(np.flatnonzero(~np.isin(values, planted)), 3)] = np.nan
        assert far_off(values).tolist() == sorted(planted)


@pytest.mark.parametrize("share", [0.02, 0.08])
def test_numbers_without_their_decimal_sign_are_found_though_they_are_many(share: float) -> None:
    """As a published table of wines has them in its densities: 1.0014 as 10014, 1.001 as 1001."""
    for seed in range(10):
        values = (draw := np.random.default_rng(seed)).normal(0.9967, 0.0019, 1500).round(5)
        slips = draw.choice(len(values), int(share * len(values)), replace=False)
        values[slips] = [float(f"{one:.5g}".replace(".", "")) for one in draw.normal(1.002, 0.0005, len(slips))]
        assert far_off(values).tolist() == np.sort(values[slips]).tolist()
        values[slips[0]] *= 2  # which no power of ten brings among the others
        assert len(far_off(values)) < len(slips)


def test_of_few_numbers_or_few_different_ones_nothing_is_said() -> None:
    assert not len(far_off(np.append(np.arange(1.0, FEWEST - 1), 1e9)))
    assert not len(far_off(np.append(np.arange(200) % 5, 1e9)))
    assert not len(far_off(np.full(50, np.nan)))


M = 200
some = np.random.default_rng(3)
HEIGHT = some.normal(172, 9, M).round(1).tolist()
KIND = ["ab"[int(height + some.normal(0, 9) > 172)] for height in HEIGHT]


def of(path: Path, **columns: str) -> DataReport:
    return report(
        edit(Experiment(), {"data.source": str(path), **{f"columns.{key}": said for key, said in columns.items()}})
    )


def write(path: Path, height: list[Any]) -> Path:
    rows = [f"{one},{n % 7}.5,{kind}" for n, (one, kind) in enumerate(zip(height, KIND, strict=True))]
    path.write_text("\n".join(["height,x,kind", *rows]) + "\n")
    return path


def test_it_is_named_by_its_row_and_decided_as_a_mark_or_as_a_number(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", ["1.80", *HEIGHT[1:90], 1745, *HEIGHT[91:]])
    (trap,) = [one for one in of(path).traps if one.open]
    assert (trap.name, trap.column) == ("far off", "height")
    assert trap.said.startswith('"1.80" in row 2, "1745" in row 92, far from ')
    assert f"{min(HEIGHT)} to {max(HEIGHT)}, where all others are" in trap.said
    proposed = of(path).proposed
    assert proposed == {"marks": '["height = 1.80", "height = 1745"]', "missing": '"median"'}
    assert not of(path, **proposed).open
    assert not of(path, **{"as": "height = number"}).open
    settings = {f"columns.{key}": said for key, said in proposed.items()}
    assert "height is missing" in prepare(edit(Experiment(), {"data.source": str(path), **settings})).features


def test_what_is_told_as_a_mark_is_not_told_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [-9999, -9999, *HEIGHT[2:]])
    assert [trap.name for trap in of(path).traps if trap.open] == ["marks"]
    path = write(path, [-9999, *HEIGHT[1:]])
    assert [trap.name for trap in of(path).traps if trap.open] == ["far off"]
