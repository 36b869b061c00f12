"""Fixtures that every room may use."""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage

import pytest
from hypothesis import settings

# One thread a process, before NumPy is loaded and for the trainers too: on matrices of this size more only wait.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

from tests import forge
from tests.examples import THOROUGH
from tests.mishaps import our_mishaps
from tests.trainers import PACED, stop_all
from tuilab.errors import BadInput
from tuilab.lab import Lab

settings.register_profile("quick", deadline=None, derandomize=True, max_examples=THOROUGH // 4)
settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=THOROUGH)
settings.load_profile("quick")


forge.install()

# Files lie in memory where there is room: a disk may take 50 ms for each that is to outlive a loss of power.
_MEMORY = Path("/dev/shm")
if _MEMORY.is_dir() and disk_usage(_MEMORY).free > 4 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded stays: to look through it again and again for garbage took a fifth of the suite's time."""
    gc.disable()
    collected = yield
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 50)  # an app that a test has left is garbage by then, and looked through once
    return collected


def pytest_sessionfinish() -> None:
    """What is left ends with the process: pytest looks through it five times more."""
    gc.freeze()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of its own, for this process and the trainers that it starts; no mishap must be written into its log.

    A run that goes on when its test is over would take a core from all that follow.
    """
    folder = tmp_path / "home"
    monkeypatch.setenv("TUILAB_HOME", str(folder))
    yield folder
    with suppress(BadInput):  # some tests make a store that is none
        stop_all(Lab(folder))
    assert not our_mishaps(folder)


@pytest.fixture
def paced(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainers that rest at every stride: a run that is only held on to leaves the cores to the tests beside it."""
    folder = tmp_path_factory.mktemp("paced")
    (folder / "sitecustomize.py").write_text(PACED)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture
def lab(home: Path) -> Lab:
    return Lab()
