"""`python -m benchmarks.reading`: a .csv of 1 000 000 × 30 numbers up to the first step, beside bare readers of it."""

import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

import numpy as np

ROWS, COLUMNS, ROUNDS = 1_000_000, 30, 5
_STEP = """
from tuilab.experiment import Experiment, edit
from tuilab.training import Training, build
Training(build(edit(Experiment(), {"data.source": sys.argv[1], **decided}))).step()
"""
_PLAIN, _DECIDED = "import sys; decided = {}", 'import sys; decided = {"columns.drop": "x1"}'
_ALONE = _PLAIN + "; from tuilab.data import csv_plain; csv_plain.LARGE = 2**62" + _STEP
CONTENDERS = {
    "tuilab with polars": _PLAIN + _STEP,
    "the same, a column left out": _DECIDED + _STEP,
    "polars": "import sys, polars; polars.read_csv(sys.argv[1])",
    "tuilab without polars": _ALONE,
    "np.loadtxt": "import sys, numpy; numpy.loadtxt(sys.argv[1], delimiter=',', skiprows=1)",
}
_PEAK = "\nfrom resource import RUSAGE_SELF, getrusage; print(getrusage(RUSAGE_SELF).ru_maxrss)"


def measured(program: str, path: Path) -> tuple[float, int]:
    """Seconds of processor time that a process takes, its start among them, and its bytes at the peak."""
    before = getrusage(RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", program + _PEAK, str(path)], check=True, capture_output=True, text=True
    )
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1024 * int(done.stdout)


def main() -> None:
    """Measures all in turn, and prints medians."""
    with tempfile.TemporaryDirectory() as folder:
        path, rng = Path(folder, "table.csv"), np.random.default_rng(0)
        with path.open("w") as file:
            file.write(",".join([*(f"x{at}" for at in range(1, COLUMNS + 1)), "y"]) + "\n")
            for _ in range(ROWS // 10_000):
                X = rng.standard_normal((10_000, COLUMNS))
                np.savetxt(file, np.column_stack([X, X[:, 0] > 0]), delimiter=",", fmt=["%.6f"] * COLUMNS + ["%d"])
        found = {name: list[tuple[float, int]]() for name in CONTENDERS}
        for _ in range(ROUNDS):
            for name, program in CONTENDERS.items():
                found[name].append(measured(program, path))
        for name, each in found.items():
            seconds, peak = (median(one) for one in zip(*each, strict=True))
            print(f"{name}: {seconds:.2f} s, {(peak - 8 * ROWS * COLUMNS) / 1e6:.0f} MB beside the matrix")


if __name__ == "__main__":
    main()
