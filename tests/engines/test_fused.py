"""The fused engine: when it is taken, how it is installed, what the log says; for its figures: `test_agreement`."""

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

import hatch_build
from tests.engines.agreement import CIRCLES, CLOSE, FACTOR, compare, random_experiment
from tests.forge import run
from tests.trainers import end_of, kill, until
from tuilab.engines import ENGINES, array_engine, choose, fused_engine, why_missing
from tuilab.engines.fused_engine import KERNEL, FusedEngine
from tuilab.errors import BadInput
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.runs.weights import latest_weights
from tuilab.training import Training, build

pytestmark = pytest.mark.skipif(bool(why_missing()) and shutil.which("cc") is None, reason="there is no C compiler")
ROOT = Path(__file__).parents[2]


def test_many_updates_take_no_memory_for_all_their_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = build(edit(CIRCLES, {"optimization.batch_size": "16", "dropout.keep_prob": "0.8"}))
    expected = FusedEngine(problem).advance(40)
    monkeypatch.setattr(array_engine, "_INDICES", 16 * 7)
    engine, most = FusedEngine(problem), []
    make = engine._make
    monkeypatch.setattr(engine, "_make", lambda updates, batches: most.append(len(batches)) or make(updates, batches))
    assert np.array_equal(engine.advance(40), expected) and max(most) == 7


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

    widest = {"network.hidden": str(fused_engine.WIDE + 1)}
    assert named({}) == named({"compute.engine": "fused"}) == named(widest | {"compute.engine": "fused"}) == "fused"
    assert named({"compute.engine": "numpy"}) == named(widest) == "numpy"
    quick = bool(fused_engine.kernel()[1].is_quick())
    assert named({"network.hidden": str(fused_engine.WIDE)}) == ("fused" if quick else "numpy")
    assert fused_engine.is_quicker((fused_engine.INPUTS, 3, 1)) == quick and not fused_engine.is_quicker(
        (fused_engine.INPUTS + 1, 3, 1)
    )


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("hidden", ["150, 70", "7, 129, 33", "200"])
def test_wide_layers_are_trained_as_numpy_trains_them(hidden: str, precision: str) -> None:
    """Of widths that fill no whole number of vectors, and more examples than fit into a block."""
    edits = {"network.hidden": hidden, "network.precision": precision, "data.examples": "450"}
    found, chaos = compare(build(edit(CIRCLES, edits)), FusedEngine, 20, 7)
    assert found <= max(CLOSE[precision], FACTOR * chaos)


def test_what_it_does_not_know_is_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused_engine, "_ACTIVATIONS", ("tanh",))
    found = choose(build(CIRCLES))
    assert (found.name, found.note) == ("numpy", "the fused engine does not know relu; NumPy trains instead")
    with pytest.raises(BadInput, match="the fused engine does not know relu"):
        choose(build(edit(CIRCLES, {"compute.engine": "fused"})))


@pytest.fixture
def copied(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a kernel of its own, which is the one that is used.

    No two have the same path: what was loaded from there once is what the system would find again.
    """
    folder = tmp_path_factory.mktemp("kernel")
    for path in (*KERNEL.parent.glob("*.[ch]"), *KERNEL.parent.glob("*.kernel")):
        shutil.copy(path, folder)
    monkeypatch.setattr(fused_engine, "KERNEL", folder / KERNEL.name)
    fused_engine.kernel.cache_clear()
    yield folder
    fused_engine.kernel.cache_clear()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("fused.kernel", None, "is not there; .* a C compiler"),
        ("fused.kernel", b"", "is damaged"),
        ("fused.kernel", KERNEL.read_bytes()[:60_000] if KERNEL.exists() else b"", "is damaged"),
        ("sums.kernel", None, "is damaged"),
        ("sums.kernel", b"\xff", "is damaged"),
        ("fused.c", b"int other;", "was built from other sources"),
        ("wide.c", b"int other;", "was built from other sources"),
    ],
    ids=["gone", "empty", "cut off", "without sums", "sums that are none", "of other sources", "of another source"],
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
    with pytest.raises(
        BadInput, match=f"^compute.engine: the fused engine .*{word}.* tuilab again .in a clone: make clean run.$"
    ):
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
    assert training.problem.started(0.0, training.choice).engine == f"fused {FusedEngine.version(training.problem)}"
    assert len(FusedEngine.version(training.problem)) == 8
    assert set(ENGINES) == {"numpy", "fused", "torch"}


@pytest.mark.parametrize("target", hatch_build.TARGETS, ids=["all instructions", "the least"])
@pytest.mark.parametrize("compiler", filter(shutil.which, ("cc", "clang")))
@np.errstate(all="ignore")
def test_whatever_builds_it_and_for_whichever_machine_it_agrees(
    copied: Path, monkeypatch: pytest.MonkeyPatch, compiler: str, target: tuple[str, ...]
) -> None:
    quick = ctypes.CDLL(str(KERNEL)).is_quick()  # of what is installed
    monkeypatch.setenv("CC", compiler)
    monkeypatch.setattr(hatch_build, "FLAGS", (*hatch_build.FLAGS, "-O0"))  # in a tenth of the time
    monkeypatch.setattr(hatch_build, "TARGETS", (target,))
    assert hatch_build.build(copied) == ""
    assert fused_engine.kernel()[1].is_quick() == (quick and not target), "what it chooses among at run time"
    for narrow in (fused_engine.NARROW, 0):
        monkeypatch.setattr(fused_engine, "NARROW", narrow)
        for seed in range(3):
            found, chaos = compare(build(random_experiment(seed)), FusedEngine, 20, stride=7)
            assert found <= max(CLOSE["float64"], FACTOR * chaos)


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
        assert run(command, cwd=source, env=environment).returncode == 0
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
        assert refused.stderr.endswith(
            "where a C compiler (cc) is: get one, then install tuilab again (in a clone: make clean run)\n"
        )

    def run(self, installed: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(installed), "TUILAB_HOME": str(installed.parent / "home")}
        command = [sys.executable, "-m", "tuilab", *arguments]
        return run(command, cwd=installed, env=environment)
