"""Where a sweep is trained, besides by its store's queue: by this process, by a cluster's workers, by SLURM's jobs."""

import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tuilab.cli.sweeps import follow_sweep
from tuilab.errors import BadInput

if TYPE_CHECKING:
    from tuilab.lab import Lab
    from tuilab.queue.cluster import Cluster

WORK = "work"
"""In place of a preset: the sweep named behind it is worked on."""


@contextmanager
def connected(address: str, tls: str) -> "Iterator[Cluster | None]":
    """The scheduler, if one is asked for, until the end of the block. Raises `BadInput` if it is not there."""
    if not address:
        if tls:
            raise BadInput("is of --cluster alone", path="--tls")
        yield None
        return
    from tuilab.queue.cluster import Cluster

    files = tuple(tls.split(",")) if tls else ()
    if len(files) not in (0, 3):
        raise BadInput(f"must be three files, CA,CERT,KEY, not {tls!r}", path="--tls")
    cluster = Cluster(address, (files[0], files[1], files[2]) if files else None)
    try:
        yield cluster
    finally:
        cluster.close()


def on_cluster(lab: "Lab", name: str, cluster: "Cluster", *, json: bool) -> int:
    """Has the trials trained elsewhere, and follows the sweep to its end."""
    from tuilab.queue.cluster import ClusterWorker, SchedulerGone

    worker = ClusterWorker(lab.sweeps.find(name), cluster)
    print(f"{name}: submits its trials to {cluster.address}, {cluster.threads} at once", file=sys.stderr, flush=True)

    def rest(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if worker.look():
                worker.rest(left)
            else:
                time.sleep(left)

    try:
        return follow_sweep(lab, name, json=json, stop=True, rest=rest)
    except SchedulerGone:
        gone = f"the scheduler at {cluster.address} is gone"
        print(f"tuilab: {gone}: tuilab sweep {name} --cluster ADDRESS goes on with what is left", file=sys.stderr)
        return 1
    finally:
        worker.stop()


def work(lab: "Lab", name: str) -> int:
    """Trains trials of a sweep until none is left that nobody else trains; a signal stops those of this process."""
    from tuilab.cli.progress import signals
    from tuilab.queue import Worker, cores
    from tuilab.search import ADAPTIVE, require
    from tuilab.spawning import ONE_THREAD

    sweep = lab.sweeps.find(name)
    if sweep.stopped:
        raise BadInput(f"is stopped: tuilab sweep {sweep.name} goes on with it", path=sweep.name)
    if sweep.read()[1].sampler == ADAPTIVE:
        require()
    sweep.require_writable()
    at_once = cores()
    if at_once > 1:
        os.environ.update(ONE_THREAD)
    worker = Worker(lab.store, at_once, sweep)
    print(f"{sweep.name}: works on its trials, {at_once} at once", file=sys.stderr, flush=True)
    with signals() as caught:
        while worker.look():
            worker.rest()
            if caught:
                worker.stop()
                break
    print(f"{sweep.name}: nothing left to begin here", file=sys.stderr)
    return 128 + caught[0] if caught else 0


def script(lab: "Lab", name: str) -> str:
    """A job array for SLURM, each of whose tasks works on the sweep; the tasks share the store's folder."""
    command = shlex.join([sys.executable, "-m", "tuilab", "sweep", WORK, name])
    return "\n".join(
        (
            "#!/bin/sh",
            f"#SBATCH --job-name={name}",
            "#SBATCH --array=1-4",
            "#SBATCH --cpus-per-task=4",
            "#SBATCH --signal=B:TERM@120",
            "# Each task trains as many trials at once as it has cores, of those that no other has begun.",
            f"export TUILAB_HOME={shlex.quote(str(lab.store.home))}",
            f"exec {command}",
        )
    )
