"""Which engine is taken; what it has not is bad input. All of that without PyTorch, as where none is installed."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec import structs
from threadpoolctl import threadpool_info

from tests.engines.agreement import CIRCLES
from tuilab.engines import choose, devices
from tuilab.engines.fused_engine import FusedEngine
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.nn.task import Loss, Regression, SquaredError
from tuilab.training import build


@pytest.fixture
def other_torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """What is known of the PyTorch here may be altered, and is forgotten again."""
    devices.why_no_torch.cache_clear()
    yield monkeypatch
    devices.why_no_torch.cache_clear()


@pytest.mark.parametrize(
    "edits",
    [
        {"compute.engine": "torch"},
        {"compute.device": "cuda"},
        {"compute.precision": "tf32", "network.precision": "float32"},
    ],
)
@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("", r"the torch engine needs PyTorch 2.9 or newer, which is not installed: pip install 'torch>=2.9'"),
        ("2.8.1+cu128", r"PyTorch 2.9 or newer, and 2.8.1\+cu128 is installed: pip install 'torch>=2.9'"),
    ],
)
def test_without_a_pytorch_to_compute_with_the_way_to_get_it_is_told(
    other_torch: pytest.MonkeyPatch, found: str, said: str, edits: dict[str, str]
) -> None:
    other_torch.setattr(devices, "installed", lambda: found)
    with pytest.raises(BadInput, match=f"^compute.engine: .*{said}$"):
        choose(build(edit(CIRCLES, edits)))


@pytest.mark.parametrize("engine", ["numpy", "fused"])
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("device", "cuda:1", "the {} engine has no cuda:1: the torch engine has"),
        ("precision", "tf32", "the {} engine has no tf32: the torch engine has"),
    ],
)
def test_an_engine_that_computes_here_refuses_what_it_has_not(engine: str, path: str, value: str, said: str) -> None:
    with pytest.raises(BadInput, match=f"^compute.{path}: {said.format(engine)}$"):
        choose(build(edit(CIRCLES, {"compute.engine": engine, f"compute.{path}": value})))


def test_products_of_numpys_have_the_threads_that_are_asked_for_and_others_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def threads() -> set[int]:
        return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

    engine, before, met = NumpyEngine(build(edit(CIRCLES, {"compute.threads": "2"}))), threads(), []
    update = engine._update
    monkeypatch.setattr(engine, "_update", lambda index: (met.append(threads()), update(index))[1])
    engine.advance(1)
    assert met == [{2}] and threads() == before != {2}


def test_more_threads_are_numpys() -> None:
    found = choose(build(edit(CIRCLES, {"compute.threads": "2"})))
    assert (found.name, found.note) == ("numpy", "the fused engine works in one thread, not 2; NumPy trains instead")
    with pytest.raises(BadInput, match=r"compute\.threads: the fused engine works in one thread, not 2"):
        choose(build(edit(CIRCLES, {"compute.threads": "2", "compute.engine": "fused"})))


@pytest.mark.parametrize(
    ("path", "value", "allowed"),
    [
        ("engine", "jax", "one of auto, fused, numpy, torch"),
        ("device", "gpu", "one of auto, cpu, cuda, cuda:0, .*, mps"),
        ("device", "cuda:-1", "one of auto, cpu"),
        ("threads", "0", "a whole number ≥ 1, ≤ 1,024, or one of auto"),
        ("precision", "float16", "one of bfloat16, full, tf32"),
    ],
)
def test_what_no_engine_is_asked_for_is_refused(path: str, value: str, allowed: str) -> None:
    with pytest.raises(BadInput, match=f"^compute.{path}: must be {allowed}"):
        edit(CIRCLES, {f"compute.{path}": value})


def test_nobody_pays_for_pytorch_who_does_not_ask_for_it() -> None:
    script = (
        "from tuilab.experiment import edit, Experiment; from tuilab.training import Training, build; import sys;"
        "Training(build(edit(Experiment(), {'network.hidden': '200'}))).advance(1);"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_loss_that_the_kernel_does_not_know_is_left_to_numpy() -> None:
    class Hinge(SquaredError):
        pass

    class Margin(Regression):
        def loss(self, outputs: int) -> type[Loss]:
            return Hinge

    problem = build(edit(Experiment(), {"data.source": "sine"}))
    other = replace(problem, network=structs.replace(problem.network, task=Margin()))
    refusal = FusedEngine.refusal(other)
    assert refusal is not None and refusal.message == "the fused engine does not know the loss Hinge"
    assert choose(other).name == "numpy"
