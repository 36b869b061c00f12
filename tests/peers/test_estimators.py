"""The estimators pass the checks of scikit-learn's `check_estimator`."""

import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import tuilab
from tests.test_estimators import moons

SKIPPED = {
    "check_array_api_input": "asks for SCIPY_ARRAY_API=1 in the environment",
    "check_classifier_data_not_an_array": "asks for pandas",
    "check_regressor_data_not_an_array": "asks for pandas",
}
"""What is not looked at where what it asks for is not there; no check fails."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [tuilab.Classifier, tuilab.Regressor])
def test_every_check_that_is_made_holds(estimator: type[tuilab.Classifier]) -> None:
    results = check_estimator(estimator(iterations=200), on_fail=None, on_skip=None)
    assert len(results) > 45
    others = {one["check_name"]: one["status"] for one in results if one["status"] != "passed"}
    assert set(others.values()) <= {"skipped"} and set(others) <= SKIPPED.keys(), others


def test_they_stand_in_pipelines_and_are_cross_validated() -> None:
    X, y = moons()
    pipeline = make_pipeline(StandardScaler(), tuilab.Classifier(hidden=(8,), iterations=300))
    assert cross_val_score(clone(pipeline), X, y, cv=3).min() > 0.9
