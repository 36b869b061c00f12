"""The contract of an update rule, kept by every one in the list, and what some promise beyond it."""

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.examples import examples
from tests.knobs import fields
from tests.nn import reference
from tests.nn.penalties import penalty
from tuilab.experiment import Experiment, convert, knobs
from tuilab.nn import OPTIMIZERS, Optimizer, Parameters, Penalty, Rule
from tuilab.nn.penalty import NoPenalty
from tuilab.training import Training, problem_from_arrays

SIZES = (3, 2, 1)
rules = pytest.mark.parametrize("rule", OPTIMIZERS)


def made(rule: Rule | str, term: Penalty | None = None, dtype: Any = np.float64) -> Optimizer:
    rule = OPTIMIZERS[rule]() if isinstance(rule, str) else rule
    return Optimizer(rule, SIZES, term or NoPenalty(), dtype)


def update(optimizer: Optimizer, theta: Any, gradient: Any, rate: float) -> Any:
    """θ after one update; neither `theta` nor `gradient` is changed here."""
    before, out = Parameters(SIZES, theta=theta.copy()), Parameters(SIZES, theta.dtype)
    given, written = gradient * theta.dtype.type(rate) if optimizer.folds_rate else gradient.copy(), out.theta
    optimizer.update(before, Parameters(SIZES, theta=given), rate, out)
    assert np.array_equal(before.theta, theta), "the last θ stays"
    assert out.theta is written and out.theta.dtype == theta.dtype, "the next one is written in place"
    return out.theta


def test_every_rule_has_an_independent_reference() -> None:
    assert set(reference.DIRECTIONS) == set(OPTIMIZERS)


@rules
@examples(60)
@given(seed=st.integers(0, 2**32), rate=st.floats(1e-6, 10), size=st.floats(-6, 6), data=st.data())
def test_the_formula_of_the_rule(rule: str, seed: int, rate: float, size: float, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    numbered = OPTIMIZERS[rule](**data.draw(st.just({}) | st.fixed_dictionaries(fields(OPTIMIZERS[rule]))))
    optimizer, direction = made(numbered), reference.DIRECTIONS[rule](**structs.asdict(numbered))
    theta = expected = random.standard_normal(11)
    for t in range(1, 21):
        gradient = 10**size * random.standard_normal(11)
        theta = update(optimizer, theta, gradient, rate)
        expected = expected - rate * direction(gradient, t, reference.only_weights(expected, SIZES))[0]
        np.testing.assert_allclose(theta, expected, rtol=1e-9, atol=1e-9 * abs(expected).max())


@rules
def test_every_knob_of_a_rule_is_heeded_and_has_words_and_bounds(rule: str) -> None:
    """In the rule, and on the way from the experiment to it: a knob that is not passed on changes nothing."""
    random = np.random.default_rng(9)
    X, y = random.standard_normal((12, 3)), np.arange(12) % 2

    def trained(**numbers: float) -> Any:
        table = {"network": {"hidden": [2]}, "optimization": {"optimizer": rule, **numbers}}
        training = Training(problem_from_arrays(convert(table), (X, y)))
        for _ in range(3):
            training.step()
        return training.parameters.theta

    for field in structs.fields(OPTIMIZERS[rule]):
        knob = knobs()[f"optimization.{field.name}"]
        assert knob.title != knob.path and knob.help and knob.kind == "number" and rule in knob.rules[0].values
        assert getattr(convert({}).optimization, field.name) == field.default
        other = 0.5 if field.default != 0.5 else 0.25
        assert not np.array_equal(trained(), trained(**{field.name: other})), field.name


def test_no_knob_belongs_to_no_rule() -> None:
    owned = {path for path, knob in knobs().items() if "optimization.optimizer" in knob.choosers}
    assert owned == {f"optimization.{name}" for rule in OPTIMIZERS.values() for name in rule.__struct_fields__}
    assert {name for path in owned for name in knobs()[path].rules[0].values} <= set(OPTIMIZERS)
    assert Experiment().optimization.rule == OPTIMIZERS["gradient_descent"]()


@pytest.mark.parametrize("size", [1e-5, 1.0, 1e5])
def test_the_first_step_of_adam_is_alpha_whatever_the_size_of_the_gradient(size: float) -> None:
    """v̂/√ŝ is ±1 at t = 1 only with both bias corrections; without them it would be 0.1/√0.001 = 3.2."""
    gradient = size * np.array([1.0, -2.0, 3.0, -4.0, 5.0, -6.0, 7.0, -8.0, 9.0, -10.0, 11.0])
    theta = update(made("adam"), np.zeros(11), gradient, 0.01)
    np.testing.assert_allclose(theta, -0.01 * np.sign(gradient), rtol=2e-3)


def test_a_constant_gradient_gives_what_the_series_sum_to() -> None:
    one = np.ones(11)
    momentum, theta = made("momentum"), np.zeros(11)
    for _ in range(10):
        theta = update(momentum, theta, one, 0.1)
    # v_t = 1 − 0.9ᵗ
    np.testing.assert_allclose(theta, -0.1 * sum(1 - 0.9**t for t in range(1, 11)), rtol=1e-14)
    rmsprop, theta = made(OPTIMIZERS["rmsprop"](beta2=0.99)), np.zeros(11)
    for _ in range(10):
        theta = update(rmsprop, theta, one, 0.1)
    # s_t = 1 − 0.99ᵗ, with no correction of its start at 0
    np.testing.assert_allclose(theta, -0.1 * sum(1 / (math.sqrt(1 - 0.99**t) + 1e-8) for t in range(1, 11)), rtol=1e-13)


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_the_decay_of_adamw_is_apart_from_the_gradient(size: float) -> None:
    """As PyTorch has it: θ·(1 − αw) first, then Adam's step; in L2's gradient the decay would be divided by √ŝ."""
    theta, gradient = np.linspace(-1, 1, 11), size * np.ones(11)
    optimizer, decayed = made(OPTIMIZERS["adamw"](weight_decay=0.5)), theta.copy()
    for _ in range(5):
        theta = update(optimizer, theta, gradient, 0.1)
        decayed[:8] *= 1 - 0.1 * 0.5
        decayed -= 0.1  # v̂/√ŝ of a constant gradient is 1
    np.testing.assert_allclose(theta, decayed, rtol=1e-7)


@rules
@pytest.mark.parametrize("kind", ["l2", "l1"])
@pytest.mark.parametrize("biases", [False, True])
def test_the_penalty_is_part_of_the_gradient_of_every_rule(rule: str, kind: str, biases: bool) -> None:
    random = np.random.default_rng(5)
    term = penalty(kind, 3.0, 6, biases=biases)
    penalized, plain = made(rule, term), made(rule)
    theta = other = random.standard_normal(11)
    theta[2] = 0.0
    for _ in range(5):
        gradient = random.standard_normal(11)
        counted = other if biases else np.where(np.arange(11) < 8, other, 0.0)
        slope = 3 / 6 * counted if kind == "l2" else 3 / 12 * np.sign(counted)
        theta, other = update(penalized, theta, gradient, 0.1), update(plain, other, gradient + slope, 0.1)
        np.testing.assert_allclose(theta, other, rtol=1e-12)


def test_the_decay_factor_is_what_gradient_descent_multiplies_the_weights_by() -> None:
    theta = np.arange(1.0, 12.0)
    decayed = update(made("gradient_descent", penalty("l2", 3.0, 6)), theta, np.zeros(11), 0.1)
    assert decayed.tolist() == [*(theta[:8] * (1 - 0.1 * 3 / 6)), *theta[8:]]


@rules
@pytest.mark.parametrize("biases", [False, True])
def test_a_penalty_that_is_not_in_the_gradient_follows_the_rule_on_the_data_alone(rule: str, biases: bool) -> None:
    random = np.random.default_rng(6)
    term = penalty("l1", 3.0, 6, biases=biases, l1_step="proximal")
    proximal, plain = made(rule, term), made(rule)
    direction = reference.DIRECTIONS[rule](**structs.asdict(OPTIMIZERS[rule]()))
    theta = other = 0.05 * random.standard_normal(11)
    for t in range(1, 9):
        gradient = 0.1 * random.standard_normal(11)
        gradient[0] = 0.0
        _, scale = direction(gradient, t, other)
        theta = update(proximal, theta, gradient, 0.1)
        other = reference.soft_threshold(update(plain, other, gradient, 0.1), SIZES, term, 0.1, scale)
        np.testing.assert_allclose(theta, other, rtol=1e-12, atol=1e-16)
        assert ((theta == 0) == (other == 0)).all()
    assert theta[0] == 0


@rules
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_it_goes_on_bit_for_bit_where_its_state_was_saved(rule: str, dtype: Any) -> None:
    random = np.random.default_rng(7)
    term = penalty("l2", 0.5, 6)
    gradients = random.standard_normal((10, 11)).astype(dtype)
    one, theta = made(rule, term, dtype=dtype), random.standard_normal(11).astype(dtype)
    for gradient in gradients[:4]:
        theta = update(one, theta, gradient, 0.1)
    saved = {name: array.copy() for name, array in one.saved().items()}
    other, again = made(rule, term, dtype=dtype), theta
    other.restore(saved)
    for gradient in gradients[4:]:
        theta, again = update(one, theta, gradient, 0.1), update(other, again, gradient, 0.1)
        assert theta.dtype == dtype and np.array_equal(theta, again)


@rules
def test_the_same_gradients_give_the_same_bits(rule: str) -> None:
    gradients, theta = np.random.default_rng(10).standard_normal((5, 11)), np.linspace(-1, 1, 11)
    ends = []
    for _ in range(2):
        optimizer, end = made(rule), theta
        for gradient in gradients:
            end = update(optimizer, end, gradient, 0.1)
        ends.append(end)
    assert np.array_equal(*ends)


@rules
def test_the_state_is_arrays_like_theta_that_stay_where_they_are(rule: str) -> None:
    optimizer = made(rule, dtype=np.float32)
    before = optimizer.saved()
    assert all((array.shape, array.dtype) == ((11,), np.float32) for name, array in before.items() if name != "updates")
    update(optimizer, np.ones(11, np.float32), np.ones(11, np.float32), 0.1)
    after = optimizer.saved()
    slots = {f"optimizer_{slot}" for slot in OPTIMIZERS[rule].slots}
    assert set(after) == {"updates", *slots} and after["updates"] == 1
    assert all(after[name] is before[name] for name in slots)
    for name in after:
        with pytest.raises((KeyError, ValueError)):
            optimizer.restore({key: array for key, array in after.items() if key != name})


@rules
def test_an_update_allocates_nothing_of_the_size_of_theta(rule: str) -> None:
    sizes = (300, 300, 1)
    optimizer = Optimizer(OPTIMIZERS[rule](), sizes, NoPenalty())
    theta, gradient, out = Parameters(sizes), Parameters(sizes), Parameters(sizes)
    optimizer.update(theta, gradient, 0.1, out)
    tracemalloc.start()
    try:
        optimizer.update(theta, gradient, 0.1, out)
        assert tracemalloc.get_traced_memory()[1] < theta.theta.nbytes / 10
    finally:
        tracemalloc.stop()


@rules
def test_a_gradient_of_zero_is_an_update_like_any_other(rule: str) -> None:
    """A rule that moves nothing then moves nothing at all, and none divides 0 by 0."""
    theta = np.linspace(-1, 1, 11)
    direction = reference.DIRECTIONS[rule](**structs.asdict(OPTIMIZERS[rule]()))
    expected = theta - 0.1 * direction(np.zeros(11), 1, reference.only_weights(theta, SIZES))[0]
    assert np.array_equal(update(made(rule), theta, np.zeros(11), 0.1), expected)


@rules
def test_float32_follows_float64(rule: str) -> None:
    random = np.random.default_rng(8)
    double, single = made(rule), made(rule, dtype=np.float32)
    theta = random.standard_normal(11)
    other = theta.astype(np.float32)
    for _ in range(20):
        gradient = random.standard_normal(11)
        theta, other = update(double, theta, gradient, 0.01), update(single, other, gradient.astype(np.float32), 0.01)
    assert other.dtype == np.float32
    np.testing.assert_allclose(other, theta, rtol=1e-4, atol=1e-5)
