"""What the training loop costs beside the updates: evaluations, reports of the signal, the recording of the curves."""

from statistics import median
from time import process_time

from benchmarks.contenders import Data, experiment
from tuilab.experiment import edit
from tuilab.training import Training, problem_from_arrays, train

STRIDES, ROUNDS = 20, 3
"""The calls in which the bare updates are made; how often both are measured, in turn."""


def share(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str, iterations: int) -> float:
    """Processor time of the updates of a run alone, as a part of that of the run."""
    plan = edit(
        experiment(sizes, len(examples[1]), batch, dtype),
        {"optimization.iterations": str(iterations)},
    )
    problem = problem_from_arrays(plan, examples)
    return median(_bare(Training(problem), iterations) / _run(Training(problem)) for _ in range(ROUNDS))


def _bare(training: Training, iterations: int) -> float:
    start = process_time()
    for _ in range(STRIDES):
        training.advance(iterations // STRIDES)
    return process_time() - start


def _run(training: Training) -> float:
    start = process_time()
    for _ in train(training):
        pass
    return process_time() - start
