"""What the trainer process costs: iterations a second against the bare loop, and memory against the data."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

import numpy as np

from benchmarks.contenders import LAMBD, RATE
from tuilab.experiment import Experiment, convert, edit
from tuilab.lab import Lab

ITERATIONS, FEW, ROUNDS = 400_000, 10, 5
"""Of a run; of one that costs as much as the start of a process; how often each is measured."""
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_BARE = """
import sys
from pathlib import Path
from tuilab.experiment import load
from tuilab.training import Training, build
training = Training(build(load(Path(sys.argv[1]))))
training.advance(training.problem.experiment.optimization.iterations)
"""


def rates() -> tuple[float, float]:
    """Median iterations a second of a core by the trainer process with its log, and by the bare loop; in turn.

    The start of their processes is taken off, as runs of a few iterations have it.
    """
    experiment = convert(
        {
            "data": {"source": "circles", "examples": 352},
            "network": {"hidden": [20, 3], "activation": "relu"},
            "regularization": {"kind": "l2", "lambd": LAMBD},
            "optimization": {"learning_rate": RATE, "iterations": ITERATIONS},
        }
    )
    short = edit(experiment, {"optimization.iterations": str(FEW)})
    with tempfile.TemporaryDirectory() as home:
        lab = Lab(Path(home))
        pairs = [
            [(ITERATIONS - FEW) / (run(lab, experiment) - run(lab, short)) for run in (_trained, _bare)]
            for _ in range(ROUNDS)
        ]
    return median(one for one, _ in pairs), median(other for _, other in pairs)


def _trained(lab: Lab, experiment: Experiment) -> float:
    return _run("-m", "tuilab.trainer", str(lab.store.create(experiment).path))


def _bare(lab: Lab, experiment: Experiment) -> float:
    return _run("-c", _BARE, str(lab.store.create(experiment).experiment_file))


def _run(*arguments: str) -> float:
    """Seconds of a core that a process takes."""
    before = getrusage(RUSAGE_CHILDREN)
    environment = _ENVIRONMENT | dict(os.environ)
    subprocess.run([sys.executable, *arguments], env=environment, check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
