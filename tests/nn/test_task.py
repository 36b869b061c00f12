"""The contract of a task, kept by every one in the list, and what each of them promises."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.examples import examples
from tests.nn import reference
from tests.nn.counts import Counts
from tuilab.experiment import Experiment
from tuilab.nn import TASKS, Network, Parameters, Pass, Task
from tuilab.nn.task import CLASSIFICATION, REGRESSION, Regression
from tuilab.nn.task.chance import of_difference
from tuilab.nn.task.classification import NO_CLASS
from tuilab.training import problem_from_arrays
from tuilab.training.evaluate import Evaluator

tasks = pytest.mark.parametrize("task", TASKS.values(), ids=[*TASKS])
one_more = pytest.mark.parametrize("task", [*TASKS.values(), Counts()], ids=[*TASKS, Counts.name])
"""With the one that `tests/test_third_task.py` adds."""
LABELS = (2, 3, 5)
"""Numbers of labels under test, where labels are classes."""
of_classes = pytest.mark.parametrize("task", [task for task in TASKS.values() if task.labels(1)])


def truth(task: Task, outputs: int, m: int, random: np.random.Generator) -> Any:
    """Labels (m,) of any kind that the task has."""
    if labels := task.labels(outputs):
        return random.integers(0, labels, m)
    y = random.standard_normal(m)
    return np.abs(y) if task.unfit(y) else y


@st.composite
def answers(draw: st.DrawFn, task: Task) -> tuple[Any, Any]:
    """z of shape (K, m) and labels y of shape (m,)."""
    labels, m = draw(st.sampled_from(LABELS)), draw(st.integers(1, 12))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    z = draw(st.sampled_from([0.1, 1.0, 30.0])) * random.standard_normal((task.outputs(labels), m))
    return z, truth(task, len(z), m, random)


@tasks
@examples(100)
@given(data=st.data())
def test_the_loss_is_that_of_an_independent_reference_forward_and_backward(task: Task, data: st.DataObject) -> None:
    z, y = data.draw(answers(task))
    network, loss = Network((len(z), len(z)), (), task), task.loss(len(z))
    parameters = Parameters(network.sizes)
    parameters.weights[0][:] = np.eye(len(z))  # so that z are what goes in

    def cost(theta: Any) -> Any:
        return reference.data_cost(theta, network, z.T, y)

    targets = loss.targets(y, len(z), np.float64)
    losses = loss.losses(z, targets)
    assert losses.shape == y.shape
    assert losses.mean() == pytest.approx(float(cost(parameters.theta)), rel=1e-9, abs=1e-12)
    backward = z.copy()
    assert loss(len(y), np.float64)(backward, targets) == pytest.approx(losses.sum(), rel=1e-12, abs=1e-12)
    # ∂J/∂b is the mean of ∂loss/∂z.
    bias = reference.gradient(cost, parameters)[-len(z) :]
    np.testing.assert_allclose(backward.mean(axis=1), bias, rtol=1e-9, atol=1e-12)


@one_more
@examples(60)
@given(data=st.data(), epsilon=st.floats(1e-3, 0.1))
def test_the_differences_of_the_gradient_check_are_differences_of_losses(
    task: Task, data: st.DataObject, epsilon: float
) -> None:
    z, y = data.draw(answers(task))
    loss, unit = task.loss(len(z)), data.draw(st.integers(0, len(z) - 1))
    targets = loss.targets(y, len(z), np.float64)
    delta = epsilon * np.random.default_rng(1).standard_normal((4, len(y)))
    moved = np.repeat(z[:, None, None, :], 2, axis=1) * np.ones((1, 1, 4, 1))
    moved[unit] += np.stack([delta, -delta])
    expected = [loss.losses(moved[:, 0, p], targets) - loss.losses(moved[:, 1, p], targets) for p in range(4)]
    np.testing.assert_allclose(loss.output_differences(z, y, unit, delta), expected, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(loss.differences(moved, y), expected, rtol=1e-6, atol=1e-12)


@one_more
@examples(60)
@given(data=st.data())
def test_the_slope_is_that_of_the_losses(task: Task, data: st.DataObject) -> None:
    """Of a task that no reference knows, too."""
    z, y = data.draw(answers(task))
    z, step = np.clip(z, -3, 3), 1e-6
    loss = task.loss(len(z))
    targets, slope = loss.targets(y, len(z), np.float64), z.copy()
    assert loss(len(y), np.float64)(slope, targets) == pytest.approx(loss.losses(z, targets).sum(), rel=1e-9, abs=1e-12)
    for unit in range(len(z)):
        above, below = (np.array(z) + sign * step * (np.arange(len(z)) == unit)[:, None] for sign in (1, -1))
        moved = (loss.losses(above, targets) - loss.losses(below, targets)) / (2 * step)
        np.testing.assert_allclose(slope[unit], moved, rtol=1e-5, atol=1e-7)


@tasks
@pytest.mark.parametrize("labels", LABELS)
def test_the_curvature_is_the_largest_eigenvalue_at_zero(task: Task, labels: int) -> None:
    outputs = task.outputs(labels)
    loss, step = task.loss(outputs), 1e-5
    moved = np.concatenate([np.zeros((outputs, 1)), step * np.eye(outputs)], axis=1)
    y = np.zeros(outputs + 1, int)
    loss(outputs + 1, np.float64)(moved, loss.targets(y, outputs, np.float64))
    hessian = (moved[:, 1:] - moved[:, :1]) / step
    assert task.curvature(labels) == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-4)


@of_classes
@examples(60)
@given(data=st.data())
def test_what_is_predicted_is_most_probable_and_its_error_is_0(task: Task, data: st.DataObject) -> None:
    z, y = data.draw(answers(task))
    said, chances = task.predict(z), task.probabilities(z)
    assert chances.shape[0] == len(y) and np.allclose(chances.sum(axis=1), 1)
    assert np.array_equal(said, chances.argmax(axis=1))
    assert not task.errors(z, said).any()
    assert np.array_equal(task.errors(z, y) > 0, said != y)


@one_more
@pytest.mark.parametrize("labels", LABELS)
def test_what_is_not_a_number_is_an_error_whatever_the_label(task: Task, labels: int) -> None:
    outputs = task.outputs(labels)
    z, y = np.zeros((outputs, 2 * labels)), np.tile(np.arange(labels), 2)
    z[-1, :labels] = np.nan
    errors, said = task.errors(z, y), task.predict(z)
    assert (errors[:labels] > 0).all() and np.array_equal(errors[labels:] > 0, said[labels:] != y[labels:])
    assert not np.isin(said[:labels], y).any()
    with np.errstate(invalid="ignore"):
        chances = task.probabilities(z)
    assert chances.shape == (2 * labels, task.labels(outputs))
    assert not chances.size or np.isnan(chances[:labels]).any(axis=1).all()


@one_more
@examples(60)
@given(error=st.floats(0.001, 0.999), examples=st.integers(20, 10_000))
def test_chance_leaves_less_open_the_more_examples_there_are(task: Task, error: float, examples: int) -> None:
    low, high = task.interval(error, examples)
    assert 0 < low < error < high
    closer = task.interval(error, 100 * examples)
    assert low < closer[0] and closer[1] < high
    assert 0 < task.more_by_chance(error, 100 * examples) < task.more_by_chance(error, examples)
    assert task.more_by_chance(0.0, examples) == 0


@one_more
@pytest.mark.parametrize("labels", LABELS)
def test_float32_stays_float32(task: Task, labels: int) -> None:
    z = np.linspace(-1, 1, 6 * task.outputs(labels), dtype=np.float32).reshape(-1, 6)
    loss = task.loss(len(z))
    targets = loss.targets(np.arange(6) % labels, len(z), np.float32)
    assert targets.dtype == loss.losses(z, targets).dtype == task.probabilities(z).dtype == np.float32


@one_more
def test_it_has_words(task: Task) -> None:
    assert all(structs.astuple(task.words))


@pytest.mark.parametrize(("classes", "units"), [(2, 1), (3, 3), (10, 10)])
def test_two_classes_have_one_sigmoid_unit_and_more_a_softmax(classes: int, units: int) -> None:
    assert CLASSIFICATION.outputs(classes) == units
    X, y = np.zeros((20, 4)), np.arange(20) % classes
    assert problem_from_arrays(Experiment(), (X, y)).network.sizes[-1] == units


@pytest.mark.parametrize("outputs", [1, 3])
def test_of_equal_classes_the_first_is_predicted(outputs: int) -> None:
    assert CLASSIFICATION.predict(np.zeros((outputs, 2))).tolist() == [0, 0]


@pytest.mark.parametrize("outputs", [1, 3])
def test_weights_that_are_no_numbers_misclassify_every_example(outputs: int) -> None:
    y = np.arange(6) % max(2, outputs)
    parameters = Parameters((2, outputs))
    parameters.theta[:] = np.nan
    network, X = Network((2, outputs), ()), np.ones((6, 2))
    assert Evaluator(network, X, y).error(parameters) == 1
    assert (CLASSIFICATION.predict(Pass(network, 6).forward(parameters, X)) == NO_CLASS).all()


def test_the_error_of_a_regression_is_what_its_formula_says_in_any_unit() -> None:
    random = np.random.default_rng(0)
    y = 40 + 12 * random.standard_normal(500)
    mean, scale = y.mean(), y.std()
    z = (y - mean) / scale + 0.3 * random.standard_normal(500)
    task = Regression(mean, scale)
    said = task.predict(z[None])
    error = task.errors(z[None], (y - mean) / scale).mean()
    assert 1 - error == pytest.approx(1 - np.sum((y - said) ** 2) / np.sum((y - y.mean()) ** 2)), "R²"
    assert scale * error**0.5 == pytest.approx(np.sqrt(np.mean((y - said) ** 2))), "RMSE"
    cost = REGRESSION.loss(1).losses(z[None], ((y - mean) / scale)[None]).mean()
    assert cost == pytest.approx(error / 2), "J is half of the error"
    always = np.zeros((1, 500))
    assert task.errors(always, (y - mean) / scale).mean() == pytest.approx(1), "who always says the mean has 1"


@pytest.mark.parametrize("task", TASKS.values(), ids=[*TASKS])
@pytest.mark.parametrize(("error", "examples"), [(0.2, 100), (0.3, 400)])
def test_the_interval_holds_the_true_error_95_times_of_100(task: Task, error: float, examples: int) -> None:
    random = np.random.default_rng(1)
    shape = 4000, examples
    losses = random.random(shape) < error if task.labels(1) else error * random.standard_normal(shape) ** 2
    measured = losses.mean(axis=1)
    held = [low < error < high for low, high in (task.interval(float(one), examples) for one in measured)]
    assert 0.93 < np.mean(held) < 0.97
    more = float(np.mean(measured > error + task.more_by_chance(error, examples)))
    assert 0.07 < more < 0.13


@pytest.mark.parametrize("outliers", [0.0, 0.01])
@pytest.mark.parametrize("examples", [300, 1000])
def test_a_spread_keeps_outliers_from_being_told_as_a_difference(outliers: float, examples: int) -> None:
    """Of errors that are not normal, where χ² is far too sure."""
    random, pairs = np.random.default_rng(2), 1500
    far = np.where(random.random((2, pairs, examples)) < outliers, 8, 1)
    measured = np.square(far * random.laplace(size=far.shape))
    means, spreads = measured.mean(axis=2), measured.std(axis=2)

    def falsely_told(known: bool) -> float:
        of = [
            [(float(e), REGRESSION.interval(float(e), examples, spread=float(s) if known else None)) for e, s in both]
            for both in np.stack([means, spreads], axis=-1)
        ]
        return float(np.mean([of_difference(*pair)[0] > 0 for pair in zip(*of, strict=True)]))

    assert falsely_told(known=True) < 0.035
    assert falsely_told(known=False) > 0.08


@examples(60)
@given(error=st.floats(0, 1e300), spread=st.floats(0, 1e300), examples=st.integers(1, 10**9))
def test_the_interval_of_any_spread_is_one(error: float, spread: float, examples: int) -> None:
    """Also of one that a stranger wrote, which no numbers have."""
    low, high = REGRESSION.interval(error, examples, spread=spread)
    assert 0 <= low <= error <= high <= max(10 * error, error + 2 * spread)
