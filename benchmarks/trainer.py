"""What the trainer process costs: iterations a second against the bare loop, and memory against the data."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.contenders import LAMBD, RATE
from tuilab.experiment import Experiment, convert
from tuilab.lab import Lab

ITERATIONS, ROUNDS = 400_000, 9
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_BARE = """
import sys, time
from pathlib import Path
from tuilab.experiment import load
from tuilab.training import Training, build
training = Training(build(load(Path(sys.argv[1]))))
iterations = training.problem.experiment.optimization.iterations
start = time.perf_counter()
training.advance(iterations)
print(iterations / (time.perf_counter() - start))
"""


def rates() -> tuple[float, float]:
    """Median iterations a second of the trainer process with its log, and of the bare loop; in turn."""
    experiment = convert(
        {
            "data": {"source": "circles", "examples": 352},
            "network": {"hidden": [20, 3], "activation": "relu"},
            "regularization": {"kind": "l2", "lambd": LAMBD},
            "optimization": {"learning_rate": RATE, "iterations": ITERATIONS},
        }
    )
    with tempfile.TemporaryDirectory() as home:
        lab = Lab(Path(home))
        pairs = [(_trained(lab, experiment), _bare(lab, experiment)) for _ in range(ROUNDS)]
    return median(one for one, _ in pairs), median(other for _, other in pairs)


def _trained(lab: Lab, experiment: Experiment) -> float:
    folder = lab.store.create(experiment)
    _run("-m", "tuilab.trainer", str(folder.path))
    view = lab.follow(folder.name).poll().view
    return view.iteration / view.seconds


def _bare(lab: Lab, experiment: Experiment) -> float:
    return float(_run("-c", _BARE, str(lab.store.create(experiment).experiment_file)))


def _run(*arguments: str) -> str:
    environment = _ENVIRONMENT | dict(os.environ)
    return subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, capture_output=True, text=True
    ).stdout


def memory() -> tuple[int, int]:
    """Peak bytes of a trainer of 784-256-128-10 on 60 000 examples in float32, and the bytes of their X."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 10, 60_000)
    X = rng.random((len(y), 784), dtype=np.float32)
    X[np.arange(len(y)), y] += 2
    with tempfile.TemporaryDirectory() as home:
        path = Path(home, "data.npz")
        np.savez(path, X=X, y=y)
        experiment = convert(
            {
                "data": {"source": str(path)},
                "split": {"train": 0.9, "dev": 0.05, "test": 0.05},
                "network": {"hidden": [256, 128], "precision": "float32"},
                "optimization": {"batch_size": 512, "iterations": 60, "learning_rate": 0.1},
            }
        )
        folder = Lab(Path(home)).store.create(experiment)
        command = [sys.executable, "-m", "tuilab.trainer", str(folder.path)]
        trainer = subprocess.Popen(command, env=_ENVIRONMENT | dict(os.environ))
        peak = 0
        while trainer.poll() is None:
            peak = max(peak, _peak(trainer.pid))
            time.sleep(0.002)
    return peak, X.nbytes


def _peak(pid: int) -> int:
    """The most bytes that a process has had in memory so far; 0 where it cannot be told any more."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
