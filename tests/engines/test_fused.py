"""The fused engine against the one that is NumPy: the same figures, to rounding, whatever the experiment."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from msgspec import structs

import hatch_build
from tests.trainers import end_of, kill, until
from tuilab.engines import ENGINES, FUSED_WIDEST, Engine, Problem, choose, fused, why_missing
from tuilab.engines.fused import KERNEL, FusedEngine
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.nn import ACTIVATIONS
from tuilab.nn.optimizer import OPTIMIZERS
from tuilab.nn.penalty import PENALTIES
from tuilab.nn.task import REGRESSION
from tuilab.runs.weights import latest_weights
from tuilab.training import Training, build

pytestmark = pytest.mark.skipif(bool(why_missing()) and shutil.which("cc") is None, reason="there is no C compiler")
ROOT = Path(__file__).parents[2]
CIRCLES = edit(Experiment(), {"data.source": "circles"})
CLOSE = {"float64": 1e-10, "float32": 2e-3}
"""Relative distance of two results, at most; but for runs that magnify every rounding."""
TWINS, FACTOR = 3, 100
"""Such a run lies this many times as far from NumPy's, at most, as runs of NumPy's that were rounded otherwise."""


def random_experiment(seed: int, precision: str = "float64") -> Experiment:
    random = np.random.default_rng([seed, 7])

    def one(*values: Any) -> str:
        return str(random.choice([str(value) for value in values]))

    hidden = random.integers(1, 24, random.integers(0, 4)).tolist()
    edits = {
        "data.source": one("circles", "moons", "blobs", "xor"),
        "data.examples": str(random.integers(24, 700)),
        "seed": str(random.integers(1, 1000)),
        "network.hidden": str(hidden),
        "network.precision": precision,
        "network.activation": one(*ACTIVATIONS),
        "optimization.optimizer": one(*OPTIMIZERS),
        "optimization.learning_rate": one(0.3, 0.03, 0.003),
        "optimization.batch_size": one("full", 10),
        "optimization.decay": one("none", "inverse"),
        "regularization.kind": one(*PENALTIES),
        "regularization.lambd": one(0, 0.3, 3),
        "regularization.biases": one("true", "false"),
        "regularization.l1_step": one("subgradient", "proximal"),
        "regularization.max_norm": one(0.5, 3),
        "dropout.keep_prob": one(1, 1, 0.8),
        "optimization.class_weights": one("none", "balanced"),
    }
    return edit(Experiment(), edits)


def distance(a: Any, b: Any) -> float:
    """‖a − b‖/‖a‖, where what is no number in both is equal; ∞ of other shapes."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return float("inf")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if same.all():
        return 0.0
    return float(np.linalg.norm(a[~same] - b[~same]) / np.linalg.norm(a[~same]))


def run(engine: Engine, updates: int, stride: int, rounded: np.random.Generator | None = None) -> tuple[Any, Any]:
    """The costs and the last weights; with `rounded` every weight is moved by at most one unit in its last place first,
    before each stride."""
    strides, unit = [], np.finfo(engine.parameters.theta.dtype).eps
    while engine.iteration < updates:
        if rounded is not None:
            engine.parameters.theta *= 1 + unit * rounded.integers(-1, 2, engine.parameters.theta.size)
        strides.append(engine.advance(min(stride, updates - engine.iteration)))
        if not np.isfinite(strides[-1].data[-1] + strides[-1].penalty[-1]):
            break
    return np.concatenate(strides, axis=1), engine.parameters.theta


def apart(one: tuple[Any, Any], other: tuple[Any, Any]) -> float:
    """How far the costs and weights of two runs are apart."""
    return max(distance(*pair) for pair in zip(one, other, strict=True))


def compare(problem: Problem, updates: int, stride: int) -> tuple[float, float]:
    """How far the two engines are apart; and where that is far, how far NumPy is from itself, rounded otherwise."""
    expected = run(NumpyEngine(problem), updates, updates)
    found = apart(expected, run(FusedEngine(problem), updates, stride))
    if found <= CLOSE[problem.experiment.network.precision]:
        return found, 0.0
    twins = (run(NumpyEngine(problem), updates, 1, np.random.default_rng(twin)) for twin in range(TWINS))
    return found, max(apart(expected, twin) for twin in twins)


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("seed", range(20))
@np.errstate(all="ignore")
def test_costs_and_weights_are_those_of_numpy(seed: int, precision: str) -> None:
    found, chaos = compare(build(random_experiment(seed, precision)), 60, stride=1 + seed % 17)
    assert found <= max(CLOSE[precision], FACTOR * chaos)


@pytest.mark.parametrize("biases", ["true", "false"])
@pytest.mark.parametrize("penalty", ["l2", "l1, subgradient", "l1, proximal", "max_norm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_update_rule_with_every_penalty(optimizer: str, penalty: str, biases: str) -> None:
    kind, _, step = penalty.partition(", ")
    edits = {"optimization.optimizer": optimizer, "optimization.learning_rate": "0.01", "network.activation": "tanh"}
    edits |= {"regularization.kind": kind, "regularization.lambd": "3", "regularization.max_norm": "0.5"}
    edits |= {"regularization.biases": biases, **({"regularization.l1_step": step} if step else {})}
    found, chaos = compare(build(edit(CIRCLES, edits)), 60, 7)
    assert found <= max(CLOSE["float64"], FACTOR * chaos)


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("edits", [{}, {"dropout.keep_prob": "0.8"}, {"optimization.batch_size": "10"}])
def test_numbers_are_learned_as_numpy_learns_them(edits: dict[str, str], precision: str) -> None:
    """The squared error of one linear output, here of targets that the classes of another problem become."""
    edits |= {"network.precision": precision, "network.activation": "tanh", "data.examples": "230"}
    problem = build(edit(CIRCLES, edits))
    train = problem.dataset.train
    numbers = replace(problem.dataset, train=replace(train, y=np.sin(3 * train.X[:, 0]) + train.X[:, 1] / 4))
    network = structs.replace(problem.network, task=REGRESSION)
    found, chaos = compare(replace(problem, dataset=numbers, network=network), 60, 7)
    assert found <= max(CLOSE[precision], FACTOR * chaos)


def test_every_concept_is_met_by_the_random_experiments() -> None:
    met = [random_experiment(seed) for seed in range(20)]
    assert {one.network.activation for one in met} == set(ACTIVATIONS)
    assert {one.optimization.optimizer for one in met} == set(OPTIMIZERS)
    assert {one.regularization.kind for one in met} == set(PENALTIES)
    assert {one.optimization.class_weights for one in met} == {"none", "balanced"}
    assert {(one.regularization.l1_step, one.regularization.biases) for one in met if one.regularization.kind == "l1"}


@np.errstate(all="ignore")
@pytest.mark.parametrize("edits", [{}, {"dropout.keep_prob": "0.8"}, {"optimization.batch_size": "10"}])
@pytest.mark.parametrize("rate", ["1e2", "1e5"])
def test_what_is_not_finite_is_found_at_the_same_iteration_in_the_same_tensor(edits: dict[str, str], rate: str) -> None:
    base = {"network.hidden": "5", "network.activation": "linear", "optimization.learning_rate": rate}
    problem = build(edit(CIRCLES, base | edits))
    one, other = NumpyEngine(problem), FusedEngine(problem)
    expected, found = one.advance(500), other.advance(500)
    assert len(expected.data) == len(found.data) < 500
    assert one.lost() == other.lost() and one.iteration == other.iteration


@pytest.mark.parametrize(("first", "second"), [(NumpyEngine, FusedEngine), (FusedEngine, NumpyEngine)])
def test_one_goes_on_where_the_other_was_left(first: Any, second: Any) -> None:
    edits = {"optimization.optimizer": "adam", "optimization.batch_size": "7", "dropout.keep_prob": "0.8"}
    problem = build(edit(Experiment(), {"data.source": "moons", "network.hidden": "6, 4", **edits}))
    whole, begun, goes_on = first(problem), first(problem), second(problem)
    begun.advance(33)
    goes_on.restore({name: array.copy() for name, array in begun.state().items()})
    expected = whole.advance(33 + 40)
    assert distance(np.array(expected)[:, 33:], goes_on.advance(40)) < 1e-10
    assert distance(whole.parameters.theta, goes_on.parameters.theta) < 1e-10


def test_many_updates_take_no_memory_for_all_their_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = build(edit(CIRCLES, {"optimization.batch_size": "16", "dropout.keep_prob": "0.8"}))
    expected = FusedEngine(problem).advance(40)
    monkeypatch.setattr(fused, "_INDICES", 16 * 7)
    engine, most = FusedEngine(problem), []
    batches = engine._next_batches
    monkeypatch.setattr(engine, "_next_batches", lambda updates: most.append(updates) or batches(updates))
    assert np.array_equal(engine.advance(40), expected) and max(most) == 7


@pytest.mark.parametrize("precision", CLOSE)
def test_the_same_units_are_dropped(precision: str) -> None:
    """Also of a given batch that is larger than the training part; and the stream is left at the same place."""
    edits = {"data.examples": "10", "dropout.keep_prob": "0.5", "network.precision": precision}
    problem = build(edit(CIRCLES, edits))
    order = [[0, 1] * 700, [2], list(range(5)) * 301]
    one, other = NumpyEngine(problem, order), FusedEngine(problem, order)
    for _ in order:
        assert distance(one.advance(1), other.advance(1)) < CLOSE[precision]
        masks = zip(one.masks or (), other.masks or (), strict=True)
        assert all(a is b is None or np.allclose(a, b, rtol=1e-6, atol=0) for a, b in masks)
    assert np.array_equal(one.state()["masks"], other.state()["masks"])


def test_the_interpreter_goes_on_while_it_trains() -> None:
    engine = FusedEngine(build(edit(CIRCLES, {"network.hidden": "20, 20"})))
    training = threading.Thread(target=engine.advance, args=(30_000,))
    training.start()
    ticks = 0
    while training.is_alive():
        time.sleep(0.001)
        ticks += 1
    assert ticks > 20 and engine.iteration == 30_000


def test_auto_takes_it_for_small_networks_and_what_is_asked_for_is_taken() -> None:
    def named(edits: dict[str, str]) -> str:
        return choose(build(edit(CIRCLES, edits))).name

    wide = {"network.hidden": str(FUSED_WIDEST + 1)}
    assert named({}) == named({"compute.engine": "fused"}) == named(wide | {"compute.engine": "fused"}) == "fused"
    assert named({"compute.engine": "numpy"}) == named(wide) == "numpy"


def test_what_it_does_not_know_is_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused, "_ACTIVATIONS", ("tanh",))
    found = choose(build(CIRCLES))
    assert (found.name, found.note) == ("numpy", "the fused engine does not know relu; NumPy trains instead")
    with pytest.raises(BadInput, match="the fused engine does not know relu"):
        choose(build(edit(CIRCLES, {"compute.engine": "fused"})))


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a kernel of its own, which is the one that is used."""
    for path in (*KERNEL.parent.glob("fused.[ch]"), *KERNEL.parent.glob("*.kernel")):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(fused, "KERNEL", tmp_path / KERNEL.name)
    fused.kernel.cache_clear()
    yield tmp_path
    fused.kernel.cache_clear()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("fused.kernel", None, "is not there; .* a C compiler"),
        ("fused.kernel", b"", "is damaged"),
        ("fused.kernel", KERNEL.read_bytes()[:60_000] if KERNEL.exists() else b"", "is damaged"),
        ("sums.kernel", None, "is damaged"),
        ("sums.kernel", b"\xff", "is damaged"),
        ("fused.c", b"int other;", "was built from other sources"),
    ],
    ids=["gone", "empty", "cut off", "without sums", "sums that are none", "of other sources"],
)
def test_without_a_whole_kernel_numpy_trains_and_says_so(
    copied: Path, name: str, content: bytes | None, word: str
) -> None:
    (copied / name).unlink()
    if content is not None:
        (copied / name).write_bytes(content)
    training = Training(build(CIRCLES))
    started = training.problem.started(0.0, training.choice)
    assert started.engine == f"numpy {np.__version__}" and training.choice.note in started.notes
    with pytest.raises(BadInput, match=f"^compute.engine: the fused engine .*{word}.* tuilab again$"):
        Training(build(edit(CIRCLES, {"compute.engine": "fused"})))
    assert training.choice.note == f"{why_missing()}; NumPy trains instead"


def test_a_kernel_of_another_machine_is_not_used(copied: Path) -> None:
    """Its sums are right, and it cannot be loaded."""
    (copied / "fused.kernel").write_bytes(b"\x7fELF of another machine")
    sources = b"".join((copied / name).read_bytes() for name in hatch_build.SOURCES)
    (copied / "sums.kernel").write_text(hatch_build.sums(sources, b"\x7fELF of another machine"))
    assert why_missing().startswith("the fused engine cannot be loaded (")
    assert choose(build(CIRCLES)).name == "numpy"


def test_a_kernel_that_was_loaded_stays_while_another_is_installed(copied: Path) -> None:
    before = choose(build(CIRCLES))
    (copied / "fused.kernel").unlink()
    assert before.name == "fused" and choose(build(CIRCLES)) == before


def test_the_log_says_what_ran() -> None:
    training = Training(build(CIRCLES))
    assert training.problem.started(0.0, training.choice).engine == f"fused {FusedEngine.version()}"
    assert len(FusedEngine.version()) == 8
    assert set(ENGINES) == {"numpy", "fused"}


@pytest.mark.parametrize(("first", "second"), [("fused", "numpy"), ("numpy", "fused")])
def test_a_run_resumes_under_another_engine_and_the_log_says_so(lab: Lab, first: str, second: str) -> None:
    edits = {"compute.engine": first, "optimization.iterations": "1000000000", "optimization.optimizer": "adam"}
    name = lab.start(edit(CIRCLES, edits))
    folder = lab.store.find(name)
    until(lambda: latest_weights(folder) is not None)
    kill(folder)
    at = latest_weights(folder)
    assert at is not None
    lab.control.resume(name, {"compute.engine": second, "iterations": str(at.iteration + 50)})
    end = end_of(lab, name)
    assert (end.status, end.view.iteration) == ("done", at.iteration + 50)
    assert end.view.started is not None and end.view.started.engine.startswith(second)
    mark = end.view.marks[0]
    assert mark.iteration == at.iteration
    assert re.search(rf"resumed: .*trained by {first} \S+ so far, by {second} \S+ from here on", mark.text)


class TestInstalled:
    """What is installed where no compiler is, and where one is; from a copy of the sources, so that nothing is lost."""

    @pytest.fixture(scope="class")
    @staticmethod
    def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("source")
        for name in ("tuilab", "presets"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.kernel"))
        for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, folder)
        return folder

    def wheel(self, source: Path, into: Path, environment: dict[str, str]) -> ZipFile:
        script = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
        command = [sys.executable, "-c", script, str(into)]
        subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
        (made,) = into.glob("*.whl")
        return ZipFile(made)

    def test_with_a_compiler_the_kernel_is_in_the_wheel(self, source: Path, tmp_path: Path) -> None:
        quick = tmp_path / "cc"  # what it makes is not optimized, in a tenth of the time
        compiler = next(filter(shutil.which, ("cc", "gcc", "clang")))
        quick.write_text(f'#!/bin/sh\nexec {compiler} "$@" -O0\n')
        quick.chmod(0o700)
        with self.wheel(source, tmp_path, os.environ | {"CC": str(quick)}) as wheel:
            assert {f"tuilab/engines/{name}" for name in ("fused.kernel", "sums.kernel")} <= set(wheel.namelist())
            assert wheel.filename is not None and "none-any" not in wheel.filename
            wheel.extractall(tmp_path / "installed")
        assert self.run(tmp_path / "installed", "doctor", "--json").stdout.count('"value":"built"') == 1

    def test_without_one_all_works_on_numpy(self, source: Path, tmp_path: Path) -> None:
        environment = {name: text for name, text in os.environ.items() if name != "CC"} | {"PATH": str(tmp_path)}
        with self.wheel(source, tmp_path, environment) as wheel:
            assert not [name for name in wheel.namelist() if name.endswith(".kernel")]
            assert wheel.filename is not None and wheel.filename.endswith("py3-none-any.whl")
            wheel.extractall(tmp_path / "installed")
        told = self.run(tmp_path / "installed", "doctor", "--json")
        (finding,) = [one for one in json.loads(told.stdout)["findings"] if one["name"] == "fused engine"]
        assert (finding["state"], told.returncode) == ("look", 0) and "C compiler (cc)" in finding["advice"]
        plan = ("run", "circles", "--set", "optimization.iterations=30")
        done = self.run(tmp_path / "installed", *plan)
        assert done.returncode == 0 and f"engine     numpy {np.__version__}" in done.stdout
        assert "the fused engine is not there" in done.stdout
        refused = self.run(tmp_path / "installed", *plan, "--set", "compute.engine=fused")
        assert (refused.returncode, refused.stdout) == (2, "") and refused.stderr.count("\n") == 1
        assert refused.stderr.startswith("tuilab: compute.engine: the fused engine is not there; ")
        assert refused.stderr.endswith("where a C compiler (cc) is: install one, then tuilab again\n")

    def run(self, installed: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(installed), "TUILAB_HOME": str(installed.parent / "home")}
        command = [sys.executable, "-m", "tuilab", *arguments]
        return subprocess.run(command, cwd=installed, env=environment, capture_output=True, text=True, check=False)
