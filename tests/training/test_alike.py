"""Examples of one group err alike: the intervals hold what they say, in worlds whose truth is known."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verdicts import judged
from tuilab.experiment import Experiment, edit
from tuilab.nn.task.chance import SURE, wilson
from tuilab.training.alike import of_groups, worth
from tuilab.training.better import on_the_same
from tuilab.training.student import t_quantile

WORLDS = 400


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0, 9)), min_size=2, max_size=50))
def test_a_number_a_group_has_their_mean_and_what_it_spreads_by(pairs: list[tuple[int, float]]) -> None:
    group, numbers = (np.array(column) for column in zip(*pairs, strict=True))
    found, off = of_groups(numbers, group), numbers - numbers.mean()
    groups, m = len(set(group.tolist())), len(pairs)
    assert found.mean() == pytest.approx(numbers.mean())
    sums = [sum(d for d, g in zip(off, group, strict=True) if g == one) for one in sorted(set(group.tolist()))]
    if groups > 1:
        of_mean = groups / (groups - 1) * sum(one**2 for one in sums) / m**2
        assert np.var(found, ddof=1) / groups == pytest.approx(of_mean, abs=1e-12)
    assert of_groups(np.stack([numbers, 2 * numbers]), group)[1] == pytest.approx(2 * found)


def test_rows_that_are_all_as_the_others_of_their_group_count_as_one() -> None:
    errors, group = np.repeat(np.arange(60) % 3 == 0, 5), np.repeat(np.arange(60), 5)
    few = (SURE / t_quantile(59)) ** 2
    assert len(errors) * worth(errors, group) == pytest.approx(60 * few, rel=0.02)
    alone = np.arange(300)
    assert worth(errors, alone) == pytest.approx((SURE / t_quantile(299)) ** 2)


@pytest.mark.parametrize("wrong", [0, 1, 4, 296, 300])
def test_where_mistakes_are_in_too_few_groups_they_tell_no_more_than_groups_do(wrong: int) -> None:
    group, errors = np.repeat(np.arange(60), 5), np.arange(300) < wrong
    assert len(errors) * worth(errors, group) == pytest.approx(60 * (SURE / t_quantile(59)) ** 2)
    assert len(errors) * worth(errors, np.zeros(300, int)) == pytest.approx(1)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
@pytest.mark.parametrize(("groups", "rows"), [(10, 5), (24, 20), (60, 5), (200, 20)])
@pytest.mark.parametrize("error", [0.03, 0.1, 0.3])
def test_the_interval_of_an_error_holds_what_endless_groups_have(
    groups: int, rows: int, error: float, rho: float
) -> None:
    """Mistakes of a group correlate by ρ. As if all stood for themselves, 200 groups of 20 hold it in 37 of 100."""
    random = np.random.default_rng([98_002, groups, rows, int(100 * error), int(10 * rho)])
    group, held = np.repeat(np.arange(groups), rows), 0
    for _ in range(WORLDS):
        a = (1 - rho) / rho if rho else 1e9
        shares = random.beta(error * a, (1 - error) * a, groups)
        errors = random.random(groups * rows) < np.repeat(shares, rows)
        low, high = wilson(float(errors.mean()), len(errors) * worth(errors, group))
        held += low <= error <= high
    assert held >= (0.92 - 2 * (0.92 * 0.08 / WORLDS) ** 0.5) * WORLDS


@pytest.mark.parametrize("copies", ["0", "2"])
def test_a_run_by_groups_has_wider_intervals_and_says_so(tmp_path: Path, copies: str) -> None:
    """Patients whose five rows are nearly the same, and whose label nothing tells."""
    random = np.random.default_rng(98_003)
    rows = ["patient,x1,x2,ill"]
    for number in range(120):
        x, ill = random.standard_normal(2), random.random() < 0.5
        rows += [
            f"P{number},{a:.3f},{b:.3f},{'yes' if ill else 'no'}" for a, b in x + 0.01 * random.normal(size=(5, 2))
        ]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(rows) + "\n")
    edits = {"data.source": str(path), "columns.group": "patient", "augmentation.copies": copies}
    edits |= {"augmentation.noise": "0.01"} if copies != "0" else {}
    run = judged(edit(Experiment(), edits | {"optimization.iterations": "300"}))
    low, high = run.diagnosis.interval or (0, 0)
    narrow = wilson(run.diagnosis.dev or 0, 120)
    assert run.diagnosis.group == "patient"
    assert high - low > 1.6 * (narrow[1] - narrow[0])
    gaps = {gap.name: gap.interval for gap in run.diagnosis.gaps}
    bias = gaps["avoidable bias"]
    assert bias and bias[1] - bias[0] > 1.6 * np.diff(wilson(run.diagnosis.bias or 0, 360))[0]


@pytest.mark.parametrize(("groups", "rows"), [(24, 5), (60, 20), (300, 5)])
def test_by_groups_two_that_are_as_good_are_hardly_ever_told_apart(groups: int, rows: int) -> None:
    """Each of two is wrong in whole groups; as if examples stood for themselves, 4 of 10 were told apart."""
    random = np.random.default_rng([98_004, groups, rows])
    group, told, alone = np.repeat(np.arange(groups), rows), 0, 0
    for _ in range(WORLDS):
        first, second = (np.repeat(random.random(groups) < 0.2, rows) for _ in range(2))
        told += on_the_same(of_groups(1.0 * first, group), of_groups(1.0 * second, group)).shown
        alone += on_the_same(first, second).shown
    assert told <= (0.05 + 2 * (0.05 * 0.95 / WORLDS) ** 0.5) * WORLDS
    assert alone > 0.3 * WORLDS
