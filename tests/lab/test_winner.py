"""The best of a sweep: in worlds whose truth is known, and in sweeps that are told."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.special
from msgspec import structs

from tests.commands import here as tuilab
from tests.sweeps import BASE, LAMBD, tell, told
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.sentences.winner import winner_sentences
from tuilab.lab.winner import flattery, winner
from tuilab.nn.task.chance import wilson
from tuilab.search import Candidate, Search, Trial, TrialResult, ranked
from tuilab.training.better import Better, on_the_same, over_seeds

WORLDS = 400


def often() -> int:
    """Of so many worlds, more than 5 of 100 will not come to more."""
    most: int = math.ceil(scipy.special.bdtrik(0.999, WORLDS, 0.05))
    return most


def points(errors: np.ndarray) -> list[Candidate]:
    """Points with so many dev errors, shape (points, seeds), the best first."""
    return ranked(
        TrialResult(name=f"{row}-{seed}", point={LAMBD: str(row)}, seed=seed, status="done", dev=error)
        for row, line in enumerate(errors.tolist())
        for seed, error in enumerate(line)
    )


def seeds_in_common(best: Candidate, other: Candidate) -> list[tuple[float, float]]:
    """The dev errors of both, the other's first, seed by seed."""
    first, second = ({one.seed: one.dev or 0.0 for one in point.results} for point in (other, best))
    return [(first[seed], second[seed]) for seed in sorted(first)]


def calls(found: list[Candidate]) -> tuple[bool, bool]:
    """Whether the best is called better than the second; and than the first point, if that is another."""
    best, *others = found
    own = [one for one in others if one.point[LAMBD] == "0"]
    known = over_seeds(seeds_in_common(best, others[0]), 1000)
    return known.shown, bool(own) and over_seeds(seeds_in_common(best, own[0]), 1000, len(others)).shown


@pytest.mark.parametrize(("count", "seeds"), [(2, 3), (8, 3), (64, 3), (16, 5)])
@pytest.mark.parametrize("uneven", [False, True])
def test_of_equal_points_no_winner_is_called_more_often_than_5_times_of_100(
    count: int, seeds: int, uneven: bool
) -> None:
    rng = np.random.default_rng([count, seeds])
    called = np.zeros(2)
    for _ in range(WORLDS):
        noise = rng.uniform(0.002, 0.02, (count, 1)) if uneven else 0.01
        called += calls(points(0.2 + rng.normal(0, 0.03, seeds) + rng.normal(0, 1, (count, seeds)) * noise))
    assert called.max() <= often()


@pytest.mark.parametrize("count", [2, 32])
def test_nor_by_the_mistakes_on_one_dev_set(count: int) -> None:
    rng = np.random.default_rng(count)
    called = np.zeros(2)
    for _ in range(WORLDS):
        hard = rng.beta(0.2, 1.8, 300)  # what is hard for one is hard for the others
        wrong = rng.random((count, 300)) < hard
        best, second = np.argsort(wrong.mean(axis=1), kind="stable")[:2]
        called[0] += on_the_same(wrong[second], wrong[best]).shown
        called[1] += best != 0 and on_the_same(wrong[0], wrong[best], count - 1).shown
    assert called.max() <= often()


def test_one_that_is_better_is_called_so() -> None:
    rng = np.random.default_rng(0)
    better = np.where(np.arange(16) == 3, 0.15, 0.2)[:, None]
    called = np.array([calls(points(better + rng.normal(0, 0.01, (16, 5)))) for _ in range(100)])
    assert called[:, 0].mean() > 0.9 and called[:, 1].mean() > 0.6


@pytest.mark.parametrize(("truly", "least", "most"), [(0.01, 0.0, 0.1), (0.03, 0.2, 0.6), (0.05, 0.9, 1.0)])
def test_how_often_the_best_of_32_is_called_better_by_its_mistakes(truly: float, least: float, most: float) -> None:
    """One is better by so much on 1,000 dev examples, some hard for all. README says how often it is told."""
    rng = np.random.default_rng(1)
    called, falsely = 0, 0
    for _ in range(60):
        chance = np.where(rng.random(1000) < 0.12, 0.7, 0.0182)  # 10 % of mistakes
        wrong = rng.random((32, 1000)) < chance
        wrong[0] = rng.random(1000) < chance * (1 - truly / 0.1)
        best, second = np.argsort(wrong.mean(axis=1), kind="stable")[:2]
        shown = on_the_same(wrong[second], wrong[best]).shown
        called, falsely = called + (shown and best == 0), falsely + (shown and best != 0)
    assert least <= called / 60 <= most and falsely <= 1


def test_of_many_looks_p_and_interval_are_those_of_all_at_once() -> None:
    pairs = [(0.2, 0.1), (0.21, 0.12), (0.19, 0.12), (0.2, 0.11)]
    one, many = over_seeds(pairs, 100), over_seeds(pairs, 100, 20)
    assert one.p is not None and many.p == pytest.approx(20 * one.p)
    spread = np.std([0.1, 0.09, 0.07, 0.09], ddof=1) / 2
    assert many.interval[0] == pytest.approx(0.0875 - scipy.special.stdtrit(3, 1 - 0.025 / 20) * spread)
    first, second = np.arange(200) < 60, np.arange(200) < 20
    alone, among = on_the_same(first, second), on_the_same(first, second, 20)
    assert among.p == pytest.approx(20 * (alone.p or 0)) and among.interval[0] < alone.interval[0]


@pytest.mark.parametrize("common", [0.0, 0.03])
@pytest.mark.parametrize(("count", "seeds"), [(2, 4), (8, 2), (64, 3)])
def test_flattery_is_what_the_best_of_equal_points_shows(count: int, seeds: int, common: float) -> None:
    """However much a seed changes all of them alike."""
    rng = np.random.default_rng(1)
    shown, said = [], []
    for _ in range(WORLDS):
        truth = 0.2 + rng.normal(0, common, seeds)
        found = points(truth + rng.normal(0, 0.01, (count, seeds)))
        shown.append(truth.mean() - found[0].dev)
        said.append(flattery(found[0], found, 0))
    assert np.mean(said) == pytest.approx(np.mean(shown), rel=0.15)


@pytest.mark.parametrize("count", [5, 64])
def test_of_one_seed_it_is_as_much_where_mistakes_are_made_by_chance_alone(count: int) -> None:
    rng = np.random.default_rng(2)
    worlds = [points((rng.random((count, 300)) < 0.1).mean(axis=1)[:, None]) for _ in range(WORLDS)]
    shown = 0.1 - np.mean([found[0].dev for found in worlds])
    assert np.mean([flattery(found[0], found, 300) for found in worlds]) == pytest.approx(shown, rel=0.08)


def test_where_no_two_points_have_the_seeds_of_the_best_nothing_is_told() -> None:
    found = points(np.array([[0.1, 0.12], [0.2, 0.21]]))
    other = structs.replace(found[1], results=found[1].results[:1])
    assert flattery(found[0], [found[0], other], 300) is None


def test_that_no_mistake_was_made_is_no_proof_that_none_can_be() -> None:
    perfect = points(np.zeros((12, 1)))
    assert flattery(perfect[0], perfect, 720) == pytest.approx(0.0032, abs=2e-4)


def lowest(at: float, noise: float = 0.0) -> Callable[[Trial], float]:
    def dev(trial: Trial) -> float:  # whose seeds differ, the points by the same in each
        base = 0.1 + 0.05 * abs(math.log10(max(trial.experiment.regularization.lambd, 1e-3)) - math.log10(at))
        return base + noise * (trial.experiment.seed % 3)

    return dev


def test_once_it_is_over_all_is_said_of_the_best_and_its_test_error_alone(lab: Lab) -> None:
    search = Search(over={LAMBD: "0.01,0.1,0.5,10"}, seeds=3)
    name = told(lab, search, lowest(0.1, 0.01))
    found = winner(lab, lab.sweeps.look(name))
    assert (found.looked, found.best.point, found.test) == (4, {LAMBD: "0.1"}, pytest.approx(0.16))
    assert found.second and found.second.known and found.second.known.shown
    assert found.own is None and not found.own_tried
    said = " ".join(winner_sentences(found))
    assert "Beside the second, λ 0.5: the best is better on dev: 3.49 points less error" in said
    assert "chosen by its dev error among 4 points, which flatters it: were all equal, noise" in said
    assert "Test error of 3 seeds: 16.00 % (15.00 % to 17.00 %, the lowest and the highest); of all 4 points" in said
    assert "; of all 4 points it is looked at for this one" in said
    lab.sweeps.go_on(name, search.changed({LAMBD: "0,0.01,0.1,0.5,10"}, workers="asked"))
    tell(lab, name, lowest(0.1, 0.01))
    said = " ".join(winner_sentences(winner(lab, lab.sweeps.look(name))))
    assert "Beside the experiment's own, λ 0.0: the best is better on dev: 10.00 points" in said
    assert ", of the best of 4" in said
    assert said.endswith("; of all 5 points it is looked at for this one alone.")


def test_of_groups_the_test_error_and_what_flatters_are_those_of_fewer_examples(lab: Lab) -> None:
    alone, alike = (
        winner(lab, lab.sweeps.look(told(lab, Search(over={LAMBD: "0.01,0.1,1"}), lowest(0.1), worth)))
        for worth in (None, 0.25)
    )
    assert alone.interval == pytest.approx(wilson(0.15, 80)) and alike.interval == pytest.approx(wilson(0.15, 20))
    assert alone.flattery and alike.flattery and alike.flattery > 1.6 * alone.flattery


def test_whose_test_error_was_shown_before_is_remembered(lab: Lab) -> None:
    search = Search(over={LAMBD: "0.01,1"})
    name = told(lab, search, lowest(0.1))

    def said() -> str:
        return winner_sentences(winner(Lab(lab.store.home), lab.sweeps.look(name)))[-1]

    assert said().endswith("; of all 2 points it is looked at for this one alone.") and said() == said()
    lab.sweeps.go_on(name, search.changed({LAMBD: "0.01,0.1,1"}, workers="asked"))
    tell(lab, name, lowest(0.1))
    assert said().endswith("; of all 3 points it has been looked at for 2 so far.")
    lab.sweeps.go_on(name, search.changed({LAMBD: "0.01,1"}, workers="asked"))
    assert said().endswith("it has been looked at for 2 so far.")
    (tested,) = lab.sweeps.find(name).path.glob("tested")
    for one in tested.iterdir():
        one.unlink()
    tested.rmdir()
    tested.write_text("")
    assert "Test error: " in said()


def test_who_opens_the_run_of_a_trial_has_looked_at_its_test_error(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1,10"}, seeds=2), lowest(0.1))

    def said() -> str:
        return winner_sentences(winner(lab, lab.sweeps.look(name)))[-1]

    assert said().endswith("; of all 4 points it is looked at for this one alone.")
    best, second, third, _ = lab.sweeps.look(name).ranked
    for one in (*best.results, *second.results):
        assert tuilab("watch", one.name, "--plain").returncode == 0
    assert said().endswith("; of all 4 points it has been looked at for 2 so far.")
    assert tuilab("trust", third.best.name).returncode in (0, 2)
    assert said().endswith("for 2 so far."), "where it is not shown it does not count"
    assert tuilab("report", third.best.name, "--format", "md").returncode == 0
    assert said().endswith("it has been looked at for 3 so far.")


def test_what_the_experiment_had_before_is_told_once_where_it_is_the_second(lab: Lab) -> None:
    found = winner(lab, lab.sweeps.look(told(lab, Search(over={LAMBD: "0,1"}, seeds=3), lowest(1, 0.01))))
    assert found.own is not None and found.second is not None and found.own.point == found.second.point
    assert winner_sentences(found)[0].startswith("Beside the experiment's own, λ 0.0")
    assert not any(one.startswith("Beside the second") for one in winner_sentences(found))
    even = Better(errors=(0.2, 0.2), difference=0.0, interval=(-0.1, 0.1), p=1.0, examples=(50, 50), seeds=3)
    said = winner_sentences(structs.replace(found, own=structs.replace(found.own, known=even)))[0]
    assert "λ 0.0: no difference that" in said, "behind a colon no sentence begins"


def test_of_numbers_the_test_error_has_its_interval_and_other_words_and_a_telltale_is_told(
    lab: Lab, tmp_path: Path
) -> None:
    """As of a comparison: a sweep of such a table had no word of it."""
    rng, path = np.random.default_rng(0), tmp_path / "flats.csv"
    X = rng.standard_normal((400, 2))
    y = 3 * X[:, 0] + rng.standard_normal(400)
    path.write_text("a,b,tax,price\n" + "".join(f"{a},{b},{2 * p},{p}\n" for (a, b), p in zip(X, y, strict=True)))
    base = edit(BASE, {"data.source": str(path), "data.examples": "all", "optimization.iterations": "30"})
    name = lab.sweeps.start(base, Search(over={LAMBD: "0.01,1"}))
    while (view := lab.sweeps.look(name)).status != "done":
        lab.wake()
        time.sleep(0.02)
    found = winner(lab, view)
    assert found.interval and found.test and found.interval[0] < found.test < found.interval[1]
    assert found.flattery is not None and found.telltales == ("tax",)
    *_, tested, last = winner_sentences(found)
    assert "at 95 %, by the spread of the squared errors), R² test " in tested and "RMSE of price: test " in tested
    assert last.startswith('But "tax" alone says the label: unless ')


def test_of_one_seed_it_is_told_by_its_mistakes_or_why_not(lab: Lab) -> None:
    found = winner(lab, lab.sweeps.look(told(lab, Search(over={LAMBD: "0.01,0.1,10"}), lowest(0.1))))
    assert found.second is not None and found.second.known is None and "are gone" in found.second.fault
    assert found.interval == pytest.approx(wilson(0.15, 80))
    assert "which is better is not told: the weights of" in winner_sentences(found)[0]
