"""What many short runs cost, each with its folder and its log: `python -m benchmarks.population [64]`.

They are queued, as `tuilab run --seeds N` does it, and the clock stops when the last one is done: on one core and on
all that there are, in turn. Beside them the same networks at once in memory, as JAX has it: one `vmap` of a `lax.scan`,
which measures no error, draws no curve and keeps nothing; and what the bare kernel gains by all cores.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks import contenders
from tuilab.engines import choose
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.seeds import with_seeds
from tuilab.queue import cores
from tuilab.runs import ACTIVE
from tuilab.training import Training, build, problem_from_arrays

EXPERIMENT = edit(
    Experiment(),
    {
        "data.source": "circles",
        "data.examples": "352",  # 211 of them to train on
        "network.hidden": "20, 3",
        "optimization.iterations": "5000",
    },
)
ROUNDS = 3
LOOK = 0.02
"""Seconds between two looks at a run that is waited for."""


def main(count: int) -> None:
    """Prints the figures."""
    one = _updates(1)
    print(f"one net, in memory: {one:.3f} s ({choose(build(EXPERIMENT))})")
    taken: dict[int, list[float]] = {1: [], cores(): []}
    for _ in range(ROUNDS):
        for at_once, each in taken.items():
            each.append(_seconds(count, at_once))
    for at_once, each in taken.items():
        wall = median(each)
        print(
            f"{count} nets on {at_once} of the cores: {wall:.2f} s, {count / wall:.1f} nets/s, "
            f"{1000 * (at_once * wall / count - one):.1f} ms of a core a net besides its training"
        )
    alone, together = _in_memory(count)
    print(f"{count} nets in memory, only J told: {alone:.1f} nets/s one after the other, {together:.1f} by JAX at once")
    if cores() > 1:
        bare = median(_bare(count) for _ in range(ROUNDS))
        gain = median(taken[1]) / median(taken[cores()])
        print(f"{gain:.2f} × one core; the bare kernel, a process a core: {bare:.2f} ×")


def _in_memory(count: int) -> tuple[float, float]:
    """Nets a second of so many without folder and log: on one core by tuilab's kernel, on all of them by JAX."""
    sizes, iterations = (2, 20, 3, 1), EXPERIMENT.optimization.iterations
    examples = contenders.data(sizes, 211, "float64")
    make = contenders.jax_scan(sizes, examples, 211, "float64", nets=count)
    plan = edit(contenders.experiment(sizes, 211, 211, "float64"), {"optimization.iterations": str(iterations)})
    trainings = [Training(problem_from_arrays(plan, examples)) for _ in range(count)]
    make(iterations)  # compiled by now
    start = time.perf_counter()
    make(iterations)
    together = count / (time.perf_counter() - start)
    start = time.perf_counter()
    for training in trainings:
        training.advance(iterations)
    return count / (time.perf_counter() - start), together


def _bare(count: int) -> float:
    """What all cores do in the time of one, of the kernel alone: processes that share nothing train so many nets."""
    with multiprocessing.get_context("spawn").Pool(cores()) as pool:
        pool.map(_updates, [1] * cores(), 1)  # all of them have loaded their libraries by now
        one = pool.apply(_updates, (count,))
        return cores() * one / max(pool.map(_updates, [count] * cores(), 1))


def _updates(count: int) -> float:
    """Seconds that the updates of so many nets take, one after the other."""
    trainings = [Training(build(EXPERIMENT)) for _ in range(count)]
    start = time.perf_counter()
    for training in trainings:
        training.advance(EXPERIMENT.optimization.iterations)
    return time.perf_counter() - start


def _seconds(count: int, at_once: int) -> float:
    """Of so many runs on so many cores, from the request to the last one's end, in a store of their own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool, tempfile.TemporaryDirectory() as home:
        return pool.apply(_train, (count, at_once, home))


def _train(count: int, at_once: int, home: str) -> float:
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:at_once]))
    lab = Lab(Path(home))
    start = time.perf_counter()
    for name in lab.queue(with_seeds(EXPERIMENT, 1, count)):
        while (status := lab.control.look(name).status) in ACTIVE:
            time.sleep(LOOK)
        assert status == "done", f"{name} is {status}"
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 64)
