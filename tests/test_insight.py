"""What the views show, each against a computation of its own."""

import math
import statistics
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tuilab.data import Dataset, Part
from tuilab.errors import BadInput
from tuilab.nn import Network, Parameters
from tuilab.training.boundary import COLUMNS, MARGIN, ROWS, boundary, telling
from tuilab.training.conditioning import Bowl
from tuilab.training.input_report import input_report, path, steps
from tuilab.training.mistakes import farthest, mistakes
from tuilab.training.predict import NO_CLASS, predicted, probabilities
from tuilab.training.samples import brightest, class_counts, images, turn_by_turn
from tuilab.training.weight_report import histogram, layer_weights


def dataset(X: np.ndarray, y: np.ndarray, dev: int = 0, mean: float = 0.0, scale: float = 1.0) -> Dataset:
    """Examples whose last `dev` ones are the dev part; already normalized by `mean` and `scale`."""
    cut, n, classes = len(y) - dev, X.shape[1], int(y.max()) + 1
    empty = Part(X=np.empty((0, n)), y=np.empty(0, np.int64))
    return Dataset(
        train=Part(X=X[:cut], y=y[:cut]),
        dev=Part(X=X[cut:], y=y[cut:]),
        test=empty,
        features=tuple(f"f{index}" for index in range(n)),
        classes=tuple(f"c{index}" for index in range(classes)),
        mean=np.full(n, mean),
        scale=np.full(n, scale),
    )


def random_data(seed: int, m: int, n: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), np.arange(m) % classes


def filled(sizes: tuple[int, ...], seed: int = 0) -> Parameters:
    parameters = Parameters(sizes)
    parameters.theta[:] = np.random.default_rng(seed).normal(size=parameters.theta.size)
    return parameters


# Probabilities


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


def test_no_examples_have_no_probabilities() -> None:
    assert probabilities(Network((2, 1), ()), Parameters((2, 1)), np.empty((0, 2))).shape == (0, 2)


# The boundary


@pytest.mark.parametrize("features", [(0, 2), (2, 0)])
def test_a_line_parts_the_plane_where_the_weights_say(features: tuple[int, int]) -> None:
    X, y = random_data(2, 60, 3, 2)
    data, parameters = dataset(X, y, dev=20, mean=10.0, scale=4.0), filled((3, 1), seed=3)
    found = boundary(data, Network((3, 1), ()), parameters, features)
    w, b = parameters.weights[0][:, 0], parameters.biases[0][0]
    first, second = (X[:, feature] * 4 + 10 for feature in features)
    for raw, span in ((first, found.x_range), (second, found.y_range)):
        margin = MARGIN * (raw.max() - raw.min())
        assert span == pytest.approx((raw.min() - margin, raw.max() + margin))
    at = X[:40].mean(axis=0)
    for row in range(0, ROWS, 13):
        for column in range(0, COLUMNS, 17):
            at[features[0]] = (np.linspace(*found.x_range, COLUMNS)[column] - 10) / 4
            at[features[1]] = (np.linspace(*found.y_range, ROWS)[row] - 10) / 4
            z = at @ w + b
            assert found.classes[row, column] == (z > 0)
            assert found.confidence[row, column] == pytest.approx(1 / (1 + np.exp(-abs(z))))


def test_examples_stand_in_raw_units_and_are_judged_by_all_their_features() -> None:
    X, y = random_data(4, 50, 3, 2)
    parameters = filled((3, 1), seed=5)
    found = boundary(dataset(X, y, dev=10, mean=1.0, scale=2.0), Network((3, 1), ()), parameters, (1, 2))
    right = ((X @ parameters.weights[0][:, 0] + parameters.biases[0] > 0) == y).tolist()
    np.testing.assert_allclose(found.train.x, X[:40, 1] * 2 + 1)
    np.testing.assert_allclose(found.dev.y, X[40:, 2] * 2 + 1)
    assert found.train.right.tolist() + found.dev.right.tolist() == right
    assert found.dev.truth.tolist() == y[40:].tolist()


def test_a_constant_feature_has_room_and_one_feature_has_no_boundary() -> None:
    X, y = random_data(4, 10, 2, 2)
    X[:, 0] = 3.0
    found = boundary(dataset(X, y), Network((2, 1), ()), filled((2, 1)), (0, 1))
    assert found.x_range == (2.0, 4.0)
    with pytest.raises(BadInput, match="needs two features"):
        boundary(dataset(X[:, :1], y), Network((1, 1), ()), filled((1, 1)), (0, 0))


def test_the_feature_that_tells_the_classes_apart_comes_first() -> None:
    X, y = random_data(6, 90, 4, 3)
    X[:, 0] = 1.0
    X[:, 2] += 5 * y
    X[:, 3] += y

    def ratio(x: np.ndarray) -> float:
        within = sum(((x[y == k] - x[y == k].mean()) ** 2).sum() for k in range(3))
        return 1 - within / ((x - x.mean()) ** 2).sum()

    assert telling(dataset(X, y)) == (*sorted((1, 2, 3), key=lambda place: -ratio(X[:, place])), 0)


# The weights


@given(npst.arrays(np.float64, st.integers(1, 60), elements=st.sampled_from([0.0, 1.0, -3.5, 2e-3, np.nan, np.inf])))
def test_the_figures_of_weights_are_those_of_their_finite_ones(weights: np.ndarray) -> None:
    found = layer_weights(weights)
    finite = [w for w in weights.tolist() if math.isfinite(w)]
    assert (found.weights, found.lost) == (len(weights), len(weights) - len(finite))
    if finite:
        assert found.norm == pytest.approx(math.sqrt(math.fsum(w * w for w in finite)))
        assert found.mean == pytest.approx(statistics.fmean(finite))
        assert found.std == pytest.approx(statistics.pstdev(finite))
        assert found.largest == max(map(abs, finite))
    assert found.zeros == sum(w == 0 for w in weights.tolist()) / len(weights)


@given(npst.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e300, 1e300) | st.just(np.nan)))
def test_every_finite_weight_is_in_the_histogram(weights: np.ndarray) -> None:
    counts, edge = histogram(weights)
    assert counts.sum() == np.isfinite(weights).sum()
    if (weights == 0).any():
        assert counts[len(counts) // 2] >= (weights == 0).sum()
    assert edge == (np.nanmax(np.abs(weights), initial=0) or 1.0)


# The inputs


@pytest.mark.parametrize("normalized", [True, False])
def test_the_inputs_are_reported_raw(normalized: bool) -> None:
    X, y = random_data(8, 200, 3, 2)
    X[:, 1] = X[:, 1] * 50 + 7
    mean, std = (X.mean(axis=0), X.std(axis=0)) if normalized else (np.zeros(3), np.ones(3))
    data = replace(dataset((X - mean) / std, y), mean=mean, scale=std)
    found = input_report(data)
    for column, expected in (
        (found.mean, X.mean(axis=0)),
        (found.std, X.std(axis=0)),
        (found.low, X.min(axis=0)),
        (found.high, X.max(axis=0)),
    ):
        np.testing.assert_allclose(column, expected, atol=1e-12)
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(X.T))
    assert found.normalized.condition == pytest.approx(eigenvalues[-1] / eigenvalues[0])
    assert found.raw.condition > 1000
    assert input_report(data) is found


@pytest.mark.parametrize("condition", [1.0, 1.5, 40.0])
def test_the_way_down_is_that_of_gradient_descent(condition: float) -> None:
    curvature = np.array([1.0, condition])
    at = np.ones(2)
    for place in path(condition, 5):
        np.testing.assert_allclose(place, at, atol=1e-15)
        at = at - curvature * at / condition
    needed = steps(Bowl(smallest=1.0, largest=condition, largest_rate=1.0))
    slowest = (1 - 1 / condition) ** np.arange(1000)
    assert math.ceil(needed) == max(1, int(np.argmax(slowest <= 0.01)))


def test_a_direction_that_is_quite_flat_never_shrinks() -> None:
    assert steps(Bowl(smallest=0.0, largest=3.0, largest_rate=1.0)) == math.inf


# The data


def test_the_classes_of_each_part_are_counted() -> None:
    X, y = random_data(9, 20, 2, 3)
    data = dataset(X, y, dev=5)
    assert class_counts(data).tolist() == [
        [sum(part.y == k) for part in (data.train, data.dev, data.test)] for k in range(3)
    ]


@pytest.mark.parametrize(("low", "features", "taken"), [(0.0, 25, 5), (-1.0, 25, 0), (0.0, 24, 0), (0.0, 16, 0)])
def test_images_are_square_and_never_negative(low: float, features: int, taken: int) -> None:
    rng = np.random.default_rng(3)
    X = rng.uniform(low, 16, size=(30, features))
    data = dataset((X - 4) / 2, np.arange(30) % 2, mean=4.0, scale=2.0)
    found = images(data, data.train.X[:7])
    assert found.shape == (7, taken, taken)
    if taken:
        assert brightest(data) == pytest.approx(X.max())
        np.testing.assert_allclose(found, X[:7].reshape(7, taken, taken) / X.max(), atol=1e-12)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 50))
def test_the_classes_take_turns(labels: list[int], count: int) -> None:
    part = Part(X=np.zeros((len(labels), 1)), y=np.array(labels))
    found = turn_by_turn(part, 4, count).tolist()
    turn = {place: labels[:place].count(label) for place, label in enumerate(labels)}
    assert found == sorted(range(len(labels)), key=lambda place: (turn[place], labels[place]))[:count]


# The mistakes


@pytest.mark.parametrize("classes", [2, 4])
def test_mistakes_are_counted_and_listed_by_how_sure_they_are(classes: int) -> None:
    X, y = random_data(11, 120, 3, classes)
    outputs = 1 if classes == 2 else classes
    network, parameters = Network((3, outputs), ()), filled((3, outputs), seed=7)
    data = dataset(X, y, dev=40)
    chances = probabilities(network, parameters, X[80:])
    said = chances.argmax(axis=1).tolist()
    truth = y[80:].tolist()
    found = mistakes(data, data.dev, network, parameters)
    assert found.confusion.tolist() == [
        [sum(pair == (k, j) for pair in zip(truth, said, strict=True)) for j in range(classes)] + [0]
        for k in range(classes)
    ]
    wrong = [place for place in range(40) if truth[place] != said[place]]
    assert (found.examples, found.wrong) == (40, len(wrong))
    assert found.places.tolist() == sorted(wrong, key=lambda place: -chances[place].max())
    assert found.predicted.tolist() == [said[place] for place in found.places]
    assert found.probability.tolist() == [chances[place].max() for place in found.places]


def test_weights_that_predict_no_class_are_wrong_about_everything() -> None:
    X, y = random_data(11, 9, 2, 3)
    parameters = filled((2, 3))
    parameters.theta[:] = np.nan
    data = dataset(X, y)
    found = mistakes(data, data.train, Network((2, 3), ()), parameters)
    assert found.confusion[:, -1].tolist() == [3, 3, 3] and found.wrong == 9
    assert mistakes(data, data.dev, Network((2, 3), ()), parameters).examples == 0


def test_the_features_farthest_from_the_mean_come_first() -> None:
    X, y = random_data(12, 50, 4, 2)
    X[:, 2] = 1.0
    rows = np.array([[9.0, -20.0, 1.0, 0.1], [0.0, 0.0, 1.0, 5.0]])
    features, z = farthest(dataset(X, y), rows, 3)
    assert features[0].tolist() == [1, 0, 3] and features[1, 0] == 3
    assert z[0, 0] == pytest.approx((-20 - X[:, 1].mean()) / X[:, 1].std())
    assert z[1, 0] == pytest.approx((5 - X[:, 3].mean()) / X[:, 3].std())
