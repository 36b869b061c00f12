"""The bowl: eigenvalues of the inputs, and the largest stable learning rate against the Hessian itself."""

import math
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import hessian
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.nn import reference
from tuilab.experiment import Experiment, edit
from tuilab.nn import Network, Parameters
from tuilab.nn.task import CLASSIFICATION
from tuilab.training import Training, build, problem_from_arrays
from tuilab.training.conditioning import bowl, bowls, largest_rate

TWO = CLASSIFICATION.curvature(2)


def curvature(X: Any, y: Any, classes: int, class_weights: tuple[float, ...] = ()) -> float:
    """λ_max of the Hessian of the cost of logistic or softmax regression at zero weights."""
    network = Network((X.shape[1], 1 if classes == 2 else classes), (), class_weights=class_weights)
    zero = Parameters(network.sizes).theta
    matrix = hessian(lambda theta: reference.data_cost(theta, network, X, y))(zero)
    return float(np.linalg.eigvalsh(matrix)[-1])


@examples(40)
@given(st.integers(2, 25), st.integers(1, 4), st.sampled_from([2, 3, 4]), st.integers(0, 2**32))
def test_the_largest_stable_rate_is_two_over_the_largest_curvature(m: int, n: int, classes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    X = random.standard_normal((m, n)) * 10.0 ** random.integers(-2, 3, n) + random.standard_normal(n)
    y = random.integers(0, classes, m)
    assert bowl(X, CLASSIFICATION.curvature(classes)).largest_rate == pytest.approx(
        2 / curvature(X, y, classes), rel=1e-8
    )
    class_weights = (*random.uniform(0.1, 5, classes).tolist(),)
    weights = np.array(class_weights)[y]
    assert largest_rate(X, CLASSIFICATION.curvature(classes), weights) == pytest.approx(
        2 / curvature(X, y, classes, class_weights), rel=1e-8
    )


@examples(40)
@given(st.integers(2, 25), st.integers(1, 4), st.integers(0, 2**32))
def test_the_eigenvalues_are_the_variances_along_the_axes_of_the_data(m: int, n: int, seed: int) -> None:
    X = np.random.default_rng(seed).standard_normal((m, n))
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / m
    one = bowl(X, TWO)
    assert one.largest == pytest.approx(variances[0], rel=1e-10)
    smallest = variances[-1] if m > n else 0.0
    assert one.smallest == pytest.approx(smallest, rel=1e-8, abs=1e-12)
    if m > n:
        assert one.condition == pytest.approx(variances[0] / variances[-1], rel=1e-6)


def test_a_feature_told_by_the_others_makes_the_condition_infinite() -> None:
    x = np.random.default_rng(0).standard_normal(30)
    assert bowl(np.column_stack([x, 3 * x]), TWO).condition == math.inf
    assert bowl(np.column_stack([x, np.ones(30)]), TWO).condition == math.inf


def test_a_constant_feature_is_as_flat_as_it_is_in_training() -> None:
    """0.1 summed a thousand times and divided by a thousand is not 0.1: what is left is no deviation."""
    random = np.random.default_rng(4)
    X = np.column_stack([random.standard_normal((1000, 2)), np.full(1000, 0.1)])
    assert X.std(axis=0)[2] < 1e-12
    y = random.integers(0, 2, 1000)
    for normalize in ("true", "false"):
        edits = {"network.hidden": "", "inputs.normalize": normalize}
        dataset = problem_from_arrays(edit(Experiment(), edits), (X, y)).dataset
        raw, normalized = bowls(dataset)
        assert raw.largest_rate == pytest.approx(2 / curvature(X, y, 2))
        assert normalized.largest_rate == pytest.approx(
            2 / curvature((X - X.mean(axis=0)) / [*X.std(axis=0)[:2], 1], y, 2)
        )
        assert normalized.largest_rate > 7


def test_more_features_than_examples_take_no_square_of_the_features() -> None:
    X = np.random.default_rng(5).standard_normal((8, 60_000))
    one = bowl(X, TWO)
    assert one.condition == math.inf
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / 8
    assert one.largest == pytest.approx(variances[0], rel=1e-9)


@pytest.mark.parametrize(("share", "settles"), [(0.97, True), (1.03, False)])
def test_gradient_descent_settles_below_that_rate_and_swings_above_it(share: float, settles: bool) -> None:
    """Labels are told by nothing, so the minimum is at zero weights, where the linearization is exact."""
    points = np.random.default_rng(1).standard_normal((20, 2)) * [3.0, 1.0]
    X, y = np.repeat(points, 2, axis=0), np.tile([0, 1], 20)
    rate = share * bowl(X, TWO).largest_rate
    edits = {"network.hidden": "", "inputs.normalize": "false", "optimization.learning_rate": repr(rate)}
    start = Parameters((2, 1), theta=1e-6 * np.array([1.0, 1.0, 1.0]))
    training = Training(problem_from_arrays(edit(Experiment(), edits), (X, y), initial=start))
    for _ in range(150):
        training.step()
    assert (np.linalg.norm(training.parameters.theta) < np.linalg.norm(start.theta)) == settles


@pytest.mark.parametrize("normalize", ["true", "false"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_before_and_after_are_told_whichever_the_experiment_uses(normalize: str, precision: str) -> None:
    edits = {"data.source": "ranges", "inputs.normalize": "false"}
    raw = build(edit(Experiment(), edits)).dataset.train.X
    edits |= {"inputs.normalize": normalize, "network.precision": precision}
    before, after = bowls(build(edit(Experiment(), edits)).dataset)
    relative = 1e-9 if precision == "float64" else 1e-4
    rounded = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    for told, expected in ((before, bowl(raw, TWO)), (after, bowl(rounded, TWO))):
        assert told.largest == pytest.approx(expected.largest, rel=relative)
        assert told.largest_rate == pytest.approx(expected.largest_rate, rel=relative)
    assert before.condition > 1e5 and after.condition < 4
    assert after.largest_rate > 1e4 * before.largest_rate


def test_the_hessian_does_not_depend_on_the_labels() -> None:
    X = np.random.default_rng(2).standard_normal((15, 3))
    ones = anp.ones(15, dtype=int)
    assert curvature(X, ones, 2) == pytest.approx(curvature(X, 0 * ones, 2), rel=1e-12)
