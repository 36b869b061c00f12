"""The boundary, against a line computed by hand, and its words."""

import numpy as np
import pytest

from tests.lab.insight.made import dataset, filled, moment, random_data
from tuilab.data import Dataset
from tuilab.errors import BadInput
from tuilab.lab.insight.boundary import COLUMNS, MARGIN, ROWS, BoundaryInsight, telling
from tuilab.nn import Network, Parameters


def over(data: Dataset, network: Network, parameters: Parameters, features: tuple[int, int]) -> BoundaryInsight:
    """The boundary over two features by index."""
    order = telling(data)
    return BoundaryInsight.of(moment(data, network, parameters), (order.index(features[0]), order.index(features[1])))


@pytest.mark.parametrize("features", [(0, 2), (2, 0)])
def test_a_line_parts_the_plane_where_the_weights_say(features: tuple[int, int]) -> None:
    X, y = random_data(2, 60, 3, 2)
    data, parameters = dataset(X, y, dev=20, mean=10.0, scale=4.0), filled((3, 1), seed=3)
    found = over(data, Network((3, 1), ()), parameters, features)
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
            assert found.areas[row, column] == (z > 0)
            assert found.confidence[row, column] == pytest.approx(1 / (1 + np.exp(-abs(z))))


def test_examples_stand_in_raw_units_and_are_judged_by_all_their_features() -> None:
    X, y = random_data(4, 50, 3, 2)
    parameters = filled((3, 1), seed=5)
    found = over(dataset(X, y, dev=10, mean=1.0, scale=2.0), Network((3, 1), ()), parameters, (1, 2))
    right = ((X @ parameters.weights[0][:, 0] + parameters.biases[0] > 0) == y).tolist()
    np.testing.assert_allclose(found.train.x, X[:40, 1] * 2 + 1)
    np.testing.assert_allclose(found.dev.y, X[40:, 2] * 2 + 1)
    assert found.train.right.tolist() + found.dev.right.tolist() == right
    assert found.dev.truth.tolist() == y[40:].tolist()


def test_a_constant_feature_has_room_and_one_feature_has_no_boundary() -> None:
    X, y = random_data(4, 10, 2, 2)
    X[:, 0] = 3.0
    found = over(dataset(X, y), Network((2, 1), ()), filled((2, 1)), (0, 1))
    assert found.x_range == (2.0, 4.0)
    with pytest.raises(BadInput, match="needs two features"):
        BoundaryInsight.of(moment(dataset(X[:, :1], y), Network((1, 1), ()), filled((1, 1))))


def test_the_feature_that_tells_the_classes_apart_comes_first() -> None:
    X, y = random_data(6, 90, 4, 3)
    X[:, 0] = 1.0
    X[:, 2] += 5 * y
    X[:, 3] += y

    def ratio(x: np.ndarray) -> float:
        within = sum(((x[y == k] - x[y == k].mean()) ** 2).sum() for k in range(3))
        return 1 - within / ((x - x.mean()) ** 2).sum()

    assert telling(dataset(X, y)) == (*sorted((1, 2, 3), key=lambda place: -ratio(X[:, place])), 0)


def test_the_table_counts_each_class_as_the_picture_shows_it() -> None:
    X = np.array([[-1.0, 0.0], [-2.0, 1.0], [2.0, 0.0], [-3.0, 0.5]])
    parameters = Parameters((2, 1))
    parameters.weights[0][:] = [[1.0], [0.0]]
    found = over(dataset(X, np.array([0, 0, 1, 1])), Network((2, 1), ()), parameters, (0, 1))
    assert found.said == "Iteration 0: train 1 of 4 wrong."
    area = 100 * (found.areas == 1).mean()
    head, first, second = (line.split() for line in found.lines)
    assert head == ["class", "area", "train", "wrong", "dev", "wrong"]
    assert first == ["c0", f"{100 - area:.2f}", "%", "2", "0", "0", "0"]
    assert second == ["c1", f"{area:.2f}", "%", "2", "1", "0", "0"]
    assert found.axes in found.text and found.axes.startswith("→ f0 -3.3 … 2.3 ")


@pytest.mark.parametrize(
    ("n", "areas"), [(3, "the other feature at its mean"), (4, "the other 2 features at their mean")]
)
def test_the_features_that_are_not_across_are_counted(n: int, areas: str) -> None:
    X, y = random_data(2, 30, n, 2)
    found = over(dataset(X, y), Network((n, 1), ()), filled((n, 1), seed=3), (0, 1))
    assert found.said.endswith(f"Areas: {areas}.")
