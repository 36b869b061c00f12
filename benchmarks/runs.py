"""What a store of many runs costs: `python -m benchmarks.runs [10000]`. In seconds of the processor."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from tuilab.experiment import Experiment, dumps, edit
from tuilab.lab import Lab
from tuilab.lab.apart import differing
from tuilab.runs import About, RunFolder, write_about
from tuilab.ui.screens.run_table import ORDERS, columns, ordered, wanted

DEAD = 10
"""Of so many runs one has no last line."""


def fabricate(home: Path, count: int) -> None:
    """Copies of one trained run, each with an experiment and a date of its own, every third with a label."""
    lab = Lab(home)
    experiment = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "2000"})
    model = lab.store.create(experiment)
    subprocess.run([sys.executable, "-m", "tuilab.trainer", str(model.path)], check=True)
    log, claim = model.log_file.read_bytes(), (model.claims_folder / "0001" / "trainer.json").read_bytes()
    unfinished = b"".join(line for line in log.splitlines(keepends=True) if b'"finished"' not in line)
    now = time.time()
    for number in range(2, count + 1):
        folder = RunFolder(lab.store.runs / f"circles-{number:04}")
        (folder.claims_folder / "0001").mkdir(parents=True)
        (folder.claims_folder / "0001" / "trainer.json").write_bytes(claim)
        folder.log_file.write_bytes(log if number % DEAD else unfinished)
        folder.experiment_file.write_text(
            dumps(edit(experiment, {"seed": str(number), "title": f"Circles {number}", **_tried(number)}))
        )
        os.utime(folder.experiment_file, (now - 60 * number, now - 60 * number))
        if number % 3 == 0:
            write_about(folder, About(parent=model.name, label=f"try {number}"))


def _tried(number: int) -> dict[str, str]:
    """What a search over λ and α would have tried."""
    lambd, rate = 10 ** (number % 97 / 24 - 3), 10 ** (number % 89 / 44 - 2)
    return {
        "regularization.kind": "l2",
        "regularization.lambd": f"{lambd:.3g}",
        "optimization.learning_rate": f"{rate:.3g}",
    }


def main(count: int) -> None:
    """Prints a line for each figure."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUILAB_HOME"] = home
        fabricate(Path(home), count)
        lab = Lab()
        _tell("tuilab runs, without an index", _command)
        _tell("tuilab runs, with it", _command)
        _tell("the list in the app, at first", lab.runs)
        _tell("the list in the app, later", lab.runs)
        runs = lab.runs()
        for order in ORDERS:
            _tell(f"order by {order}", lambda order=order: ordered(runs, order))
        _tell("filter by two words", lambda: wanted(runs, "circles 99"))
        _tell("filter by λ and status", lambda: wanted(runs, "lambd>=1 and status=done"))
        _tell("which knobs differ", lambda: differing(runs))
        _tell("their columns", lambda: columns(runs, differing(runs)))


def _tell(what: str, do: Callable[[], object]) -> None:
    start = time.process_time() + _of_children()
    do()
    print(f"{what:<32} {1000 * (time.process_time() + _of_children() - start):6.0f} ms")


def _of_children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _command() -> None:
    subprocess.run([sys.executable, "-m", "tuilab", "runs"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
