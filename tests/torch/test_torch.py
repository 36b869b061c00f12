"""The engine that is PyTorch: what only it has, and updates that can be graphs; for its figures: `test_contract`."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from msgspec import structs

from tests.engines.agreement import CIRCLES, FACTOR, apart, compare, random_experiment, run
from tests.torch.recorded import RecordedEngine
from tests.trainers import end_of, kill, until
from tuilab.engines import choose, devices
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.engines.tensors import DeviceArray
from tuilab.engines.torch_engine import TorchEngine, _settings
from tuilab.engines.torch_limits import memory_needed
from tuilab.errors import BadInput
from tuilab.events import Finished, Parts
from tuilab.experiment import edit
from tuilab.experiment.fields import ComputeSection
from tuilab.lab import Lab
from tuilab.nn import ACTIVATIONS, Activation
from tuilab.nn.activation import linear_backward
from tuilab.nn.optimizer import OPTIMIZERS
from tuilab.nn.task import REGRESSION
from tuilab.runs.weights import latest_weights
from tuilab.training import Training, build, train

TORCH = edit(CIRCLES, {"compute.engine": "torch", "compute.device": "cpu"})
FLOAT32 = {"network.precision": "float32"}
BUSY = {
    "optimization.batch_size": "50",
    "optimization.decay": "inverse",
    "optimization.decay_rate": "0.5",
    "optimization.learning_rate": "0.05",
    "optimization.class_weights": "balanced",
    "dropout.keep_prob": "0.9",
    "regularization.lambd": "3",
    "regularization.max_norm": "0.5",
    "regularization.l1_step": "proximal",
}


@pytest.mark.parametrize("seed", [3, 8, 11])
@np.errstate(all="ignore")
def test_after_a_thousand_updates_it_is_where_numpy_is(seed: int) -> None:
    found, chaos = compare(build(random_experiment(seed)), TorchEngine, 1000, 97)
    assert found <= max(1e-10, FACTOR * chaos)


@pytest.mark.parametrize("penalty", ["l2", "l1", "max_norm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_update_can_be_played_again_as_a_graph(optimizer: str, penalty: str) -> None:
    """Whatever changes from one to the next is on the device; one more batch, a shorter one, and an edit are others."""
    edits = BUSY | {"optimization.optimizer": optimizer, "regularization.kind": penalty, "network.hidden": "5, 4"}
    problem = build(edit(TORCH, edits))
    one, other = NumpyEngine(problem), RecordedEngine(problem)
    assert apart(run(one, 20, 20), run(other, 20, 7)) < 1e-10
    assert other.recordings == 4, "from either vector, for a whole batch and for the last one"
    under = problem.under(edit(problem.experiment, {"dropout.keep_prob": "0.5", "optimization.learning_rate": "0.01"}))
    for engine in (one, other):
        engine.edit(under)
    assert apart(run(one, 40, 20), run(other, 40, 20)) < 1e-10


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_update_looks_at_no_number(optimizer: str, activation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look is to wait for the device, and nothing can be captured that waits, or brings numbers from here."""
    edits = BUSY | {"optimization.optimizer": optimizer, "regularization.kind": "l1", "network.activation": activation}
    engine = TorchEngine(build(edit(TORCH, edits | {"regularization.l1_step": "subgradient"})))
    engine.advance(1)
    (lane,) = engine._lanes.values()

    def refuse(*_: Any) -> None:
        raise AssertionError("a number was looked at, or brought")

    for way in ("__float__", "__int__", "__bool__", "__array__", "of"):
        monkeypatch.setattr(DeviceArray, way, refuse)
    engine._work(lane)


def test_where_no_graph_can_be_made_the_updates_are_made_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = build(TORCH)
    engine, expected = TorchEngine(problem), TorchEngine(problem).advance(5)
    engine._graphs = True

    def fail(lane: Any) -> None:
        raise RuntimeError("operation not permitted when stream is capturing\nand much more")

    monkeypatch.setattr(engine, "_captured", fail)
    assert np.array_equal(engine.advance(5), expected)
    said = "no CUDA graph could be made, and updates take longer: operation not permitted when stream is capturing\n"
    assert capsys.readouterr().err == said


def test_its_settings_hold_for_its_updates_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def settings() -> tuple[Any, ...]:
        precision = torch.backends.cuda.matmul.fp32_precision
        return torch.are_deterministic_algorithms_enabled(), precision, torch.get_num_threads()

    before, met = settings(), []
    engine = TorchEngine(build(edit(TORCH, {"compute.threads": "3"})))
    work = engine._work
    monkeypatch.setattr(engine, "_work", lambda lane: (met.append(settings()), work(lane)))
    engine.advance(2)
    assert met == [(True, "ieee", 3)] * 2 and settings() == before


@pytest.mark.parametrize(("precision", "met"), [("full", "ieee"), ("tf32", "tf32"), ("bfloat16", "ieee")])
def test_tf32_is_there_for_those_alone_who_ask_for_it(precision: Any, met: str) -> None:
    with _settings(ComputeSection(precision=precision)):
        assert torch.backends.cuda.matmul.fp32_precision == met


def test_products_are_rounded_where_that_is_asked_for_and_evaluation_is_not() -> None:
    plan = edit(TORCH, FLOAT32 | {"network.activation": "tanh"})
    full, rounded = Training(build(plan)), Training(build(edit(plan, {"compute.precision": "bfloat16"})))
    assert full.data_cost("train") == rounded.data_cost("train")
    one, other = np.array(full.advance(30)), np.array(rounded.advance(30))
    assert 1e-5 < np.abs(one - other).max() < 1e-2


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        (
            {"compute.device": "cuda:7"},
            r'compute.device: "cuda:7" (is not there: PyTorch|needs a PyTorch that is built)',
        ),
        (FLOAT32 | {"compute.precision": "tf32"}, r'compute.precision: must not be "tf32" on cpu: NVIDIA GPUs have it'),
        ({"compute.precision": "bfloat16"}, 'compute.precision: must be "full" while network.precision is "float64"'),
    ],
)
def test_what_is_not_there_is_refused_by_its_path(edits: dict[str, str], said: str) -> None:
    for plan in (TORCH, edit(TORCH, {"compute.engine": "auto"})):
        with pytest.raises(BadInput, match=said):
            choose(build(edit(plan, edits)))


def test_what_is_too_large_for_the_device_is_refused_with_both_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = build(edit(TORCH, {"network.hidden": "2000, 2000", "optimization.optimizer": "adam"}))
    assert memory_needed(problem) > 9 * problem.initial.theta.nbytes
    monkeypatch.setattr(devices, "total", lambda: 400 << 20)
    said = (
        r"compute.device: 4,010,001 parameters with 240 examples a batch would need about \d+\.\d MiB on cpu; "
        r"320.0 MiB of its 400.0 MiB may be used now"
    )
    with pytest.raises(BadInput, match=said):
        choose(problem)


def test_mathematics_that_tensors_do_not_know_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def arctan(z: Any) -> None:
        np.arctan(z, out=z)

    monkeypatch.setitem(ACTIVATIONS, "relu", Activation(arctan, linear_backward))
    with pytest.raises(BadInput, match=r"the torch engine does not know numpy\.arctan, which this experiment needs"):
        choose(build(TORCH))


def test_a_run_goes_on_under_it_and_the_log_says_so(lab: Lab) -> None:
    edits = {"compute.engine": "numpy", "optimization.iterations": "1000000000", "optimization.batch_size": "32"}
    name = lab.start(edit(CIRCLES, edits))
    folder = lab.store.find(name)
    until(lambda: latest_weights(folder) is not None)
    kill(folder)
    at = latest_weights(folder)
    assert at is not None
    asked = {"engine": "torch", "device": "cpu", "threads": "1", "iterations": str(at.iteration + 50)}
    lab.control.resume(name, asked)
    end = end_of(lab, name)
    assert (end.status, end.view.iteration) == ("done", at.iteration + 50)
    assert end.view.started is not None and end.view.started.engine == f"torch {torch.__version__} on cpu"
    assert re.search(
        rf"trained by numpy {np.__version__} so far, by torch \S+ on cpu from here on", end.view.marks[0].text
    )


@pytest.mark.parametrize("task", ["two unequal classes", "ten classes", "numbers"])
def test_a_whole_run_comes_to_numpys_figures(task: str) -> None:
    """Evaluated on the device, with early stopping, to the last event."""
    edits = {
        "two unequal classes": {"data.source": "breast-cancer", "optimization.class_weights": "balanced"},
        "ten classes": {"data.source": "digits", "data.examples": "400", "regularization.kind": "l1"},
        "numbers": {"data.source": "circles"},
    }[task]
    edits |= {"early_stopping.monitor": "dev_cost", "early_stopping.patience": "40", "optimization.iterations": "150"}
    problem = build(edit(TORCH, edits | {"network.activation": "tanh", "optimization.batch_size": "100"}))
    if task == "numbers":
        parts = {name: replace(part, y=np.sin(3 * part.X[:, 0])) for name, part in problem.dataset.parts.items()}
        problem = replace(
            problem,
            dataset=replace(problem.dataset, **parts),
            network=structs.replace(problem.network, task=REGRESSION),
        )
    plain = replace(problem, experiment=edit(problem.experiment, {"compute.engine": "numpy"}))
    expected, found = ([*train(Training(each))][-1] for each in (plain, problem))
    assert isinstance(found, Finished) and isinstance(expected, Finished)
    for name in ("status", "kept_iteration", "tally"):
        assert getattr(found, name) == getattr(expected, name), name
    for name in ("cost", "error", "threshold"):
        pairs = zip(*(structs.astuple(getattr(each, name) or Parts()) for each in (found, expected)), strict=True)
        assert all(a == b or a == pytest.approx(b, rel=1e-9) for a, b in pairs), name
