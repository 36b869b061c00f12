"""What the verdict says, tried on many runs: is the state named right, and does the first action act?

`python -m pytest tests/torture/test_verdicts.py -s` prints the figures that README states; seven minutes of one core.
"""

from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tests.data.test_bayes import DENSITIES, PRECISION
from tests.training.test_states import BASE, ILL
from tests.verdicts import (
    LABELS,
    Judged,
    bent_table,
    judged,
    outlier_table,
    own_table,
    random_network,
    rare_table,
    shares,
)
from tuilab.data.bayes import bayes_error
from tuilab.data.generate import SHAPES, generate
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, differences, edit
from tuilab.presets import Presets
from tuilab.training.degree import HIGH_VARIANCE, level
from tuilab.training.diagnosis import OF_NOISE_TOO
from tuilab.training.states.condition import ConditionName
from tuilab.training.tally import recalls

SEEDS = range(10)
STATES = set(get_args(ConditionName))
SOUND: list[dict[str, str]] = [
    {"network.hidden": "[]"},
    {"network.hidden": "[]", "data.source": "xor"},
    {"network.hidden": "[]", "data.source": "moons", "optimization.batch_size": "32"},
    {"network.hidden": "2"},
    {"network.hidden": "16", "optimization.optimizer": "adam", "optimization.learning_rate": "0.01"},
    {"network.hidden": "16", "data.source": "moons", "data.noise": "0.5", "optimization.batch_size": "16"},
    {"network.hidden": "16", "dropout.keep_prob": "0.8"},
    {"network.hidden": "16, 16", "network.activation": "tanh", "initialization.scheme": "xavier"},
    {"regularization.kind": "l2", "regularization.lambd": "60"},
    {"regularization.kind": "l2", "regularization.lambd": "200", "network.hidden": "16, 16, 16"},
    {"data.source": "breast-cancer"},
    {"data.source": "blobs", "data.noise": "1"},
]
"""Edits of `BASE` that learn what they can in `ENOUGH` iterations, or are held back by size or penalty alone."""
ENOUGH = {"optimization.iterations": "2500"}


NUMBERS: dict[str, list[dict[str, str]]] = {
    "High bias": [{"network.hidden": ""}, {"network.hidden": "", "data.source": "franke", "data.noise": "0.1"}],
    "Low bias": [
        {"network.hidden": "16, 16"},
        {"network.hidden": "32", "data.source": "franke", "data.noise": "0.1", "data.examples": "2000"},
        {"network.hidden": "16, 16", "data.noise": "0.5", "data.examples": "2000"},
    ],
    "High variance": [
        {"network.hidden": "60, 60", "data.examples": "40"},
        {"network.hidden": "60, 60", "data.source": "franke", "data.noise": "0.1", "data.examples": "60"},
    ],
    "Not converged": [
        {"network.hidden": "16", "optimization.optimizer": "gradient_descent", "optimization.learning_rate": "0.003"},
    ],
}
"""By how the verdict must begin, edits of a regression of a noisy sine."""


def acted(run: Judged, child: Judged) -> bool:
    """Whether the figure that the first action was offered against is lower in the child."""
    told, then = run.diagnosis, child.diagnosis
    if told.state == "vanished":  # told of the gradient of layer 1, which is there again
        return then.state != "vanished" and child.finished.status == "done"
    if told.state == "unequal":
        return (then.balanced.train or 0) < (told.balanced.train or 0)
    if told.state in ("overfitting", "stopped"):  # told of dev, whatever J does
        return (child.error.dev or 0) < (run.error.dev or 0)
    if told.state in (*STATES, "diverged"):
        return child.cost < run.cost
    if measures_anew(run):
        assert told.interval and then.interval
        return then.interval[1] - then.interval[0] < told.interval[1] - told.interval[0]
    if told.sentence.startswith("Data mismatch"):
        return mismatch(child) < mismatch(run)
    if not told.sentence.startswith(("Low bias", "High variance")):
        return (then.bias or 0) < (told.bias or 0)
    return (then.excess or 0) < (told.excess or 0)


def measures_anew(run: Judged) -> bool:
    """Whether its first action is to take more examples, since those of dev are too few."""
    return run.diagnosis.state == "too little data" and "data.examples" in run.diagnosis.actions[0].edits


def mismatch(run: Judged) -> float:
    return next(gap.value for gap in run.diagnosis.gaps if gap.name == "data mismatch")


def test_the_first_action_lowers_what_it_was_offered_against() -> None:
    """Over the presets × seeds, in at least four of five cases."""
    sure, in_doubt = Counter[bool](), Counter[bool]()
    for preset in Presets(Path("nowhere")).list():
        for seed in SEEDS:
            run = judged(preset.experiment, {"seed": str(seed)})
            if run.diagnosis.actions:
                done = acted(run, judged(run.experiment, run.diagnosis.actions[0].edits))
                (in_doubt if run.diagnosis.state == "too little data" else sure)[done] += 1
                if not done:
                    print(preset.name, seed, run.diagnosis.state, run.diagnosis.actions[0].label)
    counts = sure + in_doubt
    print(
        f"first actions that act: {counts[True]} of {counts.total()}; in doubt {in_doubt[True]} of {in_doubt.total()}"
    )
    assert counts[True] >= 0.8 * counts.total()


def test_chains_of_three_actions_go_in_no_circle_and_lead_on() -> None:
    """Over the presets × seeds, of images fewer: no action undoes what made a run better, nor leads back to a run.

    Those that begin by measuring anew, of few dev examples, have another dev set at the end: they are to know more of
    it, and their errors do not compare.
    """
    circles, better, surer, steps = 0, Counter[bool](), Counter[bool](), Counter[int]()
    for preset in Presets(Path("nowhere")).list():
        for seed in SEEDS if preset.experiment.data.source != "digits" else range(2):
            line = [judged(preset.experiment, {"seed": str(seed)})]
            while line[-1].diagnosis.actions and line[-1].diagnosis.actions[0].edits and len(line) <= 3:
                run = line[-1]
                offered = run.diagnosis.actions
                line.append(judged(run.experiment, offered[0].edits, run.line, offered=offered))
                for one in (one for one in line[-1].diagnosis.actions if one.edits):
                    if leads_back(line, one.edits):
                        circles += 1
                        print("circle", preset.name, seed, len(line), one.label)
            if len(line) > 1:
                steps[len(line) - 1] += 1
                measures = measures_anew(line[0])
                done = acted(line[0], line[1]) if measures else dev(line[-1]) < dev(line[0])
                (surer if measures else better)[done] += 1
                if not done:
                    print("no better", preset.name, seed, [run.diagnosis.actions[0].label for run in line[:-1]])
    print(f"{steps.total()} chains of {dict(steps)} actions: {circles} circles; dev better at the end in")
    print(f"{better[True]} of {better.total()}, surer of it after measuring anew in {surer[True]} of {surer.total()}")
    assert not circles and better[True] >= 0.9 * better.total() and surer[True] >= 0.9 * surer.total()


def leads_back(line: list[Judged], edits: dict[str, str]) -> bool:
    """Whether they make a run of the line again, or put a knob back of which a change made dev better.

    To take back what made dev clearly worse is no circle.
    """
    now, then = line[-1].experiment, edit(line[-1].experiment, edits)
    steps = line[-1].course.steps
    if steps and steps[0].worse and then == line[-2].experiment:
        return False
    if any(then == run.experiment for run in line):
        return True
    moved = differences(now, then)
    return any(
        path in moved and moved[path][1] == old
        for before, after in pairwise(line)
        if dev(after) < dev(before)
        for path, (old, _) in differences(before.experiment, after.experiment).items()
    )


def dev(run: Judged) -> float:
    """The error that runs are compared by; of one that diverged none is higher."""
    error = run.line[0].reached.dev
    return float("inf") if error is None else error


def test_the_state_is_named_right_and_sound_runs_are_in_none() -> None:
    right, acting = Counter[bool](), Counter[bool]()
    for state, cases in ILL.items():
        for edits in cases if state != "told" else ():
            for seed in SEEDS:
                run = judged(BASE, {**edits, "seed": str(seed)})
                right[run.diagnosis.state == state] += 1
                if run.diagnosis.state == state:
                    acting[acted(run, judged(run.experiment, run.diagnosis.actions[0].edits))] += 1
                else:
                    print(state, edits, seed, run.diagnosis.state, run.diagnosis.sentence)
    false = Counter[bool]()
    for edits in SOUND:
        for seed in range(30):
            run = judged(BASE, {**ENOUGH, **edits, "seed": str(seed)})
            alarm = run.diagnosis.state in STATES or run.diagnosis.sentence.startswith("Learned by heart")
            false[alarm] += 1
            if alarm:
                print("sound", edits, seed, run.diagnosis.sentence)
    print(f"named right: {right[True]} of {right.total()}; their first actions act: {acting[True]} of {acting.total()}")
    print(f"false alarms: {false[True]} of {false.total()} sound runs")
    assert right[True] >= 0.95 * right.total() and acting[True] >= 0.8 * acting.total()
    assert false[True] <= 0.02 * false.total()


def test_what_is_claimed_of_networks_that_nobody_chose_is_true_of_endless_data() -> None:
    """Each claim, and each first action, beside 20,000 examples that the verdict knows nothing of."""
    right, acting = dict[str, Counter[bool]](), dict[str, Counter[bool]]()
    for seed in range(400):
        edits, train, dev = random_network(seed)
        run = judged(Experiment(), edits | shares(train, dev), known=("train", "dev"))
        told = run.diagnosis
        claim = "by heart" if told.sentence.startswith("Learned by heart") else told.state
        true = is_true(claim, run, shares(train, dev, swapped=True))
        if true is not None:
            right.setdefault(claim, Counter())[true] += 1
            if not true:
                print("false", seed, told.sentence, run.error)
        if claim in (*STATES, "diverged"):
            child = judged(run.experiment, told.actions[0].edits, run.line, known=("train", "dev"))
            acting.setdefault(claim, Counter())[acted(run, child)] += 1
    print("claims true:", {claim: (count[True], count.total()) for claim, count in right.items()})
    print("first actions act:", {claim: (count[True], count.total()) for claim, count in acting.items()})
    sums = [sum(of.values(), Counter[bool]()) for of in (right, acting)]
    assert sums[0][True] >= 0.9 * sums[0].total() and sums[1][True] >= 0.8 * sums[1].total()


def test_chains_of_networks_that_nobody_chose_lead_on_too() -> None:
    """Three first actions in a row, and 20,000 examples that no verdict of them knew."""
    better, circles = Counter[bool](), 0
    for seed in range(60):
        edits, train, dev = random_network(seed)
        line = [judged(Experiment(), edits | shares(train, dev), known=("train", "dev"))]
        while len(line) <= 3 and (actions := [one for one in line[-1].diagnosis.actions if one.edits]):
            edits = actions[0].edits
            if "data.examples" in edits:  # four times as many, and as many to test with as before
                train, dev = 4 * train, 4 * dev
                edits = shares(train, dev)
            offered = line[-1].diagnosis.actions
            line.append(judged(line[-1].experiment, edits, line[-1].line, known=("train", "dev"), offered=offered))
            circles += sum(leads_back(line, one.edits) for one in line[-1].diagnosis.actions if one.edits)
        if len(line) > 1:
            ends = [1.0 if run.error.test is None else run.error.test for run in (line[0], line[-1])]
            better[ends[1] < ends[0]] += 1
    print(f"chains of networks that nobody chose: {circles} circles; better in {better[True]} of {better.total()}")
    assert not circles and better[True] >= 0.8 * better.total()


def is_true(claim: str, run: Judged, endless: dict[str, str]) -> bool | None:
    """Whether it is true of endless data, or of a child that tries it; None of a claim that is not of that kind."""
    experiment, told = run.experiment, run.diagnosis
    match claim:
        case "by heart":
            chance = 1 - 1 / len(run.course.labels.train or ())
            return bool(chance - (run.error.test or 0) <= (chance - (run.error.train or 0)) / 2)
        case "overfitting":
            cost = judged(experiment, endless, known=("train", "dev")).course.dev_cost
            return bool(cost[-1] > 1.02 * cost[int(np.argmin(run.course.dev_cost))])
        case "converging":
            longer = {"optimization.iterations": str(max(1000, 4 * experiment.optimization.iterations))}
            return judged(experiment, longer).cost < 0.98 * run.cost
        case "told" if "doubt" not in told.sentence and "variance" in told.sentence and told.base_error:
            excess = (run.error.test or 0.0) - max(run.error.train or 0.0, told.base_error.value)
            if "igh variance" in told.sentence:
                return level(excess, HIGH_VARIANCE) != "low"
            return level(excess, HIGH_VARIANCE) != "high" if "low variance" in told.sentence else None
        case _:
            return None


def test_regressions_are_judged_by_the_same_rules() -> None:
    """The figure is the share of the target's variance, the base error that of its noise."""
    base = {"data.source": "sine", "data.noise": "0.2", "network.activation": "tanh", "optimization.optimizer": "adam"}
    base |= {"optimization.learning_rate": "0.01", "optimization.iterations": "3000"}
    right, acting = Counter[bool](), Counter[bool]()
    for begins, cases in NUMBERS.items():
        for edits in cases:
            for seed in SEEDS:
                run = judged(Experiment(), {**base, **edits, "seed": str(seed)})
                found = run.diagnosis.sentence.startswith(begins)
                right[found] += 1
                if not found:
                    print(begins, edits, seed, run.diagnosis.sentence)
                if run.diagnosis.actions and found and begins != "Low bias":
                    acting[acted(run, judged(run.experiment, run.diagnosis.actions[0].edits))] += 1
    print(
        f"regressions judged right: {right[True]} of {right.total()}; actions act: {acting[True]} of {acting.total()}"
    )
    assert right[True] >= 0.9 * right.total() and acting[True] >= 0.8 * acting.total()


@pytest.mark.parametrize("hidden", ["[]", "1"])
def test_where_both_are_high_the_first_action_makes_endless_data_better(hidden: str, tmp_path: Path) -> None:
    """Of few rows and 50 columns, six of which tell of the target; 3,000 rows beside them say what 50 of dev cannot."""
    path, endless = tmp_path / "few.csv", tmp_path / "endless.csv"
    own = {"data.source": str(path), "data.test_source": str(endless), "split.train": "0.75", "split.dev": "0.25"}
    own |= {"split.test": "0", "network.hidden": hidden, "optimization.optimizer": "adam"}
    of_dev, of_all = Counter[bool](), Counter[bool]()
    for seed in range(95200, 95220):
        draw = np.random.default_rng(seed)
        bent_table(path, 200, draw)
        bent_table(endless, 3000, draw)
        run = judged(Experiment(), {**own, "optimization.learning_rate": "0.01", "seed": str(seed)})
        if run.diagnosis.sentence.startswith("High bias and high variance"):
            child = judged(run.experiment, run.diagnosis.actions[0].edits, run.line)
            of_dev[dev(child) < dev(run)] += 1
            of_all[(child.error.test or 0.0) < (run.error.test or 0.0)] += 1
    told, ends = of_all.total(), f"dev better in {of_dev[True]}, endless in {of_all[True]}"
    print(f"both high, hidden layers {hidden}: {ends} of {told}")
    assert told >= 10 and of_all[True] >= 0.65 * told


@pytest.mark.parametrize("exponential", [False, True])
@pytest.mark.parametrize("rows", [100, 200, 400])
def test_outliers_of_a_regression_are_told_and_the_interval_of_dev_knows_of_them(
    rows: int, exponential: bool, tmp_path: Path
) -> None:
    """Of a straight line; where their sizes differ much, few rows may have none that is large."""
    path, endless = tmp_path / "prices.csv", tmp_path / "endless.csv"
    outlier_table(endless, 20_000, 1, exponential=exponential)
    told, held, bigger = Counter[bool](), Counter[bool](), 0
    for seed in range(50):
        outlier_table(path, rows, 100 + seed, exponential=exponential)
        own = {"data.source": str(path), "data.test_source": str(endless), "split.train": "0.75", "split.dev": "0.25"}
        more = {"split.test": "0", "network.hidden": "", "optimization.iterations": "500", "seed": str(seed)}
        fast = {"optimization.optimizer": "adam", "optimization.learning_rate": "0.01"}
        run = judged(Experiment(), {**own, **more, **fast})
        low, high = run.diagnosis.interval or (0.0, 0.0)
        told[run.diagnosis.state == "outliers"] += 1
        held[low <= (run.error.test or 0.0) <= high] += 1
        bigger += "network.hidden" in run.diagnosis.actions[0].edits
    of = "sizes spread exponentially" if exponential else "one size"
    print(f"{rows} rows, outliers of {of}: told {told[True]}, held {held[True]}, bigger network first {bigger} of 50")
    least = (45, 35) if exponential else (48, 45)
    assert told[True] >= least[0] and held[True] >= least[1] and not bigger


@pytest.mark.parametrize("apart", [0.0, 3.0])
def test_of_a_table_of_ones_own_chance_is_told_where_its_columns_tell_nothing(apart: float, tmp_path: Path) -> None:
    """Of runs that nothing else keeps from learning, rare classes that dev has none of apart."""
    told, ill = Counter[bool](), 0
    for rows in (60, 120, 300, 1000, 5000):
        for labels in LABELS:
            for seed in range(20):
                with suppress(BadInput):  # of few rows all may be of one class
                    run = judged(Experiment(), own_table(tmp_path / "own.csv", rows, labels, 500 + seed, apart=apart))
                    sentence, of_dev = run.diagnosis.sentence, run.course.labels.dev or (1, 1)
                    if (run.diagnosis.state in STATES - OF_NOISE_TOO and "of chance" not in sentence) or 0 in of_dev:
                        ill += 1
                        continue
                    words = "of chance, " if not apart else "No better than chance"  # of few rows it may be doubted
                    told[words in sentence] += 1
                    if (words in sentence) == bool(apart):
                        print(apart, rows, labels, seed, sentence, run.error)
    print(f"columns {apart:g} σ apart: of chance is told in {told[True]} of {told.total()}, not asked {ill}")
    assert told[True] <= 0.02 * told.total() if apart else told[True] >= 0.95 * told.total()


@pytest.mark.parametrize("share", [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005])
def test_who_finds_few_of_a_rare_class_is_never_told_that_all_is_well(share: float, tmp_path: Path) -> None:
    path, acting = tmp_path / "rare.csv", Counter[bool]()
    for seed in range(5):
        rare_table(path, share, 2000, seed)
        edits = {"data.source": str(path), "network.hidden": "8", "optimization.iterations": "500", "seed": str(seed)}
        run = judged(edit(Experiment(), edits))
        assert run.finished.tally.train is not None
        worst = min(recall for recall in recalls(run.finished.tally.train) if recall is not None)
        if worst < 0.5:
            assert "Low bias" not in run.diagnosis.sentence
        if share <= 0.1:
            assert run.diagnosis.state == "unequal", run.diagnosis.sentence
            acting[acted(run, judged(run.experiment, run.diagnosis.actions[0].edits))] += 1
    assert acting[True] >= 0.8 * acting.total()


@pytest.mark.parametrize("source", SHAPES)
def test_the_bayes_error_of_every_generated_source(source: str) -> None:
    for noise in (0.03, 0.1, 0.35, 1.0, 3.0):
        X = generate(source, 20_000, noise, np.random.default_rng(11)).X
        densities = np.stack([DENSITIES[source](k, X, noise) for k in range(SHAPES[source].classes)])
        wrong = 1 - densities.max(axis=0) / densities.sum(axis=0)
        assert bayes_error(source, noise) == pytest.approx(wrong.mean(), abs=PRECISION + 4 * wrong.std() / 20_000**0.5)
