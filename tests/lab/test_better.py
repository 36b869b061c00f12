"""Which of two runs is better, told of real runs."""

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from tests.trainers import end_of
from tests.ui.canned import snapshot
from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab, Snapshot
from tuilab.lab.better import better, better_pairs, better_seeds, require_one_question, told
from tuilab.lab.seeds import seeds_of
from tuilab.lab.sentences.better import better_line, better_text
from tuilab.training.better import on_the_same, over_seeds, shares_on_others


def run(lab: Lab, experiment: Experiment, **edits: str) -> Snapshot:
    return end_of(lab, lab.start(edit(experiment, {path.replace("__", "."): text for path, text in edits.items()})))


@pytest.fixture
def overfitting(lab: Lab) -> Experiment:
    return edit(lab.open("high-variance")[1], {"optimization.iterations": "3000"})


def test_a_penalty_against_overfitting_is_better(lab: Lab, overfitting: Experiment) -> None:
    plain = run(lab, overfitting)
    held = run(lab, overfitting, regularization__kind="l2", regularization__lambd="1")
    known = better(lab, plain, held)
    assert known.shown and known.alone is not None and known.examples == (1900, 1900)
    assert known.errors == (plain.error.dev, held.error.dev)
    assert told(lab, (plain, held)).startswith(f"{held.name} is better on dev: ")
    assert told(lab, (held, plain)).startswith(f"{held.name} is better on dev: ")
    assert better_line(known).startswith("dev better by ") and better_line(better(lab, held, plain)).startswith(
        "dev worse by "
    )
    assert " at 95 %, Newcombe); of 1,900 dev examples " in better_text(known, "a", "b")
    same = better(lab, held, held)
    assert not same.shown and same.difference == 0 and same.p == 1
    assert better_text(same, "a", "b").startswith("No difference that this dev set can show: 0.00 points")


def test_of_a_tiny_dev_set_no_difference_is_asked_for_that_is_more_than_all_of_it() -> None:
    """Of three examples McNemar's test can show nothing: it takes six that one alone gets right, 200 points."""
    wrong = np.array([True, False, False])
    few = better_text(on_the_same(wrong, ~wrong), "a", "b")
    assert few.startswith("No difference that this dev set can show") and few.count(" points ") == 1
    assert few.endswith(" It would take 6 examples or more that one alone gets right.")
    many = better_text(on_the_same(np.arange(20) < 3, np.arange(20) >= 18), "a", "b")
    assert many.endswith(" It would take 30.00 points.")


def test_a_run_that_was_cut_short_is_said_to_be(lab: Lab) -> None:
    exploding = lab.open("exploding")[1]
    whole, blown = run(lab, exploding, network__hidden="3"), run(lab, exploding)
    assert (whole.status, blown.status) == ("done", "diverged")
    said = f"{blown.name} (diverged at iteration {blown.view.iteration}) is not done: compared is what it had come to."
    assert told(lab, (whole, blown)).endswith(said) and "not done" not in told(lab, (whole, whole))


def test_of_unequal_classes_the_balanced_errors_are_compared(lab: Lab, tmp_path: Path) -> None:
    """As their verdicts are told: what helps there is not said to be worse."""
    rng, table = np.random.default_rng(1), tmp_path / "rare.csv"
    sick = rng.random(3000) < 0.02
    rows = (f"{x:.3f},{'yes' if one else 'no'}" for x, one in zip(rng.normal(1.5 * sick, 1), sick, strict=True))
    table.write_text("\n".join(["marker,sick", *rows]))
    experiment = edit(lab.open(str(table))[1], {"optimization.iterations": "300", "network.hidden": "4"})
    plain, weighted = run(lab, experiment), run(lab, experiment, optimization__class_weights="balanced")
    assert weighted.error.dev > plain.error.dev
    known = better(lab, plain, weighted)
    assert known.balanced and known.difference > 0 and better_line(known).startswith("dev, balanced, better by ")
    assert " points less balanced error (" in better_text(known, "a", "b")
    assert better(lab, plain, weighted, plain=True).difference < 0
    other = tuple(run(lab, one.experiment, seed="8") for one in (plain, weighted))
    for pairs in ([(plain, weighted)] * 2, [(plain, weighted), other]):  # on one dev set, and on two
        assert better_pairs(lab, pairs).balanced and better_pairs(lab, pairs).difference > 0


def test_other_dev_examples_are_said_to_be_others(lab: Lab, overfitting: Experiment) -> None:
    short = edit(overfitting, {"optimization.iterations": "50"})
    one, other = run(lab, short), run(lab, short, seed="8")
    known = better(lab, one, other)
    assert known.alone is None and known.p is None
    assert "different dev sets, of 1,900 and 1,900 examples" in told(lab, (one, other))
    apart = shares_on_others((0.3, 0.1), (400, 400))
    assert better_line(apart).startswith("dev better by 20.00 points") and better_line(apart).endswith(
        "on other examples"
    )


def test_seeds_of_two_experiments_are_compared_seed_by_seed(lab: Lab, overfitting: Experiment) -> None:
    short = edit(overfitting, {"optimization.iterations": "300"})
    parent, child = run(lab, short), run(lab, short, optimization__learning_rate="0.003")
    seed = parent.experiment.seed
    names = [name for one in (parent, child) for name in seeds_of(lab, one.name, seed, 3)]
    runs = [end_of(lab, name) for name in names]
    assert [one.experiment.seed for one in runs] == 2 * [seed, seed + 1, seed + 2]
    assert names == [name for one in (parent, child) for name in seeds_of(lab, one.name, seed, 3)], "none is run twice"
    found = better_seeds(lab, runs)
    assert found is not None and found[:2] == (parent.name, child.name) and found[2].seeds == 3
    said = better_text(found[2], "a", "b")
    assert " at 95 %, Student's t); mean of 3 seeds " in said and found[2].dev == "new" and "these data" not in said
    assert "these data" in better_text(over_seeds([(0.3, 0.1)] * 3, 400, dev="redrawn"), "a", "b")
    assert better_seeds(lab, runs[:3]) is None and better_seeds(lab, runs[:5]) is None


def test_what_cannot_be_compared_says_why(lab: Lab, overfitting: Experiment) -> None:
    short = edit(overfitting, {"optimization.iterations": "50"})
    plain = run(lab, short)
    alone = run(lab, short, split__train="1", split__dev="0")
    with pytest.raises(BadInput, match="has no dev set"):
        better(lab, plain, alone)
    assert told(lab, (plain, alone)) == f"Which is better is not told: {alone.name} has no dev set."


def test_runs_of_different_data_are_not_compared_whatever_their_seeds(lab: Lab, overfitting: Experiment) -> None:
    short = edit(overfitting, {"optimization.iterations": "20"})
    one, other = run(lab, short), run(lab, short, data__source="circles")
    more = run(lab, short, data__source="digits", data__examples="200")
    number = run(lab, short, data__source="sine")
    with pytest.raises(BadInput, match="are of different data: their errors do not compare"):
        better(lab, one, other)
    with pytest.raises(BadInput, match="learn different things: their errors do not compare"):
        better(lab, one, more)
    with pytest.raises(BadInput, match="learn different things"):
        better(lab, number, one)
    seeds = [
        structs.replace(shown, experiment=edit(shown.experiment, {"seed": seed}))
        for shown in (one, other)
        for seed in ("1", "2", "3")
    ]
    assert told(lab, seeds).startswith("Which is better is not told: ")


def test_runs_on_rows_that_others_leave_out_are_not_compared() -> None:
    """Those with a missing cell may be the harder ones: where the cells are filled they are measured, too."""

    def told_of(dev: int, **edits: str) -> Snapshot:
        run = snapshot("done")
        assert run.view.started is not None
        started = structs.replace(run.view.started, examples=Parts(train=300, dev=dev, test=100))
        experiment = edit(run.experiment, {f"columns.{key}": text for key, text in edits.items()})
        return structs.replace(run, experiment=experiment, view=structs.replace(run.view, started=started))

    filled, fewer = told_of(100, missing="median"), told_of(80, missing="drop rows")
    without = told_of(100, missing="drop rows", drop="gaps")  # the column that has them
    for one, other in (
        (filled, fewer),
        (fewer, without),
        (told_of(99, repeats="drop"), filled),
        (told_of(99, drop_rows="7"), filled),
    ):
        for pair in ((one, other), (other, one)):
            with pytest.raises(BadInput, match="are measured on other rows, as one leaves some out that may be harder"):
                require_one_question(*pair)
    for one, other in ((filled, without), (filled, told_of(90, missing="refuse")), (fewer, fewer)):
        require_one_question(one, other)


def test_a_file_that_was_moved_is_the_same_data(lab: Lab, overfitting: Experiment, tmp_path: Path) -> None:
    runs = []
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("a,b,y\n" + "".join(f"{k},{k * k % 7},{k % 2}\n" for k in range(40)))
        mine = {
            "data__source": str(tmp_path / name),
            "data__examples": "all",
            "split__train": "0.5",
            "split__dev": "0.5",
        }
        runs.append(run(lab, edit(overfitting, {"optimization.iterations": "20"}), **mine))
    assert not better(lab, *runs).shown


def test_seeds_that_share_a_dev_file_are_compared_by_their_mistakes(lab: Lab, tmp_path: Path) -> None:
    rng, runs = np.random.default_rng(1), []
    for name in ("train.csv", "dev.csv"):
        rows = [f"{int(a)},{int(b)},{int(a + b + e > 0)}\n" for a, b, e in rng.standard_normal((60, 3))]
        (tmp_path / name).write_text("a,b,y\n" + "".join(rows))
    texts = {"data.source": "train.csv", "data.dev_source": "dev.csv", "split.train": "1", "split.dev": "0"}
    files = {path: str(tmp_path / text) if text.endswith("csv") else text for path, text in texts.items()}
    base = edit(Experiment(), files | {"split.test": "0", "network.hidden": "[]"})
    for iterations in ("1", "30"):
        for seed in ("1", "2", "3"):
            runs.append(run(lab, base, optimization__iterations=iterations, seed=seed))
    found = better_seeds(lab, runs)
    assert found is not None and (found[2].dev, found[2].seeds) == ("same", 3)
    assert found[2].errors == pytest.approx([np.mean([one.error.dev for one in runs[at : at + 3]]) for at in (0, 3)])
    assert "mean of 3 seeds on the same 60 dev examples " in told(lab, runs)


def test_of_two_regressions_the_squared_errors_are_compared(lab: Lab, tmp_path: Path) -> None:
    """On one dev set pair by pair, on two by Welch; numbers that weights exploded to are no evidence."""
    base = lab.open("regression")[1]
    good, poor = run(lab, base, optimization__iterations="1500"), run(lab, base, network__hidden="[]")
    known = better(lab, poor, good)
    assert known.shown and known.dev == "same" and known.errors == pytest.approx((poor.error.dev, good.error.dev))
    said = told(lab, (poor, good))
    assert said.startswith(f"{good.name} is better on dev: ") and "; R² " in said and " against " in said
    assert f" of {good.name} against " in said and f" of {poor.name}, RMSE " in said and said.count(good.name) == 2
    assert not better(lab, good, good).shown and "RMSE" in told(lab, (good, good))
    apart = better(lab, poor, run(lab, base, optimization__iterations="1500", seed="8"))
    assert apart.dev == "new" and apart.shown and "Welch's t" in better_text(apart, "a", "b")


def test_of_regressions_over_seeds_the_figures_are_told_and_whose_they_are_and_the_doubt(lab: Lab) -> None:
    base = edit(lab.open("regression")[1], {"optimization.iterations": "60"})
    good = [run(lab, base, seed=seed) for seed in "123"]
    poor = [run(lab, base, seed=seed, network__hidden="[]") for seed in "123"]
    known = better_pairs(lab, list(zip(poor, good, strict=True)))
    assert known.errors == pytest.approx([np.mean([one.error.dev for one in runs]) for runs in (poor, good)])
    first, second = (known.figures["rmse"][name] for name in ("first", "second"))
    assert None not in (first, second) and 0 < (second or 0) < (first or 0) < 2
    said = told(lab, [*poor, *good])
    assert f" of {good[0].name} against " in said and f" of {poor[0].name}, R² " in said and ", RMSE " in said
    examples = good[0].view.started.examples.dev if good[0].view.started else 0
    assert known.doubted and f"In doubt: {examples} dev examples are few for squared errors" in said


def test_of_weights_that_exploded_no_squared_errors_are_compared(lab: Lab) -> None:
    base = lab.open("regression")[1]
    good = run(lab, base, optimization__iterations="50")
    blown = run(lab, base, optimization__optimizer="gradient_descent", optimization__learning_rate="500")
    with pytest.raises(BadInput, match=f"{blown.name} predicts no numbers, or beyond all measure"):
        better(lab, good, blown)


def test_where_one_of_them_learned_of_a_column_that_says_the_label_that_is_told(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "passengers.csv"
    rng = np.random.default_rng(0)
    rows = [f"{int(a)},{int(b)},{'yes' if y else 'no'},{int(y)}" for a, b, y in rng.standard_normal((90, 3)) > 0]
    path.write_text("a,b,alive,survived\n" + "\n".join(rows) + "\n")
    experiment = edit(Experiment(), {"data.source": str(path), "optimization.iterations": "50"})
    told_it, without = run(lab, experiment), run(lab, experiment, columns__drop="alive")
    assert 'But "alive" alone says the label' in told(lab, (told_it, without))
    assert "alone says" not in told(lab, (without, without))


def test_by_groups_the_groups_are_what_is_compared(lab: Lab, tmp_path: Path) -> None:
    """Five rows a patient, nearly alike: of 24 patients of dev less is known than of 120 rows."""
    rng, table = np.random.default_rng(98_005), tmp_path / "visits.csv"
    rows = ["patient,x1,x2,ill"]
    for number in range(120):
        x = rng.standard_normal(2)
        ill = "yes" if x[0] * x[1] > 0 else "no"
        rows += [f"P{number},{a:.3f},{b:.3f},{ill}" for a, b in x + 0.05 * rng.normal(size=(5, 2))]
    table.write_text("\n".join(rows) + "\n")
    experiment = edit(
        lab.open(str(table))[1],
        {"optimization.iterations": "300", "columns.group": "patient", "network.hidden": "16"},
    )
    one, other = run(lab, experiment), run(lab, experiment, network__hidden="")
    known = better(lab, one, other)
    assert (
        known.grouped and known.examples == (24, 24) and known.errors == pytest.approx((one.error.dev, other.error.dev))
    )
    said = told(lab, (one, other))
    assert "; 24 groups of dev examples, p " in said and "In doubt: 24 groups of dev examples are few" in said
    again = tuple(run(lab, run_.experiment, optimization__learning_rate="0.05") for run_ in (one, other))
    pairs = better_pairs(lab, [(one, other), again])
    assert pairs.grouped and pairs.examples == (24, 24) and pairs.dev == "same"
