"""What a network says of examples."""

import numpy as np
import pytest

from tests.lab.insight.made import filled, random_data
from tuilab.nn import Network, Parameters
from tuilab.nn.task.classification import NO_CLASS
from tuilab.training.predict import predicted, probabilities


@pytest.mark.parametrize("outputs", [1, 3])
def test_probabilities_are_those_of_the_formula(outputs: int) -> None:
    X, _ = random_data(1, 2500, 4, 2)
    parameters = filled((4, 5, outputs))
    hidden = np.tanh(X @ parameters.weights[0] + parameters.biases[0])
    z = hidden @ parameters.weights[1] + parameters.biases[1]
    if outputs == 1:
        expected = np.hstack([1 / (1 + np.exp(z)), 1 / (1 + np.exp(-z))])
    else:
        expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    found = probabilities(Network((4, 5, outputs), ("tanh",)), parameters, X)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert predicted(found).tolist() == expected.argmax(axis=1).tolist()


def test_weights_that_exploded_predict_no_class() -> None:
    X, _ = random_data(1, 4, 2, 2)
    parameters = filled((2, 3))
    parameters.theta[0] = np.inf
    found = probabilities(Network((2, 3), ()), parameters, np.zeros_like(X))
    assert (predicted(found) == NO_CLASS).all()


def test_one_number_that_is_none_is_enough_for_no_class() -> None:
    chances = np.array([[0.2, 0.8], [np.nan, 0.8], [0.5, 0.5]])
    assert predicted(chances).tolist() == [1, NO_CLASS, 0]


def test_no_examples_have_no_probabilities() -> None:
    assert probabilities(Network((2, 1), ()), Parameters((2, 1)), np.empty((0, 2))).shape == (0, 2)
