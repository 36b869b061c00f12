"""How often a run is measured: often, but at little cost beside its updates. By iteration, never by the clock."""

from tuilab.engines import Problem

EVALUATIONS, FEWEST_EVALUATIONS = 200, 20
"""How often a run measures its errors, at most and at least."""
EARLIEST, APART = 64, 4
"""Updates after which the errors of a long run are measured first, and by what factor later each time after that."""
SIGNALS, FEWEST_SIGNALS = 20, 5
"""How often a run reports the signal through its layers, at most and at least."""
SHARE, FREE = 0.005, 1e9
"""Either may take this part of the updates' multiplications, or as many as take a moment (30 ms), if that is more."""
ASIDE = 2e6
"""Multiplications that would take as long as what else there is to do for a pass."""


def evaluations(problem: Problem, rows: int) -> int:
    """How often so many examples are passed through the network for the errors of a run."""
    return _often(problem, rows * problem.initial.weight_count, FEWEST_EVALUATIONS, EVALUATIONS)


def next_evaluation(iteration: int, every: int) -> int:
    """The first of the iterations beyond `iteration` after which the errors are measured: `every` so many.

    Until then at 64, 256, 1,024, …, too: who waits for a long run sees at once whether it learns.
    """
    if iteration >= every:
        return (iteration // every + 1) * every
    early = EARLIEST
    while early <= iteration:
        early *= APART
    return min(early, every)


def signals(problem: Problem, rows: int) -> int:
    """How often so many examples are passed forward and back for the report of the signal."""
    return _often(problem, 3 * rows * problem.initial.weight_count, FEWEST_SIGNALS, SIGNALS)


def _often(problem: Problem, work: int, fewest: int, most: int) -> int:
    """How often that work is done. An update takes three products a layer: forward, and back twice."""
    update = 3 * problem.batch_rows * problem.initial.weight_count
    allowed = max(FREE, SHARE * problem.experiment.optimization.iterations * update)
    return max(fewest, min(most, int(allowed / (work + ASIDE))))
