"""What something simple comes to, against other ways to compute it."""

import numpy as np
import pytest
import scipy

from tests.lab.insight.made import dataset, random_data
from tuilab.training.baselines import against, nearest, simple, spread
from tuilab.training.better import mcnemar


def test_logistic_regression_is_the_minimum_that_another_method_finds() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 3)) * [1, 100, 0.01] + [0, 500, 0]
    y = (X @ [1.0, 0.01, 50] - 5 + rng.normal(size=400) > 0).astype(int)
    data = dataset(X, y, dev=200)
    inputs = (X - X[:200].mean(axis=0)) / X[:200].std(axis=0)

    def cost(theta: np.ndarray) -> float:
        z = (1 - 2 * y[:200]) * (inputs[:200] @ theta[:3] + theta[3])
        return float(np.logaddexp(0, z).mean() + theta[:3] @ theta[:3] / 400)

    theta = scipy.optimize.minimize(cost, np.zeros(4)).x
    said = simple(data, data.dev)["logistic regression"]
    assert (said == (inputs[200:] @ theta[:3] + theta[3] > 0)).mean() >= 0.99


def test_it_has_no_hidden_layer_of_more_classes_either() -> None:
    X, y = random_data(2, 300, 2, 3)
    X += np.array([[4, 0], [0, 4], [-4, -4]])[y]
    data = dataset(X, y, dev=100)
    assert (simple(data, data.dev)["logistic regression"] != data.dev.y).mean() <= 0.03


@pytest.mark.parametrize("held", [7, 4_000_000])
def test_the_nearest_neighbor_is_the_one_with_the_smallest_distance(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.training.baselines._DISTANCES", held)
    X, y = random_data(3, 40, 4, 3)
    asked = np.random.default_rng(4).normal(size=(15, 4))
    distances = ((asked[:, None] - X[None]) ** 2).sum(axis=2)
    assert nearest(X, y, asked).tolist() == y[distances.argmin(axis=1)].tolist()


def test_each_is_compared_with_the_network_on_the_same_examples() -> None:
    truth = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    (found,) = against({"always one class": np.zeros(10, int)}, truth, truth, 2)
    assert (found.error, found.balanced_error) == (0.2, 0.5)
    assert found.better.difference == pytest.approx(0.2) and found.better.p == mcnemar(0, 2) == 0.5
    assert not found.better.shown


def test_of_many_examples_some_are_taken_from_all_over() -> None:
    assert spread(5, 10).tolist() == [0, 1, 2, 3, 4]
    chosen = spread(1001, 11)
    assert chosen.tolist() == list(range(0, 1001, 100))
