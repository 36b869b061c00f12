"""Real trainers for tests: find them, wait for them, and compare what they made."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable

import msgspec
import psutil

from tuilab.lab import Lab, Snapshot
from tuilab.queue.sweep import sweeps
from tuilab.runs import ACTIVE, RunFolder, RunView

BOUND = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
"""Before a command: root as somebody whom permissions bind."""


REST = "time.sleep(0.01)"
"""What a trainer that is paced does before each stride."""
PACED = f"""
import sys
if "tuilab.trainer" in sys.orig_argv:
    import time
    from tuilab.training import Training, strides
    advance = Training.advance
    def rested(self, updates):
        {REST}
        return advance(self, updates)
    Training.advance = rested
    strides.STRIDE = 0.0105
"""
"""A sitecustomize.py: of each stride a trainer rests all but a twentieth."""


def paced(unless: str) -> str:
    """The same, but where `unless` is true of the training `self`."""
    return PACED.replace(REST, f"{unless} or {REST}")


PATIENCE = 180.0
"""Seconds that a test waits for what must come: on no machine, however loaded, does it take so long."""


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Waits for `condition`; whoever is waited for has the core, so to look takes a fifth of it at most.

    Whoever has waited for long comes a tenth of it late.
    """
    begun = time.monotonic()
    before = time.thread_time()
    while not condition():
        waited = time.monotonic() - begun
        assert waited < seconds, "waited in vain"
        time.sleep(max(0.02, min(waited / 10, 0.2), 4 * (time.thread_time() - before)))
        before = time.thread_time()


def trainer(folder: RunFolder) -> psutil.Process:
    """The process that took the run last."""
    holder = max(folder.claims_folder.glob("*/trainer.json"))
    return psutil.Process(msgspec.json.decode(holder.read_bytes())["pid"])


def kill(folder: RunFolder) -> None:
    """kill -9 of the trainer, and waits until it is gone."""
    process = trainer(folder)
    process.kill()
    until(lambda: is_dead(process))


def is_dead(process: psutil.Process) -> bool:
    """Whether it has ended, be it collected yet or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def words(process: "subprocess.Popen[str]") -> str:
    """All that is left of what a process says on its pipe of errors, to its end."""
    assert process.stderr is not None
    with process.stderr:
        return process.stderr.read()


def end_of(lab: Lab, name: str, seconds: float = PATIENCE) -> Snapshot:
    """The run once it is not active any more."""
    follower = lab.follow(name)
    until(lambda: follower.poll().status not in ACTIVE, seconds)
    return follower.poll()


def reach(lab: Lab, name: str, iteration: int, seconds: float = PATIENCE) -> None:
    """Waits until the log says that the run is at `iteration` or beyond."""
    follower = lab.follow(name)
    until(lambda: follower.poll().view.iteration >= iteration, seconds)


def points(view: RunView) -> list[object]:
    """All that a view says of the mathematics, and nothing of the clock."""
    curves = [view.cost.iteration, view.cost.data, view.cost.penalty]
    curves += [view.error.iteration, view.error.train, view.error.dev]
    signals = [(report.iteration, msgspec.structs.astuple(report.layers)) for report in view.signals]
    end = view.finished
    result = end and (end.status, end.reason, end.iteration, end.kept_iteration, end.cost, end.error, end.sparsity)
    return [
        *(curve.tobytes() for curve in curves),
        [(iteration, [column.tobytes() for column in columns]) for iteration, columns in signals],
        result,
    ]


def stop_all(lab: Lab) -> None:
    """Ends every trainer of the lab's runs, and of the trials of its sweeps."""
    for folder in [*lab.store.list(), *(run for sweep in sweeps(lab.store) for run in sweep.store.list())]:
        for holder in folder.claims_folder.glob("*/trainer.json"):
            with contextlib.suppress(psutil.NoSuchProcess, msgspec.DecodeError, KeyError, OSError):
                process = psutil.Process(msgspec.json.decode(holder.read_bytes())["pid"])
                if "tuilab.trainer" in process.cmdline():  # some tests claim a run for themselves, or for nobody
                    process.kill()
