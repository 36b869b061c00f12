import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.events import Parts
from tuilab.experiment import Experiment, edit
from tuilab.training import diagnose, diagnose_divergence

EXAMPLES = Parts(train=6000, dev=2000, test=2000)


@pytest.mark.parametrize(
    ("train", "dev", "base", "high_bias", "high_variance"),
    [
        (0.01, 0.11, 0, False, True),
        (0.15, 0.16, 0, True, False),
        (0.15, 0.30, 0, True, True),
        (0.005, 0.01, 0, False, False),
        (0.15, 0.16, 0.15, False, False),
    ],
)
def test_the_examples_of_the_notes(train: float, dev: float, base: float, high_bias: bool, high_variance: bool) -> None:
    experiment = edit(Experiment(), {"diagnosis.base_error": str(base)})
    diagnosis = diagnose(Parts(train=train, dev=dev), EXAMPLES, experiment)
    assert (diagnosis.high_bias, diagnosis.high_variance) == (high_bias, high_variance)
    assert (diagnosis.state, diagnosis.base_error) == ("told", base)
    assert diagnosis.bias == pytest.approx(train - base)
    assert diagnosis.variance == pytest.approx(dev - train)
    assert bool(diagnosis.actions) == (high_bias or high_variance)
    assert ("High bias" in diagnosis.sentence) == high_bias
    assert ("igh variance" in diagnosis.sentence) == high_variance


@pytest.mark.parametrize(
    ("dev", "examples", "error"), [(0.5, 100, 0.05), (0.1, 900, 0.01), (0.0, 50, 0.0), (1.0, 50, 0.0)]
)
def test_the_sampling_error_of_the_dev_set(dev: float, examples: int, error: float) -> None:
    diagnosis = diagnose(Parts(train=0.0, dev=dev), Parts(train=600, dev=examples), Experiment())
    assert diagnosis.sampling_error == pytest.approx(error)


@pytest.mark.parametrize(
    ("train", "dev", "examples", "state"),
    [
        (0.01, 0.11, 20, "told"),  # 10 % against a bar of 3 %, give or take √(0.04·0.96/20) = 4.4 %
        (0.01, 0.11, 7, "too little data"),  # … or 7.4 %
        (0.15, 0.16, 200, "too little data"),  # 2 % below the bar, give or take √(0.18·0.82/200) = 2.7 %
        (0.15, 0.16, 2000, "told"),
        (0.0, 0.0, 5, "too little data"),  # five right answers prove little
        (0.0, 0.0, 100, "told"),
    ],
)
def test_a_dev_set_that_chance_could_turn_is_too_little(train: float, dev: float, examples: int, state: str) -> None:
    diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=600, dev=examples), Experiment())
    assert diagnosis.state == state
    assert diagnosis.high_variance == (dev - train > 0.03), "the likelier verdict is still told"
    assert ("Too little data" in diagnosis.sentence) == (state == "too little data")
    assert any("augmentation" in action.label for action in diagnosis.actions) == (
        state == "too little data" or diagnosis.high_variance
    )


@pytest.mark.parametrize(("iteration", "early"), [(0, True), (99, True), (100, False), (2000, False), (None, False)])
def test_before_a_twentieth_of_the_iterations_nothing_is_told(iteration: int | None, early: bool) -> None:
    experiment = edit(Experiment(), {"optimization.iterations": "2000"})
    diagnosis = diagnose(Parts(train=0.4, dev=0.6), EXAMPLES, experiment, iteration)
    assert (diagnosis.state == "too early") == early == diagnosis.sentence.startswith("Too early")
    assert diagnosis.bias == 0.4, "the figures themselves are shown"
    if early:
        assert (diagnosis.high_bias, diagnosis.high_variance, diagnosis.actions) == (None, None, ())
    else:
        assert diagnosis.high_bias and diagnosis.high_variance and diagnosis.actions


def test_without_a_dev_set_the_variance_is_not_told() -> None:
    for train, high in ((0.2, True), (0.01, False)):
        diagnosis = diagnose(Parts(train=train), Parts(train=600), Experiment())
        assert (diagnosis.state, diagnosis.high_bias) == ("no dev set", high)
        assert diagnosis.high_variance is None and diagnosis.variance is None and diagnosis.sampling_error is None
        assert "dev set" in diagnosis.sentence


def test_nothing_measured_is_no_verdict() -> None:
    diagnosis = diagnose(Parts(), Parts(), Experiment(), 0)
    assert (diagnosis.state, diagnosis.high_bias, diagnosis.high_variance) == ("not measured", None, None)
    assert diagnosis.actions == ()


def test_a_diverged_run_has_a_verdict_on_its_step_alone() -> None:
    diagnosis = diagnose_divergence(Experiment())
    assert (diagnosis.state, diagnosis.bias, diagnosis.high_bias) == ("diverged", None, None)
    assert diagnosis.actions[0].edits == {"optimization.learning_rate": "0.01"}


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.99), st.integers(1, 10**7))
def test_any_errors_have_a_verdict_of_finite_figures(train: float, dev: float, base: float, examples: int) -> None:
    experiment = edit(Experiment(), {"diagnosis.base_error": str(base)})
    diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=10, dev=examples), experiment)
    assert diagnosis.bias == train - base and diagnosis.variance == dev - train
    assert diagnosis.sampling_error is not None and math.isfinite(diagnosis.sampling_error)
    assert diagnosis.high_bias == (train - base > 0.04) and diagnosis.high_variance == (dev - train > 0.03)
