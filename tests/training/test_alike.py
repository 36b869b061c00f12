"""Examples of one group err alike: the intervals hold what they say, in worlds whose truth is known."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verdicts import judged
from tuilab.arrays import Array
from tuilab.data import prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.insight.trust import TrustInsight
from tuilab.lab.sentences.mistakes import gap_text
from tuilab.nn.task.chance import SURE, wilson
from tuilab.nn.task.classification import Classification
from tuilab.training.alike import folds, of_groups, worth
from tuilab.training.baselines import against, interval
from tuilab.training.better import on_the_same
from tuilab.training.calibration import reliability, temperature
from tuilab.training.eyeball import eyeball, gap, tagged
from tuilab.training.learning_curve import CurvePoint, learning_curve
from tuilab.training.preflight.check import Setup
from tuilab.training.preflight.short import inputs_tell
from tuilab.training.slices import slices
from tuilab.training.student import t_quantile
from tuilab.training.wrong_labels import doubts

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


@pytest.mark.parametrize("groups", [24, 60, 300])
def test_by_groups_hardly_any_slice_is_worse_where_mistakes_are_as_likely_everywhere(groups: int) -> None:
    """As if examples stood for themselves, 8 of 10 worlds had one; one that is worse is still found."""
    random = np.random.default_rng([98_005, groups])
    group, told = np.repeat(np.arange(groups), 5), 0
    X = random.standard_normal((groups, 4))[group] + 0.01 * random.normal(size=(5 * groups, 4))
    for _ in range(WORLDS // 2):
        y, wrong = random.integers(0, 2, groups)[group], (random.random(groups) < 0.2)[group]
        told += any(one.stands_out for one in slices(X, y, wrong, 2, group))
    assert told <= (0.05 + 2 * (0.05 * 0.95 / (WORLDS // 2)) ** 0.5) * WORLDS // 2
    worse = (random.random(300) < np.where(np.arange(300) % 4, 0.02, 0.5)).repeat(5)
    place, many = np.arange(300).repeat(5), np.zeros(1500, int)
    assert slices(1.0 * (place % 4)[:, None], many, worse, 1, place)[0].stands_out


def test_an_eyeball_part_has_whole_groups_and_its_gap_is_told_by_them() -> None:
    random, told = np.random.default_rng(98_006), 0
    group = random.permutation(np.repeat(np.arange(80), 5))
    for seed in range(WORLDS):
        seen = eyeball(400, seed, group)
        assert not np.intersect1d(group[seen], group[~seen]).size and 195 <= seen.sum() <= 205
        known = gap((random.random(80) < 0.2)[group], seen, group)
        assert known is not None and known.grouped
        told += known.shown
    assert told <= (0.05 + 2 * (0.05 * 0.95 / WORLDS) ** 0.5) * WORLDS
    assert "40 groups of examples that are looked at" in gap_text(known) and "Welch's t" in gap_text(known)


def test_what_is_said_of_a_tag_counts_whole_groups_once() -> None:
    group, seen = np.repeat(np.arange(60), 5), np.ones(300, bool)
    alone, alike = (tagged({"blurred": range(50)}, seen, seen, of)[0] for of in (None, group))
    assert np.diff(alike.interval) > 1.9 * np.diff(alone.interval) and alike.share == alone.share


def test_folds_hold_whole_groups() -> None:
    random, group = np.random.default_rng(98_007), np.arange(300) % 60
    fold_of = folds(5, 300, group, random)
    assert all(len(np.unique(fold_of[group == one])) == 1 for one in range(60))
    assert np.bincount(fold_of).tolist() == [60] * 5 == np.bincount(folds(5, 300, None, random)).tolist()


def visits(path: Path, seed: int, told: float = 0.0) -> Experiment:
    """120 patients whose five rows are nearly the same; as far as it is `told`, the first number says the label."""
    random, rows = np.random.default_rng([98_008, seed]), ["patient,x1,x2,ill"]
    for number in range(120):
        x = random.standard_normal(2)
        ill = "yes" if told * x[0] + (1 - told) * random.normal() > 0 else "no"
        rows += [f"P{number},{a:.3f},{b:.3f},{ill}" for a, b in x + 0.01 * random.normal(size=(5, 2))]
    path.write_text("\n".join(rows) + "\n")
    return edit(Experiment(), {"data.source": str(path), "columns.group": "patient"})


def test_of_groups_that_nothing_tells_of_the_preflight_says_no_other(tmp_path: Path) -> None:
    """With folds of rows, and rows that stand for themselves, inputs told the label in 16 of 20 such tables."""
    path = tmp_path / "visits.csv"
    for seed in range(4):
        check = inputs_tell(Setup.of(visits(path, seed), prepare, ""))
        assert check is not None and not check.holds
    check = inputs_tell(Setup.of(visits(path, 5, told=0.6), prepare, ""))
    assert check is not None and check.holds


def test_of_groups_that_nothing_tells_of_no_label_is_doubted(tmp_path: Path) -> None:
    """With folds of rows, other rows of a patient told of each: 60 labels and more looked wrong."""
    *_, found = doubts(visits(tmp_path / "visits.csv", 0))
    assert not found.doubts


def perfect(groups: int, seed: int, sharper: float = 1.0) -> tuple[Array, Array, Array, Array]:
    """Logits (1, m), labels, P(y = 1) and groups, of which each as a whole is right as often as is said."""
    random = np.random.default_rng([98_009, groups, seed])
    group, share = np.repeat(np.arange(groups), 5), random.uniform(0.5, 1, groups)
    right = (random.random(groups) < share)[group]
    z = sharper * np.log(share / (1 - share))[group] + 0.01 * random.normal(size=len(group))
    return z[None], right.astype(int), 1 / (1 + np.exp(-z)), group


@pytest.mark.parametrize("groups", [24, 60, 300])
def test_probabilities_of_groups_that_hold_are_said_to(groups: int) -> None:
    """As if examples stood for themselves, 87 of 100 were off, a third of the bins, and T was not 1 in 43."""
    off, outside, cooled, worlds = 0, 0.0, 0, WORLDS // 4
    for seed in range(worlds):
        z, y, said, group = perfect(groups, seed)
        known, fitted = reliability(said, y == 1, group=group), temperature(z, y, Classification().predict, group)
        assert known is not None
        off += known.state != "calibrated"
        outside += float(np.mean((known.right < known.low) | (known.right > known.high)))
        if fitted is not None:
            cooled += not fitted.interval[0] <= 1 <= (fitted.interval[1] or 1)
    assert off <= 5 and outside <= 0.08 * worlds and cooled <= (0.05 + 2 * (0.05 * 0.95 / worlds) ** 0.5) * worlds
    z, y, said, group = perfect(300, 0, sharper=4)
    known, fitted = reliability(said, y == 1, group=group), temperature(z, y, Classification().predict, group)
    assert known is not None and known.state == "overconfident" and fitted is not None and fitted.interval[0] > 1


def test_by_groups_the_network_is_hardly_ever_better_than_what_is_as_good() -> None:
    """As if examples stood for themselves, in 35 of 100 worlds."""
    random, group, shown = np.random.default_rng(98_010), np.repeat(np.arange(60), 5), 0
    for _ in range(WORLDS):
        y, *wrong = random.integers(0, 2, 60)[group], *((random.random(60) < 0.2)[group] for _ in range(2))
        simple, network = (np.where(one, 1 - y, y) for one in wrong)
        (known,) = against({"simple": simple}, network, y, 2, group)
        shown += known.better.shown
    assert known.better.grouped and known.interval == interval(wrong[0], group)
    assert shown <= (0.05 + 2 * (0.05 * 0.95 / WORLDS) ** 0.5) * WORLDS


def test_what_is_said_of_trust_names_the_groups(tmp_path: Path) -> None:
    moment = Lab(tmp_path / "runs").moment(visits(tmp_path / "visits.csv", 0), "")
    known = TrustInsight.of(moment)
    assert known.said.endswith("\nRows of one patient count as alike as they err.")
    assert "better, Student's t" in known.lines[0] and known.reliability is not None
    assert known.reliability.noise > 0.1


def sizes(experiment: Experiment) -> list[CurvePoint]:
    return list(learning_curve(edit(experiment, {"optimization.iterations": "50"}), sizes=4, seeds=2))


def test_a_learning_curve_learns_of_whole_groups_and_counts_no_copies(tmp_path: Path) -> None:
    """With rows that stand for themselves the standard error of dev was that of five times as many examples."""
    by_groups = visits(tmp_path / "visits.csv", 0)
    alone = edit(by_groups, {"columns.group": "", "columns.drop": '["patient"]'})
    known, plain = sizes(by_groups)[-1], sizes(alone)[-1]
    assert known.worth < 0.4 and plain.worth == 1 and known.luck > 1.6 * plain.luck
    assert 340 <= known.examples <= 380
    copied = edit(alone, {"augmentation.copies": "3", "augmentation.noise": "0.01"})
    assert [one.examples for one in sizes(copied)] == [one.examples for one in sizes(alone)]
    few = edit(by_groups, {"split.train": "0.075", "split.dev": "0.825", "split.test": "0.1"})
    with pytest.raises(BadInput, match="9 training groups are too few for 3 sizes from 8 on"):
        sizes(few)


def test_copies_are_of_the_group_of_their_original(tmp_path: Path) -> None:
    """So that no fold has a copy of what another one learned: a random label was told in 15 of 20 tables."""
    path, random = tmp_path / "plain.csv", np.random.default_rng(98_011)
    rows = [f"{a:.3f},{b:.3f},{'yes' if c > 0 else 'no'}" for a, b, c in random.normal(size=(120, 3))]
    path.write_text("\n".join(["x1,x2,ill", *rows]) + "\n")
    experiment = edit(Experiment(), {"data.source": str(path)})
    assert prepare(experiment).train.group is None
    experiment = edit(experiment, {"augmentation.copies": "4", "augmentation.noise": "0.02"})
    part = prepare(experiment).train
    assert part.group is not None and part.group.tolist() == list(range(len(part.y) // 5)) * 5
    check = inputs_tell(Setup.of(experiment, prepare, ""))
    assert check is not None and not check.holds


def test_patients_of_a_file_of_its_own_are_groups_of_their_own(tmp_path: Path) -> None:
    """All that train has not were one group, and nothing was told of them."""
    experiment, other = visits(tmp_path / "visits.csv", 0), tmp_path / "dev.csv"
    text = (tmp_path / "visits.csv").read_text()
    other.write_text(text.replace("\nP", "\nQ"))
    edits = {"data.dev_source": str(other), "split.train": "0.8", "split.dev": "0"}
    dataset = prepare(edit(experiment, edits))
    assert dataset.dev.group is not None and np.bincount(dataset.dev.group).tolist() == [5] * 120
    assert not any("group" in note for note in dataset.notes)
    known = reliability(np.full(10, 0.9), np.arange(10) < 5, group=np.zeros(10, int))
    assert known is not None and known.noise <= 1
