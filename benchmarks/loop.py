"""What the training loop costs beside the updates: evaluations, reports of the signal, the recording of the curves."""

from time import process_time

from benchmarks.contenders import Data, experiment
from tuilab.engines import Stride
from tuilab.experiment import edit
from tuilab.training import Training, problem_from_arrays, train


def share(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str, iterations: int) -> float:
    """Processor time of the updates of a run, as a part of that of the run.

    Both are of the same run: where others are at work, the same updates take a tenth more or less the next time. It is
    paced by processor time, as one that has a core to itself.
    """
    plan = edit(experiment(sizes, len(examples[1]), batch, dtype), {"optimization.iterations": str(iterations)})
    training = _Timed(problem_from_arrays(plan, examples))
    start = process_time()
    for _ in train(training, clock=process_time):
        pass
    return training.seconds / (process_time() - start)


class _Timed(Training):
    """Counts the processor time of its updates."""

    seconds = 0.0

    def advance(self, updates: int) -> Stride:
        start = process_time()
        stride = super().advance(updates)
        self.seconds += process_time() - start
        return stride
