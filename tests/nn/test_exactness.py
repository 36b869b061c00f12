"""Costs and gradients of random networks agree with an independent reference."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.nn import reference
from tests.nn.penalties import penalty, regularizations
from tuilab.nn import ACTIVATIONS, Dropout, Network, Parameters, Pass, initialize
from tuilab.nn.gradient_check import gradient
from tuilab.nn.task import CLASSIFICATION, TASKS

RELATIVE = 1e-10


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    sizes = (
        draw(st.integers(1, 6)),
        *draw(st.lists(st.integers(1, 6), max_size=4)),
        draw(st.sampled_from([1, 3, 5])),
    )
    task = draw(st.sampled_from(list(TASKS.values()))) if sizes[-1] == 1 else CLASSIFICATION
    hidden = len(sizes) - 2
    one = st.sampled_from(sorted(ACTIVATIONS))
    labels = task.labels(sizes[-1])
    network = Network(
        sizes,
        tuple(draw(one.map(lambda name: [name] * hidden) | st.lists(one, min_size=hidden, max_size=hidden))),
        task,
        tuple(draw(st.just([]) | st.lists(st.floats(0.1, 9), min_size=labels, max_size=labels))) * (labels > 0),
    )
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    m = draw(st.integers(1, 30))
    parameters = initialize(sizes, draw(st.sampled_from(["random", "he", "xavier", "glorot"])), 1.0, random)
    parameters.theta += 0.1 * random.standard_normal(parameters.theta.shape)
    return {
        "network": network,
        "parameters": parameters,
        "X": random.standard_normal((m, sizes[0])),
        "y": random.integers(0, labels, m) if labels else random.standard_normal(m),
        "regularization": (regularization := draw(regularizations())),
        "penalty": penalty(**regularization, examples=m),
        "random": random,
    }


def assert_close(ours: Any, theirs: Any) -> None:
    scale = max(float(np.linalg.norm(theirs)), 1e-300)
    assert np.linalg.norm(np.asarray(ours) - np.asarray(theirs)) / scale <= RELATIVE


@examples(250)
@given(cases())
def test_cost_and_gradient(case: dict[str, Any]) -> None:
    network, parameters, X, y = case["network"], case["parameters"], case["X"], case["y"]
    term, of = case["penalty"], reference.PENALTIES[case["regularization"]["kind"]]
    targets = network.targets(y, np.float64)

    def whole(theta: Any) -> Any:
        data = reference.data_cost(theta, network, X, y)
        return data + of.cost(theta, network.sizes, term)

    cost = Pass(network, len(X)).cost(parameters, X, targets) + term.cost(parameters)
    assert_close(cost, whole(parameters.theta))
    assert_close(gradient(network, parameters, X, y, term).theta, reference.gradient(whole, parameters))


@examples(100)
@given(cases(), st.lists(st.just(1.0) | st.floats(0.2, 0.9), min_size=5, max_size=5))
def test_gradient_under_a_given_dropout_mask(case: dict[str, Any], keep_probs: list[float]) -> None:
    """Any layer may have a mask or none, the input layer too."""
    network, parameters, X, y = case["network"], case["parameters"], case["X"], case["y"]
    masks = Dropout(tuple(keep_probs[: network.depth]), network.sizes[:-1], len(X), case["random"]).masks()
    targets = network.targets(y, np.float64)
    ours = Parameters(network.sizes)
    cost = Pass(network, len(X)).cost_and_gradient(parameters, X, targets, ours, masks)

    def dropped(theta: Any) -> Any:
        return reference.data_cost(theta, network, X, y, masks)

    assert_close(cost, dropped(parameters.theta))
    theirs = reference.gradient(dropped, parameters)
    assert np.linalg.norm(ours.theta - theirs) <= RELATIVE * max(float(np.linalg.norm(theirs)), 1e-6)


@pytest.mark.parametrize("outputs", [1, 10])
@pytest.mark.parametrize("scale", [800.0, 1e300])
def test_cost_is_finite_for_huge_logits(outputs: int, scale: float) -> None:
    random = np.random.default_rng(0)
    z = scale * random.choice([-1.0, 1.0], (outputs, 50))
    y = random.integers(0, max(2, outputs), 50)
    loss = CLASSIFICATION.loss(outputs)
    targets = loss.targets(y, outputs, np.float64)
    losses = loss.losses(z, targets)
    assert np.isfinite(losses).all()
    assert np.isclose(loss(50, np.float64)(z.copy(), targets), losses.sum(), rtol=1e-12)


@examples(60)
@given(cases())
def test_cost_and_gradient_are_finite_and_exact_at_logits_of_800(case: dict[str, Any]) -> None:
    """The largest logit of the batch is 800 in size; a clipped probability would make the cost 36 at most, or ∞."""
    network, parameters, X, y = case["network"], case["parameters"], case["X"], case["y"]
    largest = np.abs(reference.logits(parameters.theta, network, X)).max()
    for output in (parameters.weights[-1], parameters.biases[-1]):
        output *= 800 / largest

    def data(theta: Any) -> Any:
        return reference.data_cost(theta, network, X, y)

    targets = network.targets(y, np.float64)
    ours = Parameters(network.sizes)
    cost = Pass(network, len(X)).cost_and_gradient(parameters, X, targets, ours)
    assert np.isfinite(cost) and np.isfinite(ours.theta).all()
    # A cost that is 0 on paper may be e⁻⁸⁰⁰ here and 0 there.
    assert abs(cost - data(parameters.theta)) <= RELATIVE * max(cost, 1e-6)
    theirs = reference.gradient(data, parameters)
    assert np.linalg.norm(ours.theta - theirs) <= RELATIVE * max(float(np.linalg.norm(theirs)), 1e-6)


def test_a_wrong_answer_of_logit_800_costs_800() -> None:
    loss = CLASSIFICATION.loss(1)
    assert loss.losses(np.array([[800.0, -800.0]]), loss.targets(np.array([0, 0]), 2, float)).tolist() == [800.0, 0.0]


def test_probabilities_add_up_and_agree_with_the_gradient() -> None:
    random = np.random.default_rng(1)
    z = random.standard_normal((4, 20))
    y = random.integers(0, 4, 20)
    loss = CLASSIFICATION.loss(4)
    assert np.allclose(CLASSIFICATION.probabilities(z).sum(axis=1), 1)
    derivative = z.copy()
    loss(20, np.float64)(derivative, loss.targets(y, 4, float))
    assert np.allclose(derivative, CLASSIFICATION.probabilities(z).T - loss.targets(y, 4, float))
