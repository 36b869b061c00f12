"""The contract of a penalty, kept by every one in the list, and what some promise beyond it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.examples import examples
from tests.nn import reference
from tests.nn.penalties import penalty, regularizations
from tuilab.experiment import Experiment, convert, edit, knobs
from tuilab.nn import OPTIMIZERS, PENALTIES, Optimizer, Parameters, Penalty
from tuilab.training import Training, problem_from_arrays

SIZES = (3, 2, 1)
kinds = pytest.mark.parametrize("kind", PENALTIES)


def own_knobs(kind: str) -> list[str]:
    return [name for name in PENALTIES[kind].__struct_fields__ if name not in Penalty.__struct_fields__]


def strong(kind: str, **others: Any) -> Penalty:
    """A penalty that does something."""
    return penalty(kind, 3.0, 6, **others)


def random_parameters(seed: int, size: float = 1.0) -> Parameters:
    return Parameters(SIZES, theta=size * np.random.default_rng(seed).standard_normal(11))


def test_every_penalty_has_an_independent_reference() -> None:
    assert set(reference.PENALTIES) == set(PENALTIES)


@kinds
@examples(60)
@given(seed=st.integers(0, 2**32), m=st.integers(1, 100), data=st.data())
def test_cost_and_gradient(kind: str, seed: int, m: int, data: st.DataObject) -> None:
    term, theta = penalty(**data.draw(regularizations([kind])), examples=m), random_parameters(seed)

    def cost(at: Any) -> Any:
        return reference.PENALTIES[kind].cost(at, SIZES, term) + 0.0 * at.sum()

    assert term.cost(theta) == pytest.approx(float(cost(theta.theta)), rel=1e-12)
    assert term.terms(term.counted(theta)).sum() == pytest.approx(term.cost(theta), rel=1e-12)
    assert (term.cost(theta) > 0) == term.has_cost
    before, rate = random_parameters(seed + 1), 0.3
    gradient = before.copy()
    term.add_gradient(theta, gradient, Parameters(SIZES), rate)
    expected = before.theta + rate * reference.gradient(cost, theta)
    np.testing.assert_allclose(gradient.theta, expected, rtol=1e-12, atol=1e-15)
    assert not term.kinks(term.counted(theta), 1e-12).any()


@kinds
@examples(60)
@given(seed=st.integers(0, 2**32), m=st.integers(1, 100), size=st.floats(-3, 3), data=st.data())
def test_what_follows_an_update(kind: str, seed: int, m: int, size: float, data: st.DataObject) -> None:
    term, theta = penalty(**data.draw(regularizations([kind])), examples=m), random_parameters(seed, 10**size)
    expected = reference.PENALTIES[kind].settled(theta.theta.copy(), SIZES, term, 0.7)
    array = theta.theta
    term.settle(theta, 0.7)
    assert theta.theta is array, "in place"
    np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-15 * 10**size)


@kinds
def test_the_decay_is_what_an_update_of_gradient_descent_does_to_the_weights(kind: str) -> None:
    term, theta, out = strong(kind), random_parameters(1), Parameters(SIZES)
    if (factor := term.decay(0.1)) is None:
        return
    Optimizer(OPTIMIZERS["gradient_descent"](), SIZES, term).update(theta, Parameters(SIZES), 0.1, out)
    assert np.array_equal(term.counted(out), factor * term.counted(theta))
    gradient = Parameters(SIZES)
    term.add_gradient(theta, gradient, Parameters(SIZES))
    np.testing.assert_allclose(out.theta, theta.theta - 0.1 * gradient.theta, rtol=1e-12)


@kinds
def test_float32_stays_float32_and_zero_stays_zero(kind: str) -> None:
    term = strong(kind)
    for theta in (random_parameters(2).astype(np.float32), Parameters(SIZES, np.float32)):
        zero, gradient = not theta.theta.any(), Parameters(SIZES, np.float32)
        term.add_gradient(theta, gradient, Parameters(SIZES, np.float32))
        term.settle(theta, 0.1)
        assert theta.theta.dtype == gradient.theta.dtype == np.float32
        assert np.isfinite(theta.theta).all() and np.isfinite(gradient.theta).all()
        assert not zero or not (theta.theta.any() or gradient.theta.any() or term.cost(theta))


@kinds
def test_every_knob_of_a_penalty_is_heeded_and_has_words_and_bounds(kind: str) -> None:
    """In the penalty, and on the way from the experiment to it: a knob that is not passed on changes nothing."""
    random = np.random.default_rng(9)
    X, y = random.standard_normal((12, 3)), np.arange(12) % 2
    base = convert({"network": {"hidden": [2]}, "regularization": {"kind": kind, "lambd": 0.5}})

    def trained(edits: dict[str, str]) -> Any:
        training = Training(problem_from_arrays(edit(base, edits), (X, y)))
        for _ in range(3):
            training.step()
        return training.parameters.theta

    for name in own_knobs(kind):
        knob = knobs()[f"regularization.{name}"]
        assert knob.title != knob.path and knob.help and kind in knob.rules[0].values
        assert getattr(Experiment().regularization, name) == knob.default
        others = {"switch": ["true"], "number": ["0.25"], "choice": [*set(knob.choices) - {knob.default}]}[knob.kind]
        assert not np.array_equal(trained({}), trained({knob.path: others[0]})), name


def test_no_knob_belongs_to_no_penalty() -> None:
    owned = {path for path, knob in knobs().items() if "regularization.kind" in knob.choosers}
    assert owned == {f"regularization.{name}" for kind in PENALTIES for name in own_knobs(kind)}
    assert all(kind.formula in knobs()["regularization.kind"].help for kind in PENALTIES.values())


@kinds
def test_the_recipe_can_make_it_weaker_and_stronger(kind: str) -> None:
    """The factors are of its own knobs, opposite, and what is stronger keeps weights smaller."""
    weaker, stronger, plain = PENALTIES[kind].weaker, PENALTIES[kind].stronger, strong(kind)
    assert set(weaker) == set(stronger) <= set(own_knobs(kind))
    if not weaker:
        return

    def size(factors: dict[str, float]) -> float:
        term = structs.replace(plain, **{name: factor * getattr(plain, name) for name, factor in factors.items()})
        theta, out, optimizer = random_parameters(3, 5.0), Parameters(SIZES), OPTIMIZERS["gradient_descent"]()
        Optimizer(optimizer, SIZES, term).update(theta, Parameters(SIZES), 0.1, out)
        return float(np.linalg.norm(out.all_weights))

    assert size(stronger) < size({}) < size(weaker)


def test_a_strength_of_zero_is_no_penalty() -> None:
    for kind in ("l2", "l1"):
        assert not penalty(kind, 0.0, 6).has_cost and penalty(kind, 0.0, 6).decay(0.1) is None


def one_unit(values: list[float]) -> Parameters:
    """A network of three inputs and one output whose weights are `values` and whose bias is 4."""
    return Parameters((3, 1), theta=np.array([*values, 4.0]))


def test_penalties_are_those_of_the_notes() -> None:
    parameters = one_unit([1.0, -2.0, 0.0])
    l2, l1 = penalty("l2", 3.0, 6), penalty("l1", 3.0, 6)
    assert l2.cost(parameters) == pytest.approx(3 / 12 * 5)
    assert l1.cost(parameters) == pytest.approx(3 / 12 * 3)
    for term, expected in ((l2, [0.5, -1.0, 0.0, 0]), (l1, [0.25, -0.25, 0.0, 0])):
        gradient = Parameters((3, 1))
        term.add_gradient(parameters, gradient, Parameters((3, 1)))
        assert gradient.theta == pytest.approx(expected)
    assert penalty("l2", 3.0, 6, biases=True).cost(parameters) == pytest.approx(3 / 12 * 21)
    assert l2.decay(0.1) == pytest.approx(1 - 0.1 * 3 / 6)


def test_the_proximal_step_makes_exact_zeros_and_leaves_the_bias() -> None:
    parameters = one_unit([1.0, -2.0, 0.01])
    penalty("l1", 3.0, 6, l1_step="proximal").settle(parameters, 0.1)
    assert parameters.theta.tolist() == [0.975, -1.975, 0.0, 4.0]


@pytest.mark.parametrize(("dtype", "size"), [(np.float64, 1.0), (np.float64, 1e200), (np.float32, 1e30)])
def test_max_norm_scales_back_what_is_too_long_and_touches_nothing_else(dtype: Any, size: float) -> None:
    parameters = Parameters((2, 3, 1), dtype)
    parameters.weights[0][:] = np.array([[3 * size, 0.3, 0], [-4 * size, 0.4, 0]])
    parameters.weights[1][:] = 0.1
    parameters.biases[0][:] = size
    before = parameters.copy()
    penalty("max_norm", max_norm=2.0).settle(parameters, 0.1)
    np.testing.assert_allclose(parameters.weights[0][:, 0], [1.2, -1.6], rtol=1e-6)
    assert np.array_equal(parameters.weights[0][:, 1:], before.weights[0][:, 1:])
    assert np.array_equal(parameters.weights[1], before.weights[1])
    assert np.array_equal(parameters.biases[0], before.biases[0])


def test_max_norm_hides_no_divergence() -> None:
    parameters = one_unit([np.inf, 1.0, np.nan])
    with np.errstate(invalid="ignore"):
        penalty("max_norm").settle(parameters, 0.1)
    assert not np.isfinite(parameters.theta[:3]).any()


def test_a_trained_network_keeps_within_its_max_norm() -> None:
    random = np.random.default_rng(9)
    table = {"kind": "max_norm", "max_norm": 0.5}
    experiment = convert({"network": {"hidden": [4]}, "regularization": table, "optimization": {"learning_rate": 1.0}})
    training = Training(problem_from_arrays(experiment, (random.standard_normal((12, 3)), np.arange(12) % 2)))
    for _ in range(20):
        assert training.step()[1] == 0, "it is no term of J"
    norms = [np.linalg.norm(weights, axis=0).max() for weights in training.parameters.weights]
    assert max(norms) == pytest.approx(0.5)
