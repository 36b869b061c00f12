"""Preflight: planted faults are named, and sound set-ups give no alarm."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.preflight import DATA_FAULTS, KNOB_FAULTS, SOUND, faults
from tuilab.data import Dataset, Part, prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.sentences.preflight import check_lines, outcome
from tuilab.presets import Presets
from tuilab.training.agreement import Seen, agreement
from tuilab.training.build import problem_for
from tuilab.training.preflight import PreflightCheck, gradient, preflight, short
from tuilab.training.preflight.check import Setup
from tuilab.training.preflight.data import changes, parts_are_apart
from tuilab.training.preflight.short import a_batch_is_learned, inputs_tell

PRESETS = {preset.name: preset.experiment for preset in Presets(Path("nowhere")).list()}
BASE = PRESETS["breast-cancer"]
SHORT = edit(BASE, {"optimization.iterations": "20"})
"""For what is not about α, which alone is tried as long as is planned: of every check it runs all else."""
SINE = edit(PRESETS["nearly-linear"], {"data.source": "sine", "optimization.iterations": "100"})
QUICK = sorted(set(SOUND) - {"digits", "dropout-digits", "dropout"})


@pytest.mark.parametrize("name", QUICK)
def test_a_sound_set_up_gives_no_alarm(name: str) -> None:
    assert faults(PRESETS[name]) == []


@pytest.mark.parametrize(("edits", "named"), KNOB_FAULTS.values(), ids=KNOB_FAULTS)
def test_a_fault_of_the_knobs_is_named(edits: dict[str, str], named: str) -> None:
    base = BASE if "optimization.learning_rate" in edits else SHORT
    assert named in faults(edit(base, edits))


@pytest.mark.parametrize(("change", "named"), DATA_FAULTS.values(), ids=DATA_FAULTS)
def test_a_fault_of_the_data_is_named(change: Callable[[Dataset], Dataset], named: str) -> None:
    assert named in faults(SHORT, lambda experiment: change(prepare(experiment)))


def test_raw_features_of_unlike_sizes_are_named() -> None:
    assert "features are alike in size" in faults(edit(PRESETS["normalization"], {"inputs.normalize": "false"}))


def test_a_planted_bug_is_named_with_its_parameter() -> None:
    found = {check.name: check for check in preflight(PRESETS["gradient-check"], bug="dW1-factor-2")}
    check = found["the gradient is right"]
    assert not check.holds and "in W1" in check.said and "dW1" in check.advice
    assert [one for one in found.values() if not one.holds] == [check]


def test_a_gradient_that_does_not_arrive_is_not_called_right() -> None:
    """What is planted into layer 1 of 150 changes slopes that the rounding of J hides."""
    for bug in ("", "dW1-factor-2"):
        check = gradient.right(Setup.of(PRESETS["vanishing"], prepare, bug))
        assert check is not None and check.holds is None and "nothing is told of W1" in check.said


def test_dead_inputs_are_no_fault_of_the_gradient() -> None:
    """They lie on the kink of every ReLU while biases are 0, where a slope has two sides."""
    dead = DATA_FAULTS["dead inputs"][0]
    check = gradient.right(Setup.of(PRESETS["breast-cancer"], lambda one: dead(prepare(one)), ""))
    assert check is not None and check.holds, check.said


def test_a_single_class_is_refused_before_any_check(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("a,b,y\n" + "".join(f"{k},{k * k},no\n" for k in range(20)))
    with pytest.raises(BadInput, match="needs at least 2 different labels"):
        list(preflight(edit(BASE, {"data.source": str(path)})))


def test_the_same_experiment_gives_the_same_figures(lab: Lab) -> None:
    experiment = edit(PRESETS["gradient-check-relu"], {"optimization.iterations": "100"})
    assert list(lab.preflight(experiment)) == list(lab.preflight(experiment))


def test_of_numbers_only_what_applies_is_told() -> None:
    names = [check.name for check in preflight(SINE)]
    assert "α suits the network" in names and "the cost begins near ln K" not in names


def test_one_feature_that_is_the_label_but_for_its_name_is_named_whatever_its_values_are() -> None:
    def coded(dataset: Dataset) -> Dataset:
        table = np.array([7.0, -3.0])
        return dataset.each(lambda part: replace(part, X=np.column_stack([part.X, table[part.y]])))

    def longer(dataset: Dataset) -> Dataset:
        return replace(coded(dataset), features=(*dataset.features, "code"))

    found = {check.name: check for check in preflight(SHORT, lambda experiment: longer(prepare(experiment)))}
    assert "code alone" in found["no feature is the label"].said


def test_along_a_feature_examples_of_one_value_are_as_mixed_as_they_can_be() -> None:
    for seed in range(30):
        random = np.random.default_rng(seed)
        values, y = random.integers(0, 2 + seed, 40), random.integers(0, 2 + seed % 3, 40)
        classes = [y[values == value].tolist() for value in np.unique(values)]
        mixed = sum(len(of) - max(map(of.count, of)) for of in classes)
        ordered = [label for of in classes for label in sorted(of)]
        assert changes(values, y) == max(mixed, sum(a != b for a, b in pairwise(ordered)))
    assert changes(np.ones(9), np.arange(9)) == 9, "a constant tells nothing"


def test_orders_of_shuffled_labels_that_agree_by_chance_are_no_alarm_and_all_that_tell_something_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of this seed the first five orders happen to point the right way, by 7 standard errors of their mean."""
    setup = Setup.of(edit(PRESETS["circles"], {"seed": "91015"}), prepare, "")
    check = short.shuffled_labels_tell_nothing(setup)
    assert check is not None and check.holds, check.said
    monkeypatch.setattr(short, "_probe", lambda setup, train: 0.3)
    told = short.shuffled_labels_tell_nothing(setup)
    assert told is not None and not told.holds and told.said.startswith("dev error 30.00 % with the labels of train")


def test_an_experiment_is_checked_with_fewer_rows_than_its_batch() -> None:
    many: Experiment = edit(PRESETS["million"], {"data.examples": "20000", "optimization.batch_size": "4096"})
    assert faults(many) == []


def _table(path: Path, seed: int, strength: float, rare: float) -> Experiment:
    """400 rows of noise and one weak feature: x of a rare class is larger by `strength` σ."""
    random = np.random.default_rng(seed)
    y = random.random(400) < rare
    X = random.normal(size=(400, 8))
    X[:, 0] += strength * y
    rows = (",".join(map(repr, map(float, x))) + f",{'yes' if k else 'no'}" for x, k in zip(X, y, strict=True))
    path.write_text("\n".join(["a,b,c,d,e,f,g,h,y", *rows]) + "\n")
    return edit(BASE, {"data.source": str(path), "optimization.iterations": "10"})


@pytest.mark.parametrize("seed", range(3))
def test_a_weak_label_of_a_rare_class_is_told_by_its_inputs_though_the_commonest_class_errs_less(
    tmp_path: Path, seed: int
) -> None:
    weak = {one.name: one for one in preflight(_table(tmp_path / "weak.csv", seed, 2.0, 0.15))}
    assert weak["inputs tell the label"].holds, weak["inputs tell the label"].said
    nothing = {one.name: one for one in preflight(_table(tmp_path / "none.csv", seed, 0.0, 0.15))}
    assert not nothing["inputs tell the label"].holds, nothing["inputs tell the label"].said


def test_of_weak_tables_hardly_one_gives_an_alarm_and_of_shuffled_labels_hardly_one_passes(tmp_path: Path) -> None:
    found: dict[str, list[PreflightCheck]] = {"weak": [], "shuffled": []}

    def shuffled(part: Part) -> Part:
        return replace(part, y=np.random.default_rng(7).permutation(part.y))

    for seed in range(10):
        setup = Setup.of(_table(tmp_path / "weak.csv", seed, 1.0, 0.1), prepare, "")
        none = replace(setup, problem=problem_for(setup.problem.experiment, setup.data.each(shuffled)))
        for name, one in (("weak", setup), ("shuffled", none)):
            check = inputs_tell(one)
            assert check is not None
            found[name].append(check)
            assert ("prove nothing" in check.said) == (check.holds is None)
            assert ("they correlate by" in check.said) == (not check.holds)
    held = {name: [check.holds for check in checks] for name, checks in found.items()}
    assert held["weak"].count(False) <= 1 and held["weak"].count(True) >= 3
    assert held["shuffled"].count(True) <= 1 and held["shuffled"].count(False) >= 7
    assert sum("of dev and 5 folds of train" in check.said for check in found["weak"]) >= 3


def test_of_few_rows_the_inputs_are_neither_said_to_tell_the_label_nor_not_to(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    random = np.random.default_rng(5)
    path.write_text("a,b,y\n" + "".join(f"{random.normal()},{random.normal()},{k % 2}\n" for k in range(90)))
    checks = {one.name: one for one in preflight(edit(SHORT, {"data.source": str(path)}))}
    assert checks["inputs tell the label"].holds is None
    assert check_lines(checks["inputs tell the label"])[0].startswith("? inputs tell the label: ")
    assert outcome([one for one in checks.values() if one.holds is not False], True) == (
        "No check speaks against training; 1 proves nothing."
    )


def test_agreement_is_what_all_orders_of_the_labels_give() -> None:
    random = np.random.default_rng(0)
    outputs, labels = random.dirichlet(np.ones(3), 60), np.eye(3)[random.integers(3, size=60)]
    centered = outputs - outputs.mean(axis=0)
    drawn = np.array([(centered * random.permutation(labels)).sum() for _ in range(4000)])
    assert agreement(Seen(outputs, labels)).beyond == pytest.approx((centered * labels).sum() / drawn.std(), rel=0.05)
    assert abs(drawn.mean()) < 0.1 * drawn.std()
    assert agreement(Seen(np.ones((60, 3)), labels)).beyond == 0


def test_beside_labels_in_a_random_order_folds_agree_by_one_standard_deviation() -> None:
    """What rows of one fold say of those of another, by least squares, these say of them: pairs are no two each."""
    beyond = []
    for seed in range(400):
        random = np.random.default_rng(seed)
        X, y, folds = random.standard_normal((100, 8)), random.standard_normal((100, 1)), np.arange(100) % 5
        said = [Seen(X[folds == k] @ (X[folds != k].T @ y[folds != k]), y[folds == k]) for k in range(5)]
        beyond.append(agreement(Seen(np.ones((2, 1)), np.ones((2, 1))), said).beyond)
    assert np.std(beyond) == pytest.approx(1, abs=0.15) and np.mean(np.array(beyond) > 2.33) <= 0.03


def test_of_a_handful_of_dev_examples_it_is_not_told_whether_inputs_tell(tmp_path: Path) -> None:
    path = tmp_path / "five.csv"
    path.write_text("a,b,y\n1,2,x\n2,3,z\n3,1,x\n4,4,z\n5,0,x\n")
    assert "inputs tell the label" not in faults(edit(SHORT, {"data.source": str(path)}))


def test_numbers_that_belong_to_other_rows_are_named() -> None:
    assert "inputs tell the target" not in faults(SINE)
    change, _ = DATA_FAULTS["labels shifted by one row"]
    assert "inputs tell the target" in faults(SINE, lambda experiment: change(prepare(experiment)))


def test_an_alpha_with_which_j_is_not_finite_has_no_errors() -> None:
    wild = edit(SINE, {"optimization.learning_rate": "100"})
    found = {check.name: check for check in preflight(wild)}["α suits the network"]
    assert "none, for J is not finite, with α" in found.said and "100.00 %" not in found.said


@pytest.mark.parametrize("rate", ["1e6", "1e-6", "1e-300"])
def test_an_alpha_at_the_end_of_its_range_is_named_as_any(rate: str) -> None:
    planned = {"optimization.learning_rate": rate, "optimization.iterations": "300"}
    found = {check.name: check for check in preflight(edit(BASE, planned))}
    assert found["α suits the network"].holds is False


def test_a_batch_of_which_two_are_too_alike_is_no_fault_of_the_network() -> None:
    for seed in ("24", "103", "112"):
        check = a_batch_is_learned(Setup.of(edit(PRESETS["normalization"], {"seed": seed}), prepare, ""))
        assert check is not None and check.holds, check.said
    dead = DATA_FAULTS["dead inputs"][0]
    check = a_batch_is_learned(Setup.of(PRESETS["normalization"], lambda one: dead(prepare(one)), ""))
    assert check is not None and not check.holds and "best of 4 starts" in check.said


def test_rows_of_another_label_are_not_in_both_parts() -> None:
    dataset = prepare(BASE)
    for y, holds in ((dataset.train.y, False), (1 - dataset.train.y, True)):
        dev = Part(dataset.train.X[:40], y[:40])
        setup = Setup.of(BASE, lambda one, dev=dev: replace(dataset, dev=dev), "")
        check = parts_are_apart(setup)
        assert check is not None and check.holds is holds, check.said


def test_rows_of_few_values_are_in_both_parts_by_chance(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    path = tmp_path / "few.csv"
    path.write_text(
        "ward,y\n" + "".join(f"{random.choice(list('ABC'))},{random.choice(['no', 'yes'])}\n" for _ in range(200))
    )
    check = parts_are_apart(Setup.of(edit(BASE, {"data.source": str(path)}), prepare, ""))
    assert check is not None and check.holds is None and "6 different ones among 120" in check.said


def test_what_numbers_come_to_without_inputs_is_told_of_dev(tmp_path: Path) -> None:
    """Its targets vary more than those of train here: always the mean has an error above 100 %."""
    random, path = np.random.default_rng(4), tmp_path / "prices.csv"
    path.write_text("a,price\n" + "".join(f"{x},{3 * x + e}\n" for x, e in random.standard_normal((200, 2))))
    setup = Setup.of(edit(Experiment(), {"data.source": str(path)}), prepare, "")
    assert setup.data.target is not None and setup.data.target.deviation.dev is not None
    chance = (setup.data.target.deviation.dev / setup.data.target.scale) ** 2
    check = inputs_tell(setup)
    assert check is not None and abs(chance - 1) > 0.01
    assert f", {100 * chance:.2f} % with all inputs at 0; its outputs agree with the targets" in check.said


def test_rows_alike_of_other_targets_are_no_repeated_ones(tmp_path: Path) -> None:
    """Of one feature with three decimals a few rows are alike by chance, and say another number."""
    random, path = np.random.default_rng(3), tmp_path / "alike.csv"
    pairs = [(round(float(x), 1), float(x + e)) for x, e in random.standard_normal((200, 2))]

    def apart(rows: list[tuple[float, float]]) -> PreflightCheck | None:
        path.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in rows))
        return parts_are_apart(Setup.of(edit(Experiment(), {"data.source": str(path)}), prepare, ""))

    sound, repeated = apart(pairs), apart([*pairs, *pairs[:80]])
    assert sound is not None and sound.holds and sound.said.startswith("0 of 40 rows")
    assert repeated is not None and repeated.holds is False
