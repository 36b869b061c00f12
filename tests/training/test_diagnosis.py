import pytest

from tuilab.events import Parts
from tuilab.experiment import Experiment, edit
from tuilab.training import diagnose, diagnose_divergence

EXAMPLES = Parts(train=600, dev=200, test=200)


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
    assert diagnosis.bias == pytest.approx(train - base)
    assert diagnosis.variance == pytest.approx(dev - train)
    assert diagnosis.sampling_error == pytest.approx((dev * (1 - dev) / 200) ** 0.5)
    assert bool(diagnosis.actions) == (high_bias or high_variance)


def test_without_a_dev_set_the_variance_is_not_told() -> None:
    diagnosis = diagnose(Parts(train=0.2), Parts(train=600), Experiment())
    assert diagnosis.high_bias is True
    assert diagnosis.high_variance is None and diagnosis.variance is None and diagnosis.sampling_error is None
    assert "dev set" in diagnosis.sentence


def test_nothing_measured_is_no_verdict() -> None:
    diagnosis = diagnose(Parts(), Parts(), Experiment())
    assert (diagnosis.high_bias, diagnosis.high_variance, diagnosis.actions) == (None, None, ())


@pytest.mark.parametrize("hidden", ["", "1", "10, 5", "128"])
@pytest.mark.parametrize("kind", ["none", "l2", "l1"])
@pytest.mark.parametrize("keep", ["1.0", "0.5"])
def test_every_action_is_an_edit_that_can_be_applied(hidden: str, kind: str, keep: str) -> None:
    experiment = edit(
        Experiment(),
        {
            "network.hidden": hidden,
            "regularization.kind": kind,
            "regularization.lambd": "2",
            "dropout.keep_prob": keep,
            "data.examples": "100",
            "initialization.gain": "5",
            "inputs.normalize": "false",
        },
    )
    both = diagnose(Parts(train=0.2, dev=0.4), EXAMPLES, experiment)
    assert both.actions
    for action in (*both.actions, *diagnose_divergence(experiment).actions):
        assert edit(experiment, action.edits) != experiment, action
