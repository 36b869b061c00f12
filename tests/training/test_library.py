"""As a library: README's own code runs, and a run is replayed from given weights and a given batch order."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from autograd import grad

from tests.nn import reference
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, convert, edit
from tuilab.nn import Parameters, check_gradient
from tuilab.training import Training, problem_from_arrays

README = Path(__file__).parents[2] / "README.md"


def readme_code() -> str:
    section = README.read_text().split("\n## As a library\n")[1].split("\n## ")[0]
    [code] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert isinstance(code, str)
    return code


def test_the_code_in_readme_runs_and_gives_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(compile(readme_code(), str(README), "exec"), names)
    assert capsys.readouterr().out.splitlines() == re.findall(r"# → (.*)", readme_code())
    X, y, training, problem = (names[name] for name in ("X", "y", "training", "problem"))
    theta = names["initial"].theta
    for batch in names["order"]:
        data = grad(lambda at, rows=batch: reference.data_cost(at, problem.network, X[rows], y[rows]))(theta)
        decay = grad(lambda at: reference.PENALTIES["l2"].cost(at, problem.network.sizes, problem.penalty))(theta)
        theta = theta - 0.5 * (data + decay)
    np.testing.assert_allclose(training.parameters.theta, theta, rtol=1e-10)
    assert training.parameters.weights[0].shape == (2, 3)


def replayed(experiment: Experiment) -> tuple[Any, Any, Any, list[list[int]], Any]:
    random = np.random.default_rng(11)
    X, y = random.standard_normal((12, 3)), np.arange(12) % 3
    initial = Parameters((3, 4, 3), theta=random.standard_normal(31))
    order = [[0, 1, 2], [11, 11], [5], list(range(12))]
    problem = problem_from_arrays(experiment, (X, y), dev=(X[:4], y[:4]), initial=initial)
    return X, y, initial, order, problem


PLAIN = convert({"network": {"hidden": [4], "activation": "tanh"}, "inputs": {"normalize": False}})


def test_given_weights_are_copied_and_used() -> None:
    X, y, initial, order, problem = replayed(PLAIN)
    assert np.array_equal(problem.initial.theta, initial.theta)
    kept, X_before = initial.theta.copy(), X.copy()
    training = Training(problem, order)
    assert training.cost().data == pytest.approx(float(reference.data_cost(kept, problem.network, X, y)), rel=1e-12)
    for _ in order:
        training.step()
    assert np.array_equal(initial.theta, kept) and np.array_equal(problem.initial.theta, kept)
    assert np.array_equal(X, X_before)
    assert not np.array_equal(training.parameters.theta, kept)
    initial.theta[:] = 0
    X[:] = 0
    y[:] = 0
    again = Training(problem, order)
    assert again.cost() == Training(replayed(PLAIN)[-1], order).cost(), "what is given is copied"


def test_a_given_order_decides_the_run_and_its_end_is_said() -> None:
    _, _, _, order, problem = replayed(PLAIN)
    ends = []
    for batches in (order, order, order[::-1], iter(np.array(batch) for batch in order)):
        training = Training(problem, batches)
        for _ in order:
            training.step()
        ends.append(training.parameters.theta.copy())
    assert np.array_equal(ends[0], ends[1]) and np.array_equal(ends[0], ends[3])
    assert not np.array_equal(ends[0], ends[2])
    training = Training(problem, order)
    for _ in order:
        training.step()
    with pytest.raises(BadInput, match="ends after 4 batches"):
        training.step()


def test_a_run_is_replayed_by_its_own_starting_weights_and_batches() -> None:
    """What a run drew from its seed, given to another one with another seed, gives the same bits."""
    drawn = edit(PLAIN, {"optimization.batch_size": "5", "optimization.optimizer": "adam", "seed": "4"})
    random = np.random.default_rng(12)
    X, y = random.standard_normal((12, 3)), np.arange(12) % 3
    original = Training(problem_from_arrays(drawn, (X, y)))
    first, order, costs = original.parameters.copy(), [], []
    for _ in range(20):
        costs.append(original.step())
        order.append([int(np.flatnonzero((row == X).all(axis=1))[0]) for row in original.engine.batch])
    other = edit(drawn, {"seed": "99", "initialization.scheme": "zeros"})
    replay = Training(problem_from_arrays(other, (X, y), initial=first), order)
    assert [replay.step() for _ in range(20)] == costs
    assert np.array_equal(replay.parameters.theta, original.parameters.theta)


def test_normalization_holds_for_given_data_and_is_of_the_training_part() -> None:
    random = np.random.default_rng(13)
    X, y = 50 + 7 * random.standard_normal((30, 2)), np.arange(30) % 2
    problem = problem_from_arrays(Experiment(), (X[:20], y[:20]), dev=(X[20:], y[20:]))
    mean, deviation = X[:20].mean(axis=0), X[:20].std(axis=0)
    np.testing.assert_allclose(problem.dataset.train.X, (X[:20] - mean) / deviation, rtol=1e-12)
    np.testing.assert_allclose(problem.dataset.dev.X, (X[20:] - mean) / deviation, rtol=1e-12)


def test_the_gradients_of_a_replayed_run_are_checked() -> None:
    X, y, initial, _, problem = replayed(edit(PLAIN, {"regularization.kind": "l2", "regularization.lambd": "2"}))
    report = check_gradient(problem.network, initial, X, y, problem.penalty)
    assert report.verdict == "correct"


GOOD = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]], [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("train", "path", "says"),
    [
        (([[0.0, np.nan]], [0]), "train.X[0, 1]", "must be a finite number"),
        (([[0.0, np.inf]], [0]), "train.X[0, 1]", "must be a finite number"),
        (([0.0, 1.0], [0, 1]), "train.X", "must have the shape (examples, features), not (2,)"),
        (([[], []], [0, 1]), "train.X", "must have the shape (examples, features)"),
        (([["a"], ["b"]], [0, 1]), "train.X", "must hold numbers"),
        (([[1.0], [1.0, 2.0]], [0, 1]), "train.X", "is no array"),
        ((np.empty((0, 2)), np.empty(0)), "train.X", "at least one example"),
        ((GOOD[0], [0, 1, 0]), "train.y", "must have a label for each of the 4 rows of X, has 3"),
        ((GOOD[0], [0, 1, 0, np.nan]), "train.y[3]", "must be a label, one of 0, 1, 2 …, not nan"),
        ((GOOD[0], [0, 1, 0, -1]), "train.y[3]", "must be a label"),
        ((GOOD[0], [0, 1, 0, 0.5]), "train.y[3]", "must be a label"),
        ((GOOD[0], [[0], [1], [0], [1]]), "train.y", "must have the shape (examples,), not (4, 1)"),
        ((GOOD[0], [0, 0, 0, 0]), "train.y", "needs at least 2 classes"),
        ((GOOD[0], [0, 2, 0, 2]), "train.y", "has labels up to 2 but none is 1"),
    ],
)
def test_arrays_that_cannot_be_trained_on_are_refused_by_their_place(train: Any, path: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        problem_from_arrays(Experiment(), train)
    assert caught.value.path == path
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("arguments", "path", "says"),
    [
        ({"dev": ([[0.0]], [0])}, "dev.X", "must have the 2 features of train.X, has 1"),
        ({"dev": ([[0.0, 1.0]], [2])}, "dev.y[0]", "one of 0 to 1, not 2"),
        ({"test": ([[0.0, np.nan]], [0])}, "test.X[0, 1]", "finite"),
        ({"classes": ["one"]}, "train.y[1]", "one of 0 to 0, not 1"),
        ({"initial": Parameters((2, 1))}, "initial", "must have the layers (2, 16, 1), not (2, 1)"),
        ({"initial": Parameters((2, 16, 1), theta=np.full(65, np.nan))}, "initial", "finite float64 number"),
        ({"batch": "5"}, "optimization.batch_size", "must be at most 4, the training part, not 5"),
        ({"stopping": "dev_cost"}, "early_stopping.monitor", 'must be "off" without a dev part'),
    ],
)
def test_what_does_not_fit_the_training_part_is_refused(arguments: dict[str, Any], path: str, says: str) -> None:
    edits = {
        "optimization.batch_size": arguments.pop("batch", "full"),
        "early_stopping.monitor": arguments.pop("stopping", "off"),
    }
    with pytest.raises(BadInput) as caught:
        problem_from_arrays(edit(Experiment(), edits), GOOD, **arguments)
    assert caught.value.path == path
    assert says in caught.value.message
