"""The estimators: what they learn, what they take and refuse, in scikit-learn's shape."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import tuilab
from tuilab.data.generate import generate
from tuilab.errors import BadInput


def moons() -> tuple[Any, Any]:
    table = generate("moons", 200, 0.1, np.random.default_rng(0))
    return table.X, np.array(["lower", "upper"])[1 - table.y]


def test_a_classifier_tells_the_moons_apart_by_their_names() -> None:
    X, y = moons()
    found = tuilab.Classifier(hidden=(8,), iterations=400).fit(X, y)
    assert found.classes_.tolist() == ["lower", "upper"] and found.n_features_in_ == 2
    assert found.score(X, y) > 0.97
    chances = found.predict_proba(X)
    assert np.allclose(chances.sum(axis=1), 1)
    assert np.array_equal(found.classes_[chances.argmax(axis=1)], found.predict(X))
    assert found.loss_curve_.shape == (401,) and found.loss_curve_[-1] < 0.2 * found.loss_curve_[0]
    again = tuilab.Classifier(**found.get_params()).fit(X, y)
    assert np.array_equal(again.predict_proba(X), chances), "the seed decides"
    other = tuilab.Classifier(hidden=(8,), iterations=400, random_state=2).fit(X, y)
    assert not np.array_equal(other.predict_proba(X), chances)


def test_a_linear_regressor_is_least_squares() -> None:
    random = np.random.default_rng(1)
    X = random.standard_normal((60, 2)) * [1, 30]
    y = X @ [500.0, -2.0] + 900 + 40 * random.standard_normal(60)
    bare = {"hidden": (), "lambd": 0, "optimizer": "gradient_descent", "learning_rate": 0.5, "iterations": 300}
    found = tuilab.Regressor(**bare).fit(X, y)
    exact, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(60)]), y, rcond=None)
    said = X @ exact[:2] + exact[2]
    np.testing.assert_allclose(found.predict(X), said, rtol=1e-6)
    assert found.score(X, y) == pytest.approx(1 - np.sum((said - y) ** 2) / np.sum((y - y.mean()) ** 2))


def test_by_their_defaults_a_few_hundred_rows_are_not_learned_by_heart() -> None:
    """Of a weak straight line in ten features a network without a penalty says less than the mean of all does."""
    random = np.random.default_rng(2)
    X = random.standard_normal((600, 10))
    y = X[:, 0] + X[:, 1] + 1.5 * random.standard_normal(600)
    halves = [(slice(0, 300), slice(300, 600)), (slice(300, 600), slice(0, 300))]

    def of_others(**params: Any) -> float:
        fits = [tuilab.Regressor(**params).fit(X[train], y[train]).score(X[other], y[other]) for train, other in halves]
        return float(np.mean(fits))

    assert of_others() > 0.1 and of_others(lambd=0) < 0
    assert of_others() == of_others(lambd=1) == of_others(lambd="auto")
    assert tuilab.Classifier().experiment.regularization.kind == "none"
    with pytest.raises(BadInput, match=r"regularization\.lambd"):
        tuilab.Regressor(lambd="none").fit(X, y)


def test_parameters_are_kept_changed_and_told() -> None:
    found = tuilab.Classifier(hidden=(3, 2), settings={"optimization.beta1": 0.5})
    assert found.get_params()["hidden"] == (3, 2) and repr(found).startswith("Classifier(hidden=(3, 2), settings=")
    assert found.set_params(iterations=7, lambd=0.1) is found
    experiment = found.experiment
    assert (experiment.optimization.iterations, experiment.optimization.beta1) == (7, 0.5)
    assert (experiment.regularization.kind, experiment.regularization.lambd) == ("l2", 0.1)
    with pytest.raises(ValueError, match="Classifier has no parameter 'depth'"):
        found.set_params(depth=3)


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"activation": "sinus"}, "network.activation"),
        ({"batch_size": 1000}, "optimization.batch_size"),
        ({"settings": {"network.depth": 3}}, "network.depth"),
        ({"settings": ["network.hidden"]}, "settings"),
        ({"settings": {"columns.drop": ("x1",)}}, "columns.drop"),
        ({"settings": {"data.label": "x1"}}, "data.label"),
        ({"settings": {"split.test": 0.1}}, "split.test"),
        ({"settings": {"augmentation.copies": 2}}, "augmentation.copies"),
        ({"settings": {"early_stopping.patience": 9}}, "early_stopping.patience"),
        ({"settings": {"task": "classification"}}, "task"),
        ({"learning_rate": 1e6, "activation": "linear", "optimizer": "gradient_descent"}, "optimization.learning_rate"),
    ],
)
def test_what_cannot_be_trained_names_its_knob(params: dict[str, Any], path: str) -> None:
    with pytest.raises(BadInput) as refused:
        tuilab.Regressor(**params).fit([[0.0], [1.0], [3.0]], [1.0, 2.0, 5.0])
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("X", "y", "fault"),
    [
        ([1.0, 2.0], [0, 1], "Reshape your data"),
        ([[1.0], [np.nan]], [0, 1], "NaN or infinity"),
        ([["male"], ["female"]], [0, 1], "X must hold numbers: .*'male'.*; texts are encoded where a file"),
        ([[1.0], [2.0]], [0.5, 1.2], "Unknown label type: continuous"),
        ([[1.0], [2.0]], [3, 3], "1 class"),
        ([[1.0], [2.0]], ["a", None], "a label or a number for each example: there is None, NaN or NA"),
        ([[1.0], [2.0]], np.array([1.0, np.nan], object), "there is None, NaN or NA"),
        ([[1.0], [2.0]], np.array([1, "a"], object), "labels of one kind, .* not int, str"),
        ([[1.0], [2.0]], None, "requires y to be passed"),
        ([[1.0], [2.0]], [0, 1, 1], "must have a label for each of the 2 rows"),
        (np.empty((2, 0)), [0, 1], r"0 feature\(s\)"),
        ([[1j], [2.0]], [0, 1], "Complex data not supported"),
    ],
)
def test_what_is_no_data_is_refused(X: Any, y: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        tuilab.Classifier(iterations=1).fit(X, y)


def test_only_what_was_fitted_predicts() -> None:
    for estimator in (tuilab.Regressor(), tuilab.Classifier()):
        with pytest.raises(ValueError, match=f"this {type(estimator).__name__} is not fitted yet"):
            estimator.predict([[1.0]])
    found = tuilab.Regressor(iterations=1).fit([[0.0], [1.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="X has 2 features, but Regressor is expecting 1 features"):
        found.predict([[1.0, 2.0]])


def test_labels_in_a_column_are_taken_and_said() -> None:
    with pytest.warns(UserWarning, match="A column-vector y was passed"):
        found = tuilab.Classifier(iterations=1).fit([[0.0], [1.0]], [["a"], ["b"]])
    assert found.classes_.tolist() == ["a", "b"]


def test_they_cost_nothing_until_they_are_asked_for() -> None:
    script = "import tuilab, sys; assert 'numpy' not in sys.modules; tuilab.Regressor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert not {"sklearn", "textual", "typer"} & set(done.stdout.split())


def test_scores_are_of_labels_in_a_column_too_and_of_as_many_as_there_are_rows() -> None:
    """NumPy would compare each prediction with every label, and a single label with all."""
    X, y = moons()
    several, number = tuilab.Classifier(iterations=200).fit(X, y), tuilab.Regressor(iterations=50).fit(X, X[:, 0])
    with pytest.warns(UserWarning, match="A column-vector y was passed"):
        assert several.score(X, y[:, None]) == several.score(X, y) > 0.9
    with pytest.warns(UserWarning, match="A column-vector y was passed"):
        assert number.score(X, X[:, :1]) == number.score(X, X[:, 0]) > 0.9
    assert number.score(X[:2], [7.0, 7.0]) == 0, "as scikit-learn has it of targets that are all the same"
    for found, few in ((several, y[:1]), (number, X[:1, 0])):
        with pytest.raises(ValueError, match=r"y must have the shape \(200,\)"):
            found.score(X, few)


class Frame:
    """A table with names, as pandas has them."""

    def __init__(self, X: Any, columns: list[Any]) -> None:
        self.X, self.columns = X, columns

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.X, dtype)


def test_the_columns_of_a_table_are_those_of_fit_in_their_order() -> None:
    X, y = moons()
    found = tuilab.Classifier(iterations=50).fit(Frame(X, ["east", "north"]), y)
    assert found.feature_names_in_.tolist() == ["east", "north"] and found.feature_names_in_.dtype == object
    said = found.predict(X)
    assert np.array_equal(found.predict(Frame(X, ["east", "north"])), said)
    with pytest.raises(ValueError, match=r"should match those .* during fit.*'north' stands where 'east'"):
        found.predict(Frame(X[:, ::-1], ["north", "east"]))
    assert not hasattr(found.fit(Frame(X, [0, 1]), y), "feature_names_in_")
