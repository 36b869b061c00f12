"""What a network says of examples."""

import numpy as np
import pytest

from tests.lab.insight.made import filled, random_data
from tuilab.nn import Network, Parameters
from tuilab.nn.task.classification import NO_CLASS
from tuilab.training.predict import predict


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
    found = predict(Network((4, 5, outputs), ("tanh",)), parameters, X)
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-12)
    assert found.classes.tolist() == expected.argmax(axis=1).tolist()


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("z", [1e-20, -1e-20, 0.0, 800.0, -800.0])
def test_the_classes_are_those_that_the_error_counts(outputs: int, z: float) -> None:
    """Two probabilities near 1/2, or both of them 1, do not tell what the logits tell."""
    network, parameters = Network((1, outputs), ()), Parameters((1, outputs))
    parameters.biases[0][:] = np.array([z, 2 * z, z])[:outputs]
    (said,) = predict(network, parameters, np.zeros((1, 1))).classes
    wrong = [network.task.errors(parameters.biases[0][:, None], np.array([y]))[0] for y in range(max(2, outputs))]
    assert wrong == [y != said for y in range(max(2, outputs))]


def test_weights_that_exploded_predict_no_class() -> None:
    X, _ = random_data(1, 4, 2, 2)
    parameters = filled((2, 3))
    parameters.theta[0] = np.inf
    assert (predict(Network((2, 3), ()), parameters, np.zeros_like(X)).classes == NO_CLASS).all()


def test_no_examples_have_no_probabilities() -> None:
    found = predict(Network((2, 1), ()), Parameters((2, 1)), np.empty((0, 2)))
    assert (found.classes.shape, found.probabilities.shape) == ((0,), (0, 2))
