"""The signal report against figures worked out on their own."""

import math
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.nn import reference
from tuilab.engines import Problem
from tuilab.events import Layers, Signal
from tuilab.experiment import Experiment, convert, edit
from tuilab.nn import ACTIVATIONS, initialize
from tuilab.training import Training, problem_from_arrays, train
from tuilab.training.signal import EXAMPLES, first_signal, report

RELATIVE = 1e-10


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    hidden = draw(st.lists(st.integers(1, 7), max_size=4))
    classes, m = draw(st.sampled_from([2, 4])), draw(st.integers(1, 40))
    experiment = {
        "inputs": {"normalize": False},
        "network": {
            "hidden": hidden,
            "activation": [draw(st.sampled_from(sorted(ACTIVATIONS))) for _ in hidden],
        },
        "regularization": {"kind": draw(st.sampled_from(sorted(reference.PENALTIES))), "lambd": 0.7},
        "optimization": {"learning_rate": 0.1, "optimizer": draw(st.sampled_from(["gradient_descent", "adam"]))},
    }
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = (3, *hidden, 1 if classes == 2 else classes)
    initial = initialize(sizes, "he", 1.0, random)
    initial.theta += 0.3 * random.standard_normal(initial.theta.shape)
    data = random.standard_normal((m, 3)), random.integers(0, classes, m)
    return problem_from_arrays(convert(experiment), data, classes="abcd"[:classes], initial=initial)


def outputs(problem: Problem, theta: Any) -> tuple[list[Any], list[Any]]:
    """z and a of each layer; the output's a are its logits."""
    weights, biases = reference.unpack(theta, problem.network.sizes)
    a, zs, activations = problem.dataset.train.X, [], []
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
        z = anp.dot(a, W) + b
        a = reference.G[problem.network.activations[layer]](z) if layer < len(weights) - 1 else z
        zs.append(z)
        activations.append(a)
    return zs, activations


def gradients(problem: Problem, penalized: bool = True) -> list[Any]:
    """∂J/∂W of each layer, with the penalty or without."""
    train, kind = problem.dataset.train, problem.experiment.regularization.kind

    def cost(theta: Any) -> Any:
        penalty = reference.PENALTIES[kind].cost(theta, problem.network.sizes, problem.penalty)
        return reference.data_cost(theta, problem.network, train.X, train.y) + penalized * penalty

    return reference.unpack(reference.gradient(cost, problem.initial), problem.network.sizes)[0]


@examples(100)
@given(problems())
def test_every_figure_of_every_layer(problem: Problem) -> None:
    training = Training(problem)
    training.step()
    layers = report(problem, problem.initial, training.parameters)
    zs, activations = outputs(problem, problem.initial.theta)
    before = reference.unpack(problem.initial.theta, problem.network.sizes)[0]
    after = reference.unpack(training.parameters.theta, problem.network.sizes)[0]
    kinds = [*problem.network.activations, "output"]
    expected: dict[str, list[float]] = {
        "mean": [np.mean(a) for a in activations],
        "std": [np.std(a) for a in activations],
        "dead": [
            np.mean([not (z[:, unit] > 0).any() for unit in range(z.shape[1])]) if kind == "relu" else math.nan
            for kind, z in zip(kinds, zs, strict=True)
        ],
        "near_linear": [
            np.mean(np.abs(z) < 0.5) if kind == "tanh" else math.nan for kind, z in zip(kinds, zs, strict=True)
        ],
        "gradient_norm": [np.sqrt(np.sum(dW**2)) for dW in gradients(problem)],
        "data_gradient_norm": [np.sqrt(np.sum(dW**2)) for dW in gradients(problem, penalized=False)],
        "weight_norm": [np.sqrt(np.sum(W**2)) for W in before],
        "update_ratio": [
            np.sqrt(np.sum((new - old) ** 2)) / np.sqrt(np.sum(old**2)) for old, new in zip(before, after, strict=True)
        ],
        "predicted": [math.nan] * len(zs),
        "alike": [
            *(0.0 if scheme(problem) else float(W.shape[1] > 1) for W in before[:-1]),
            math.nan,
        ],
    }
    assert set(expected) == set(Layers.__struct_fields__)
    for name, figures in expected.items():
        np.testing.assert_allclose(getattr(layers, name), figures, rtol=RELATIVE, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("gain", [0.5, 1.5])
@pytest.mark.parametrize("depth", [1, 20, 150])
def test_a_linear_network_of_identities_does_what_is_predicted(gain: float, depth: int) -> None:
    """a⁽ˡ⁾ = gainˡ·x: powers of ½ to the bit, powers of 1.5 but for rounding."""
    edits = {
        "network.hidden": ", ".join(["4"] * depth),
        "network.activation": "linear",
        "initialization.scheme": "identity",
        "initialization.gain": str(gain),
    }
    random = np.random.default_rng(0)
    X = random.standard_normal((50, 4))
    problem = problem_from_arrays(edit(Experiment(), edits), (X, random.integers(0, 4, 50)))
    layers = first_signal(problem)
    assert layers.predicted.tolist() == pytest.approx([gain**layer for layer in range(1, depth + 2)], rel=1e-14)
    scale = problem.dataset.train.X.std() * layers.predicted
    np.testing.assert_allclose(layers.std, scale, rtol=1e-12)
    np.testing.assert_allclose(layers.weight_norm, gain * 2, rtol=1e-14)
    if gain == 0.5:
        x = problem.dataset.train.X
        assert layers.mean.tolist() == [(x * predicted).mean() for predicted in layers.predicted]
        if depth == 150:  # ∂J/∂W1 carries the other 150 factors
            assert 0 < layers.gradient_norm[0] < 1e-40


@pytest.mark.parametrize(("scheme", "activation"), [("he", "linear"), ("identity", "tanh"), ("identity", "relu")])
def test_nothing_is_predicted_of_any_other_network(scheme: str, activation: str) -> None:
    edits = {"network.activation": activation, "initialization.scheme": scheme}
    problem = problem_from_arrays(edit(Experiment(), edits), ([[0.0], [1.0]], [0, 1]))
    assert np.isnan(first_signal(problem).predicted).all()


def test_zeros_are_dead_and_their_update_has_no_ratio() -> None:
    edits = {"network.hidden": "5", "initialization.scheme": "zeros"}
    layers = first_signal(problem_from_arrays(edit(Experiment(), edits), ([[0.0], [1.0], [2.0]], [0, 1, 1])))
    assert layers.dead[0] == 1
    assert (layers.std == 0).all() and (layers.weight_norm == 0).all()
    assert np.isnan(layers.update_ratio).all()


def test_a_signal_beyond_the_squares_of_float64_keeps_its_figures() -> None:
    """100·I to the 100th: activations of 1e200, whose squares overflow."""
    edits = {
        "inputs.normalize": "false",
        "network.hidden": ", ".join(["1"] * 99),
        "network.activation": "linear",
        "initialization.scheme": "identity",
        "initialization.gain": "100",
    }
    layers = first_signal(problem_from_arrays(edit(Experiment(), edits), ([[1.0], [3.0]], [0, 1])))
    assert layers.std[-1] == pytest.approx(1e200, rel=1e-12)
    assert layers.mean[-1] == pytest.approx(2e200, rel=1e-12)


def test_it_looks_at_the_first_examples_in_evaluation_mode() -> None:
    random = np.random.default_rng(1)
    X, y = random.standard_normal((EXAMPLES + 500, 3)), random.integers(0, 2, EXAMPLES + 500)
    dropped = edit(Experiment(), {"dropout.keep_prob": "0.5, 0.5", "inputs.normalize": "false"})
    plain = edit(dropped, {"dropout.keep_prob": "1.0"})
    whole, first = (problem_from_arrays(dropped, (X[:rows], y[:rows])) for rows in (len(y), EXAMPLES))
    undropped = problem_from_arrays(plain, (X, y))
    reports = [report(problem, problem.initial, problem.initial) for problem in (whole, first, undropped)]
    for name in Layers.__struct_fields__:
        figures = [getattr(one, name) for one in reports]
        np.testing.assert_array_equal(figures[0], figures[1])
        np.testing.assert_array_equal(figures[0], figures[2])


def scheme(problem: Problem) -> bool:
    """Whether the units begin as different ones."""
    first = problem.experiment.initialization
    return first.scheme != "zeros" and first.gain > 0


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_units_that_begin_alike_are_counted_as_long_as_they_stay_so(activation: str) -> None:
    random = np.random.default_rng(1)
    data = random.standard_normal((40, 3)), random.integers(0, 2, 40)
    edits = {"network.hidden": "6, 4", "network.activation": activation, "initialization.scheme": "zeros"}
    problem = problem_from_arrays(edit(Experiment(), edits), data)
    training = Training(problem)
    training.advance(300)
    alike = report(problem, training.parameters, training.parameters).alike
    assert alike is not None and alike[:2].tolist() == [1, 1] and np.isnan(alike[2])
    one, other = training.parameters.copy(), training.parameters.copy()
    one.weights[0][:] = random.standard_normal(one.weights[0].shape)
    other.weights[0][:] = one.weights[0]
    other.weights[0][:, 5] = other.weights[0][:, 2] * (1 + 1e-12)
    shares = [report(problem, some, some).alike for some in (one, other)]
    assert [float(share[0]) for share in shares if share is not None] == [0, 1 / 3]


def test_a_run_reports_at_iteration_0_about_twenty_times_and_at_its_end() -> None:
    random = np.random.default_rng(2)
    experiment = edit(Experiment(), {"optimization.iterations": "100"})
    problem = problem_from_arrays(experiment, (random.standard_normal((30, 2)), random.integers(0, 2, 30)))
    signals = {event.iteration: event.layers for event in train(Training(problem)) if isinstance(event, Signal)}
    assert list(signals) == [*range(0, 100, 5), 99]
    again = Training(problem)
    for iteration in range(100):
        again.step()
        if iteration in signals:
            layers = report(problem, again.engine.previous, again.parameters)
            for name in Layers.__struct_fields__:
                np.testing.assert_array_equal(getattr(signals[iteration], name), getattr(layers, name))
