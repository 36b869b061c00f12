"""Whole trajectories of random networks agree with an independent reference, number by number."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.examples import examples
from tests.knobs import fields
from tests.nn import reference
from tests.nn.penalties import regularizations
from tuilab.engines import Problem
from tuilab.experiment import convert, edit
from tuilab.nn import ACTIVATIONS, OPTIMIZERS, Network, initialize
from tuilab.training import Training, problem_from_arrays

RELATIVE = 1e-10
UPDATES = 8
# Two right programs differ by rounding, about 1e-16 of the gradient, so the cases are such that training does not
# multiply that by more than 1e6 on the way: steps small enough for the bowl (α up to 0.05 on weights of size 1), and
# for the rules that divide by the gradient's size an ε well above rounding (a gradient that is 0 on paper and 1e-17 in
# practice moves a weight by α·1e-17/ε, which would be 1e-9·α at ε = 1e-8). Tiny ε is tested on the rules themselves.
RATES = st.floats(1e-3, 0.05)
TAME = {"beta1": st.floats(0, 0.95), "beta2": st.floats(0, 0.999), "epsilon": st.floats(1e-3, 0.1)}
"""Of the rules' own numbers; the others may be anything that they may be."""


@st.composite
def optimizations(draw: st.DrawFn, m: int) -> dict[str, Any]:
    rule = draw(st.sampled_from(sorted(reference.DIRECTIONS)))
    return {
        "optimizer": rule,
        "learning_rate": draw(RATES),
        "iterations": UPDATES,
        "batch_size": draw(st.one_of(st.just("full"), st.integers(1, m))),
        "class_weights": draw(st.sampled_from(["none", "balanced"])),
        "decay": draw(st.sampled_from(["none", "inverse", "exponential"])),
        "decay_rate": draw(st.floats(0, 0.9)),
        **draw(st.fixed_dictionaries(fields(OPTIMIZERS[rule]) | {name: TAME[name] for name in TAME})),
    }


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    m, classes = draw(st.integers(1, 20)), draw(st.sampled_from([2, 3, 5]))
    hidden = draw(st.lists(st.integers(1, 6), max_size=4))
    experiment = {
        "inputs": {"normalize": False},
        "network": {
            "hidden": hidden,
            "activation": [draw(st.sampled_from(sorted(ACTIVATIONS))) for _ in hidden],
        },
        "regularization": draw(regularizations()),
        "optimization": draw(optimizations(m)),
    }
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = (draw(st.integers(1, 6)), *hidden, 1 if classes == 2 else classes)
    initial = initialize(sizes, draw(st.sampled_from(["xavier", "he", "glorot"])), 1.0, random)
    initial.theta += 0.1 * random.standard_normal(initial.theta.shape)
    given_order = experiment["optimization"]["batch_size"] != "full" or draw(st.booleans())
    return {
        "experiment": convert(experiment),
        "X": random.standard_normal((m, sizes[0])),
        "y": random.integers(0, classes, m),
        "classes": [str(label) for label in range(classes)],
        "initial": initial,
        "order": [random.integers(0, m, random.integers(1, m + 1)) for _ in range(UPDATES)] if given_order else None,
    }


def expected(case: dict[str, Any], network: Network) -> Iterator[tuple[float, float, Any]]:
    """Data cost, penalty and weights of every update, as the reference has them."""
    experiment, X, y = case["experiment"], case["X"], case["y"]
    optimization, m = experiment.optimization, len(case["y"])
    size, sizes = optimization.batch_size, network.sizes
    of, numbers = reference.PENALTIES[experiment.regularization.kind], experiment.regularization.penalty(m)

    def rate(t: int) -> float:
        epoch = t if size == "full" else t // math.ceil(m / size)
        r = optimization.decay_rate
        factor = {"none": 1, "inverse": 1 / (1 + r * epoch), "exponential": (1 - r) ** epoch}[optimization.decay]
        return float(optimization.learning_rate * factor)

    batches = case["order"] or [np.arange(m)] * UPDATES
    return reference.trajectory(
        case["initial"].theta,
        sizes,
        lambda theta, batch: reference.data_cost(theta, network, X[batch], y[batch]),
        lambda theta: of.cost(theta, sizes, numbers),
        reference.DIRECTIONS[optimization.optimizer](**structs.asdict(optimization.rule)),
        [(batch, rate(t)) for t, batch in enumerate(batches)],
        lambda theta, alpha, scale: of.settled(theta, sizes, numbers, alpha, scale),
        numbers.in_gradient,
    )


@pytest.fixture(scope="session")
def engine() -> str:
    """The engine that trains; one that must be installed first has its own folder of tests."""
    return "auto"


def problem_of(case: dict[str, Any], engine: str) -> Problem:
    experiment = edit(case["experiment"], {"compute.engine": engine})
    return problem_from_arrays(experiment, (case["X"], case["y"]), classes=case["classes"], initial=case["initial"])


def difference(ours: Any, theirs: Any) -> float:
    return float(np.linalg.norm(np.asarray(ours) - theirs) / max(float(np.linalg.norm(theirs)), 1e-300))


@examples(200)
@given(cases())
def test_costs_and_weights_of_every_update(engine: str, case: dict[str, Any]) -> None:
    problem = problem_of(case, engine)
    training = Training(problem, case["order"])
    for data, penalty, theta in expected(case, problem.network):
        assert difference(training.step(), (data, penalty)) <= RELATIVE
        assert difference(training.parameters.theta, theta) <= RELATIVE
        assert ((training.parameters.theta == 0) == (theta == 0)).all()


@st.composite
def dropped(draw: st.DrawFn) -> dict[str, Any]:
    """A case under gradient descent with a keep_prob of its own for each layer, the input layer too."""
    case = draw(cases())
    keeps = st.just(1.0) | st.floats(0.2, 0.95)
    layers = len(case["experiment"].network.hidden)
    keep_probs = ", ".join(str(draw(keeps)) for _ in range(layers + 1))
    edits = {
        "dropout.keep_prob": keep_probs,
        "optimization.optimizer": "gradient_descent",
        "optimization.decay": "none",
    }
    return {**case, "experiment": edit(case["experiment"], edits)}


@examples(60)
@given(dropped())
def test_each_update_under_dropout_is_that_of_its_own_masks(engine: str, case: dict[str, Any]) -> None:
    """The masks that an update says it had are the ones that its cost and its gradient had."""
    problem = problem_of(case, engine)
    training, batches = Training(problem, case["order"]), case["order"] or [np.arange(len(case["y"]))] * UPDATES
    rate, kind = case["experiment"].optimization.learning_rate, case["experiment"].regularization.kind
    network, numbers, of = problem.network, problem.penalty, reference.PENALTIES[kind]
    for batch in batches:
        theta = training.parameters.theta.copy()
        costs, masks = training.step(), training.engine.masks

        def data(at: Any, batch: Any = batch, masks: Any = masks) -> Any:
            return reference.data_cost(at, network, case["X"][batch], case["y"][batch], masks)

        def penalty(at: Any) -> Any:
            return of.cost(at, network.sizes, numbers)

        assert (masks is None) == all(keep == 1 for keep in problem.keep_probs)
        assert difference(costs, (data(theta), penalty(theta))) <= RELATIVE
        on = numbers.in_gradient
        g = grad(lambda at, data=data, on=on: data(at) + (penalty(at) if on else 0.0))(theta)
        expected = of.settled(theta - rate * g, network.sizes, numbers, rate)
        assert difference(training.parameters.theta, expected) <= RELATIVE
