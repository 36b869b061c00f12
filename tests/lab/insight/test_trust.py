"""Trust in words: never more than the figures."""

import numpy as np

from tests.lab.insight.made import dataset, moment
from tuilab.lab import Lab, Moment
from tuilab.lab.insight.trust import TrustInsight
from tuilab.nn import Network, Parameters
from tuilab.training import build


def sure(factor: float) -> TrustInsight:
    """Of a network that knows the logit of each example, and says `factor` times that."""
    rng = np.random.default_rng(1)
    X = 2 * rng.standard_normal((1200, 1))
    y = (rng.random(1200) < 1 / (1 + np.exp(-X[:, 0]))).astype(int)
    parameters = Parameters((1, 1))
    parameters.weights[0][:] = factor
    return TrustInsight.of(moment(dataset(X, y, dev=800), Network((1, 1), ()), parameters))


def test_a_perfect_model_is_said_to_be_one_and_an_overconfident_one_is_named() -> None:
    perfect, loud = sure(1), sure(3)
    assert "99 times of 100): within the noise of a perfect model." in perfect.said
    assert "likelihood ratio; 1 may be as good)" in perfect.said
    assert "99 times of 100): overconfident." in loud.said and "as good" not in loud.said
    assert loud.temperature is not None and 2.5 < loud.temperature.value < 3.7
    assert loud.said.endswith("changes no prediction.") and perfect.wrong == loud.wrong


def test_of_what_tells_less_than_nothing_no_temperature_is_fitted_and_nothing_is_said_of_no_mistakes() -> None:
    contrary = sure(-1)
    assert contrary.wrong and "No temperature is fitted: what is said of dev tells nothing of" in contrary.said
    assert "no mistakes" not in contrary.said


def test_baselines_and_classes_stand_beside_the_network(lab: Lab) -> None:
    problem = build(lab.open("breast-cancer")[1])
    found = TrustInsight.of(Moment(problem, problem.initial, 0))
    assert found.lines[0].split() == ["error", "Wilson", "better,", "Newcombe"]
    assert [line.split()[0] for line in found.lines[1:5]] == ["network", "logistic", "1-nearest", "always"]
    assert found.lines[4].split()[3:6] == ["37.72", "%", "29.4–46.9"]
    assert "always one class 37.72 %." in found.said
    assert found.lines[6].split() == ["class", "examples", "recall", "precision", "F1"]
    rows = [line.split() for line in found.lines[7:9]]
    for name, examples, recall, _, precision, _, f1, _ in rows:
        assert (name, examples) in (("malignant", "43"), ("benign", "71"))
        if f1 != "–" and precision != "–":
            mean = 2 / (1 / float(recall) + 1 / float(precision))
            assert abs(float(f1) - mean) < 0.02
    assert "Rows: the truth" in found.text


def test_without_dev_train_is_told_of_and_no_temperature() -> None:
    X = np.array([[1.0], [-1.0], [2.0], [-2.0]])
    found = TrustInsight.of(moment(dataset(X, (X[:, 0] > 0).astype(int)), Network((1, 1), ()), Parameters((1, 1))))
    assert found.part == "train" and found.temperature is None and "NLL" not in found.said


def test_of_unequal_classes_each_balanced_error_stands_beside_the_error() -> None:
    X = np.linspace(-1, 1, 200)[:, None]
    found = TrustInsight.of(moment(dataset(X, (X[:, 0] > 0.9).astype(int)), Network((1, 1), ()), Parameters((1, 1))))
    assert "error 5.00 %, balanced 50.00 %; always one class 5.00 %." in found.said
    assert found.lines[0].split() == ["error", "Wilson", "balanced", "better,", "Newcombe"]
    assert found.lines[4].split()[3:8] == ["5.00", "%", "2.7–9.0", "50.00", "%"]
