"""Regression from the file to the verdict: what the target becomes, what is learned of it, what is said."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.trainers import end_of
from tests.verdicts import judged, outlier_table
from tuilab.data import Prepared
from tuilab.engines import choose
from tuilab.errors import BadInput
from tuilab.events import Finished, Outliers, Parts, Started, Target, decode, encode
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.export import as_json, curves_csv, curves_object
from tuilab.lab.sentences.report import run_text
from tuilab.nn import Pass
from tuilab.nn.task import Regression
from tuilab.nn.task.chance import of_mean
from tuilab.runs.fitting import is_end_of
from tuilab.training import Course, Diagnosis, Training, build, diagnose, problem_from_arrays, train
from tuilab.training.outliers import makes_most, outliers, outliers_text
from tuilab.words import quantity

SINE = edit(Experiment(), {"data.source": "sine", "data.noise": "0.2", "network.activation": "tanh"})
ADAM = {"optimization.optimizer": "adam", "optimization.learning_rate": "0.01"}


def prices(path: Path, rows: int = 60) -> Experiment:
    """A table whose label is 3·size − 2·age + 50, and an experiment over it."""
    random = np.random.default_rng(0)
    table = random.uniform(0, 10, (rows, 2))
    lines = [f"{size},{age},{3 * size - 2 * age + 50}" for size, age in table]
    path.write_text("size,age,price\n" + "\n".join(lines))
    return edit(Experiment(), {"data.source": str(path)})


def trained(problem: Any) -> tuple[Training, Finished]:
    training = Training(problem)
    *_, end = train(training)
    assert isinstance(end, Finished)
    return training, end


def test_a_label_that_can_be_no_classes_is_a_number_and_it_is_said(tmp_path: Path) -> None:
    dataset = build(prices(tmp_path / "prices.csv")).dataset
    assert dataset.classes == () and dataset.labels == Parts()
    (note,) = dataset.notes
    assert note.startswith('the label "price" has 60 different numbers in 60 examples: a quantity, so this is a regr')
    asked = build(edit(prices(tmp_path / "prices.csv"), {"task": "regression"})).dataset
    assert asked.notes == () and np.array_equal(asked.train.y, dataset.train.y)
    with pytest.raises(BadInput, match="quantity rather than classes: let the task be") as refused:
        build(edit(prices(tmp_path / "prices.csv"), {"task": "classification"}))
    assert refused.value.path == "task"


def test_classes_that_are_numbers_may_be_predicted_as_numbers_and_words_may_not(tmp_path: Path) -> None:
    path = tmp_path / "wine.csv"
    path.write_text("x,quality\n" + "\n".join(f"{k},{3 + k % 4}" for k in range(80)))
    wine = edit(Experiment(), {"data.source": str(path)})
    assert build(wine).dataset.classes == ("3", "4", "5", "6")
    dataset = build(edit(wine, {"task": "regression"})).dataset
    assert dataset.target is not None and dataset.target.name == "quality"
    raw = dataset.target.mean + dataset.target.scale * np.concatenate([part.y for part in dataset.parts.values()])
    assert np.allclose(np.sort(raw), np.repeat([3, 4, 5, 6], 20))
    with pytest.raises(BadInput, match="holds words, as 'malignant'") as refused:
        build(edit(Experiment(), {"task": "regression"}))
    assert refused.value.path == "task"


def test_the_data_of_another_task_are_prepared_anew() -> None:
    circles, prepared = edit(Experiment(), {"data.source": "circles"}), Prepared()
    assert prepared.dataset(circles).target is None
    assert prepared.dataset(edit(circles, {"task": "regression"})).target is not None


@pytest.mark.parametrize("normalize", ["true", "false"])
def test_the_target_is_normalized_by_the_training_part_alone(tmp_path: Path, normalize: str) -> None:
    dataset = build(edit(prices(tmp_path / "prices.csv"), {"inputs.normalize": normalize})).dataset
    target = dataset.target
    assert target is not None
    assert dataset.train.y.mean() == pytest.approx(0, abs=1e-12) and dataset.train.y.std() == pytest.approx(1)
    for name, part in dataset.parts.items():
        X, y = dataset.raw(part.X), target.mean + target.scale * part.y
        assert np.allclose(y, 3 * X[:, 0] - 2 * X[:, 1] + 50)
        assert getattr(target.deviation, name) == pytest.approx(y.std())


def test_parts_from_files_of_their_own_are_in_the_same_units(tmp_path: Path) -> None:
    """Also where a file is so small that its labels would be classes."""
    few = tmp_path / "few.csv"
    few.write_text("price,age,size\n" + "70,0,10\n50,10,10\n" * 3)
    edits = {"data.dev_source": str(few), "data.label": "price", "split.train": "0.8", "split.dev": "0"}
    dataset = build(edit(prices(tmp_path / "prices.csv"), edits)).dataset
    assert dataset.target is not None
    assert np.allclose(dataset.target.mean + dataset.target.scale * dataset.dev.y, [70, 50] * 3)


@pytest.mark.parametrize("engine", ["numpy", "fused"])
def test_a_linear_network_learns_what_least_squares_gives(engine: str) -> None:
    random = np.random.default_rng(3)
    X = random.standard_normal((90, 3)) @ np.diag([1.0, 5.0, 0.2]) + [0, 3, 0]
    y = X @ [2.0, -1.0, 4.0] + 7 + random.standard_normal(90)
    train, dev = (X[:60], y[:60]), (X[60:], y[60:])
    edits = {"network.hidden": "", "optimization.learning_rate": "0.5", "optimization.iterations": "600"}
    experiment = edit(Experiment(), {**edits, "task": "regression", "compute.engine": engine})
    training, end = trained(problem_from_arrays(experiment, train, dev))
    target, task = training.problem.dataset.target, training.problem.network.task
    assert target is not None and isinstance(task, Regression)
    assert end.cost is not None and end.error.dev is not None

    exact, *_ = np.linalg.lstsq(np.column_stack([X[:60], np.ones(60)]), y[:60], rcond=None)
    said = {"train": X[:60] @ exact[:3] + exact[3], "dev": X[60:] @ exact[:3] + exact[3]}
    assert end.cost.data == pytest.approx(np.sum((said["train"] - y[:60]) ** 2) / (2 * 60) / y[:60].var(), rel=1e-9)
    root = task.rmse(end.error.dev, None)
    assert root == pytest.approx(np.sqrt(np.mean((said["dev"] - y[60:]) ** 2)), rel=1e-6)
    residual, total = np.sum((said["dev"] - y[60:]) ** 2), np.sum((y[60:] - y[60:].mean()) ** 2)
    assert task.r_squared(end.error.dev, target.deviation.dev) == pytest.approx(1 - residual / total, rel=1e-6)
    assert end.tally == Parts() and end.threshold is None


@pytest.mark.parametrize(("path", "text"), [("optimization.class_weights", "balanced"), ("diagnosis.threshold", "0.3")])
def test_what_belongs_to_classes_is_refused(path: str, text: str) -> None:
    with pytest.raises(BadInput, match="a regression has no classes") as refused:
        build(edit(SINE, {path: text}))
    assert refused.value.path == path


def test_what_belongs_to_numbers_is_refused_of_classes() -> None:
    with pytest.raises(BadInput, match="here are classes") as refused:
        build(edit(Experiment(), {"diagnosis.noise": "0.1"}))
    assert refused.value.path == "diagnosis.noise"


def test_the_log_tells_the_target_and_older_ones_have_none() -> None:
    problem = build(SINE)
    started = problem.started(0.0, choose(problem))
    assert decode(encode(started)) == started and started.target == problem.dataset.target
    older = json.loads(encode(started))
    del older["target"]
    again = decode(json.dumps(older).encode())
    assert isinstance(again, Started) and again.target is None


def test_the_end_tells_how_far_apart_the_errors_of_a_part_lie_and_older_logs_do_not() -> None:
    training, end = trained(build(edit(SINE, {**ADAM, "optimization.iterations": "40", "data.examples": "3000"})))
    network, dataset = training.problem.network, training.problem.dataset
    for name, part in dataset.parts.items():
        z = Pass(network, len(part.y)).forward(training.parameters, part.X)
        errors = network.task.errors(z, part.y)
        assert getattr(end.error, name) == pytest.approx(errors.mean())
        assert getattr(end.spread, name) == pytest.approx(errors.std())
        r = np.corrcoef(z[0], part.y)[0, 1]
        assert getattr(end.agreement, name) == pytest.approx(r * (len(part.y) - 1) ** 0.5)
    assert decode(encode(end)) == end
    older = json.loads(encode(end))
    del older["spread"], older["agreement"]
    again = decode(json.dumps(older).encode())
    assert isinstance(again, Finished) and again.spread == again.agreement == Parts() and again.error == end.error
    _, of_classes = trained(build(edit(Experiment(), {"optimization.iterations": "3"})))
    assert of_classes.spread == of_classes.agreement == Parts(), "that of a share follows from it"


@pytest.mark.parametrize(("train", "dev"), [(0.26, 0.9), (0.0, 1.4)])
def test_where_what_is_said_goes_with_the_targets_nobody_asks_whether_the_columns_tell(
    train: float, dev: float
) -> None:
    """The error may as well be that of chance, or be above it, where much was learned by heart besides."""
    examples, target = Parts(train=150, dev=50), Target(name="tip", mean=3, scale=1.3, deviation=Parts(dev=1.4))
    spread, experiment = Parts(train=0.2, dev=2.0), Experiment(task="regression")

    def told(agreement: float | None) -> Diagnosis:
        course = Course(target=target, spread=spread, agreement=Parts(dev=agreement))
        return diagnose(Parts(train=train, dev=dev), examples, experiment, course)

    for nothing in (None, -3.0, 1.0):
        assert "of the target at all" in told(nothing).sentence and told(nothing).actions[0].label == "the preflight"
    known = told(3.0)
    assert "at all" not in known.sentence and "No better than chance" not in known.sentence
    assert known.high_variance and "the preflight" not in {one.label for one in known.actions}


def test_a_few_outliers_in_test_are_no_difference_and_a_worse_test_set_is_one() -> None:
    """Three of 120 examples, each off by 3 σ of the target, make test twice as bad as dev."""
    examples, experiment = Parts(train=400, dev=120, test=120), edit(SINE, {"diagnosis.base_error": "0.2"})
    target = Target(name="y", mean=0.0, scale=1.0, deviation=Parts(train=1.0, dev=1.0, test=1.0))
    calm = 0.2 * 2**0.5
    for test, shown in ((0.42, False), (3 * 0.35, True)):
        error = Parts(train=0.2, dev=0.2, test=test)
        few = Parts(train=calm, dev=calm, test=calm + (3 / 120) ** 0.5 * 9)
        spread = few if not shown else Parts(train=calm, dev=calm, test=test * 2**0.5)
        said = diagnose(error, examples, experiment, Course(target=target, spread=spread, compared=4))
        assert ("Test is worse" in said.sentence) == shown
        assert "spread" in said.gaps[0].method
        unknown = diagnose(error, examples, experiment, Course(target=target, compared=4))
        assert "Test is worse" in unknown.sentence and "χ²" in unknown.gaps[0].method


def test_few_examples_that_make_the_error_are_told_and_are_no_learning_by_heart() -> None:
    """Three of 100, in an error that may as well be anything; what is told besides is of the others."""
    examples, target = Parts(train=300, dev=100), Target(name="y", mean=0.0, scale=1.0, deviation=Parts(dev=0.97))
    error = Parts(train=0.28, dev=0.54)

    def told(share: float, base: str = "0") -> Diagnosis:
        few = Outliers(examples=3, share=share, others=0.2, targets=(7.0,))
        course = Course(target=target, spread=Parts(train=0.4, dev=3.5), outliers=Parts(dev=few))
        return diagnose(error, examples, edit(SINE, {"diagnosis.base_error": base}), course)

    few = "Outliers: 3 of 100 dev examples make 70 % of the dev error; that of the others is 20.00 %."
    larger = "More rows may hold larger ones, of which no interval here knows."
    for base, besides in (("0", "high bias: it underfits"), ("0.27", "low bias and low variance")):
        found = told(0.7, base)
        assert found.state == "outliers" and found.sentence.startswith(
            f"{few} Are those rows right? {larger} Besides them {besides}"
        )
        assert (found.actions[0].label, found.actions[0].why) == ("see to the outliers", "those whose y is 7 first")
        assert not any("L2" in one.label or "copies" in one.label for one in found.actions)
    one = Outliers(examples=1, share=0.7, others=0.2, targets=(7.0,))
    own = replace(one, file="a/pri\x1bces.csv", rows=(62,))
    assert "Is that row right (62 of pri\ufffdces.csv)?" in outliers_text(own, 100, "dev")
    assert outliers_text(one, 100, "dev").startswith("Outliers: 1 of 100 dev examples makes 70 % of the dev error")
    assert "1 dev example makes" in outliers_text(one, None, "dev") and "Is that row right?" in outliers_text(
        one, 9, "dev"
    )
    less = told(0.3)
    assert less.sentence.startswith("High bias") and "Outliers" not in less.sentence and less.state != "outliers"
    assert not any("by heart" in told(share).sentence for share in (0.3, 0.7)), "an interval so wide proves nothing"


def test_where_a_few_rows_make_test_worse_than_dev_they_are_told_and_not_what_was_chosen_on_dev() -> None:
    examples, error = Parts(train=300, dev=100, test=100), Parts(train=0.2, dev=0.2, test=9.0)
    target = Target(name="y", mean=0.0, scale=1.0, deviation=Parts(train=1.0, dev=1.0, test=3.0))
    few = Outliers(examples=4, share=0.98, others=0.2, targets=(-31.5,))
    spread = Parts(train=0.3, dev=0.3, test=8.0)
    course = Course(target=target, spread=spread, outliers=Parts(test=few), examples=examples, compared=4)
    found = diagnose(error, examples, edit(SINE, {"diagnosis.base_error": "0.2"}), course)
    assert "Outliers: 4 of 100 test examples make 98 % of the test error" in found.sentence
    assert "chosen" not in found.sentence and found.actions[0].why == "those whose y is -31.5 first"


def test_outliers_are_what_lies_beyond_six_sigma_of_the_others() -> None:
    errors, targets = np.array([1.0, 0.5, 1.5, 1.0, 200.0, 400.0]), np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    few = outliers(errors, targets)
    assert few == Outliers(examples=2, share=600 / 604, others=1.0, targets=(6.0, 5.0)) and makes_most(few)
    normal = np.random.default_rng(0).standard_normal(10**6) ** 2
    assert outliers(normal, normal) is None and not makes_most(None)
    assert outliers(np.array([0.0, 0.0, 0.0, 9.0]), targets[:4]) is None, "learned by heart"
    assert outliers(np.array([1.0, 1.0, 1.0, np.inf]), targets[:4]) is None


def test_a_log_of_classes_tells_of_no_outliers_nor_of_a_spread() -> None:
    _, end = trained(build(edit(Experiment(), {"optimization.iterations": "3"})))
    started = Started(
        time=0, version=1, iterations=3, layers=(2, 1), parameters=3, classes=("a", "b"), examples=Parts(train=2)
    )
    assert is_end_of(end, started)
    of_numbers = {"spread": Parts(dev=0.1)}, {"agreement": Parts(dev=0.1)}
    for few in (*of_numbers, {"outliers": Parts(dev=Outliers(examples=1, share=0.9, others=0.1))}):
        assert not is_end_of(replace(end, **few), started)


@pytest.mark.parametrize("hidden", ["", "16"])
def test_where_a_few_rows_make_the_error_they_are_told_and_no_bigger_network(tmp_path: Path, hidden: str) -> None:
    """And the interval of dev holds what endless rows of that kind give, even where dev has none of them."""
    path, endless = tmp_path / "prices.csv", tmp_path / "endless.csv"
    outlier_table(endless, 5000, 1)
    named = right = 0
    for seed in range(8):
        outlier_table(path, 200, 100 + seed)
        own = {"data.source": str(path), "data.test_source": str(endless), "split.train": "0.75", "split.dev": "0.25"}
        more = {"split.test": "0", "network.hidden": hidden, "optimization.iterations": "500", "seed": str(seed)}
        run = judged(Experiment(), {**own, **more, **ADAM})
        told, few = run.diagnosis, run.course.outliers.train
        assert told.interval is not None and run.error.test is not None
        right += told.interval[0] <= run.error.test <= told.interval[1]
        if told.state != "outliers":
            continue
        named += 1
        assert few is not None and few.examples <= 20 and few.others < 0.5 * (run.error.train or 0)
        assert told.sentence.startswith(f"Outliers: {few.examples} of 150 training examples make ")
        first, *others = told.actions
        assert first.label == "see to the outliers" and "whose price is" in first.why and not first.edits
        prices = {f"{price:.6g}" for price in np.loadtxt(path, delimiter=",", skiprows=1)[:, 3]}
        assert all(f"{target:.6g}" in prices and f"{target:.6g}" in first.why for target in few.targets)
        table = np.loadtxt(path, delimiter=",", skiprows=1)[:, 3]
        assert len(few.rows) == len(few.targets)
        assert np.allclose([table[row - 2] for row in few.rows], few.targets, atol=1e-6)
        more = "first " if few.examples > len(few.rows) else ""
        assert f" right ({more}{', '.join(map(str, few.rows))} of prices.csv)?" in told.sentence
        assert not any("network.hidden" in one.edits for one in others) and bool(others) == bool(hidden)
    assert named >= (6 if hidden else 8) and right >= 7


@pytest.mark.parametrize("rows", [100, 200, 400])
def test_the_spread_of_train_widens_an_interval_of_too_few_to_know_of_outliers(rows: int) -> None:
    """Of 100 intervals, 85 and more hold a mean squared error of which one row in twenty makes nearly all."""
    random, held = np.random.default_rng(rows), 0
    for _ in range(400):
        errors = np.where(random.random(rows) < 0.05, 100.0, 0.1) * random.standard_normal(rows) ** 2
        train, dev = errors[: 3 * rows // 4], errors[3 * rows // 4 :]
        low, high = of_mean(dev.mean(), len(dev), max(dev.std(), train.std()))
        held += low <= 0.05 * 100 + 0.95 * 0.1 <= high
    assert held >= 0.85 * 400


def verdict(edits: dict[str, str]) -> Any:
    training, end = trained(build(edit(SINE, edits)))
    dataset, experiment = training.problem.dataset, training.problem.experiment
    return diagnose(end.error, dataset.examples, experiment, Course(target=dataset.target))


def test_the_verdict_goes_by_the_same_rules_on_the_share_that_is_left() -> None:
    straight = verdict({"network.hidden": "", "optimization.learning_rate": "0.5"})
    assert straight.high_bias and straight.sentence.startswith("High bias")
    right = verdict({**ADAM, "network.hidden": "20, 10"})
    assert not right.high_bias and not right.high_variance
    learned = {**ADAM, "network.hidden": "60, 60", "data.examples": "40", "optimization.iterations": "2000"}
    assert verdict(learned).high_variance


def test_the_base_error_is_what_the_noise_leaves_of_the_variance() -> None:
    """Of endless data: σ²/(½ + σ²), ½ being the variance of a sine."""
    told = verdict({"data.examples": "20000", "optimization.iterations": "1"}).base_error
    assert told.origin == "noise σ 0.2" and told.value == pytest.approx(0.04 / 0.54, rel=0.03)
    assert verdict({"diagnosis.noise": "0", "optimization.iterations": "1"}).base_error.value == 0
    own = verdict({"diagnosis.base_error": "0.3", "optimization.iterations": "1"}).base_error
    assert (own.value, own.origin) == (0.3, "given")


def test_a_run_tells_r_squared_and_rmse_wherever_it_tells_its_errors(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = end_of(lab, lab.start(edit(SINE, {"optimization.iterations": "50"})))
    target, task = lab.problem(run.experiment).dataset.target, run.view.task
    error = run.error.dev
    assert target is not None and isinstance(task, Regression) and error is not None
    root, determined = task.rmse(error, None), task.r_squared(error, target.deviation.dev)
    assert determined is not None
    assert f"dev {determined:.4g}" in run_text(run) and f"dev {quantity(root)}, test" in run_text(run)
    told = json.loads(as_json(curves_object(run)))["target"]
    assert (told["rmse"]["dev"], told["r_squared"]["dev"]) == (root, determined)
    *_, last = csv.DictReader(io.StringIO(curves_csv(run)))
    assert (float(last["dev_rmse"]), float(last["dev_r_squared"])) == (root, determined)


def test_a_target_beyond_all_numbers_is_judged_like_any_other() -> None:
    """As a log that is well formed and untrue may tell of it."""
    target = Target(name="y", mean=0.0, scale=1e-5, deviation=Parts(train=1e160, dev=1e160))
    for edits in ({}, {"diagnosis.noise": "1e150"}):
        course = Course(target=target, spread=Parts(train=1e160, dev=1e160))
        found = diagnose(Parts(train=0.01, dev=1.0), Parts(train=300, dev=100), edit(Experiment(), edits), course)
        assert found.sentence


def test_where_neither_a_wider_network_nor_more_time_helps_a_second_layer_is_offered_and_does(tmp_path: Path) -> None:
    """Of one feature all ReLU units begin to bend at one place: twice as many, and twice the time, come to the same."""
    random, path = np.random.default_rng(95000), tmp_path / "wave.csv"
    x = random.uniform(-3, 3, 1000)
    y = np.sin(2 * x) + 0.2 * random.standard_normal(1000)
    path.write_text("x,y\n" + "".join(f"{a:.6f},{b:.6f}\n" for a, b in zip(x, y, strict=True)))
    own = {"data.source": str(path), "diagnosis.noise": "0.2", "network.hidden": "32", "seed": "95000"}
    runs = [judged(Experiment(), {**own, **ADAM, "optimization.iterations": "1000"})]
    while runs[-1].diagnosis.actions and len(runs) < 5:
        offered = runs[-1].diagnosis.actions
        runs.append(judged(runs[-1].experiment, offered[0].edits, runs[-1].line, offered=offered))
    told = [run.diagnosis.actions[0].label for run in runs if run.diagnosis.actions]
    assert told[0] == "hidden layers [64]" and told[-1] == "hidden layers [64, 64]"
    assert "did not help" in runs[-2].diagnosis.sentence and runs[-1].diagnosis.sentence.startswith("Low bias")
