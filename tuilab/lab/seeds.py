"""The same experiment with other seeds, which are runs beside it: what chance makes of it."""

from collections.abc import Iterator

from tuilab import experiment as experiments
from tuilab import runs
from tuilab.experiment import Experiment
from tuilab.lab.service import Lab
from tuilab.lab.summary import RunSummary


def with_seeds(experiment: Experiment, first: int, count: int) -> list[Experiment]:
    """`experiment` with so many seeds in a row. Raises `BadInput`."""
    return [experiments.edit(experiment, {"seed": str(seed)}) for seed in range(first, first + count)]


def queue_seeds(lab: Lab, name: str, seeds: int) -> list[str]:
    """Queues so many children of a run that differ from it in the seed alone; none takes one that a child has.

    Raises `BadInput`.
    """
    parent = lab.follow(name, shown=False).poll()
    taken = [parent.experiment.seed, *(experiment.seed for _, experiment in _children(lab, parent.name))]
    return lab.queue(with_seeds(parent.experiment, max(taken) + 1, seeds), parent.name)


def seeds_of(lab: Lab, name: str, first: int, seeds: int) -> list[str]:
    """The runs of a run's experiment with so many seeds from `first` on: itself, its children, others are queued.

    Raises `BadInput`.
    """
    parent = lab.follow(name, shown=False).poll()
    known = dict[Experiment, str]()
    for child, experiment in _children(lab, parent.name):
        if child.status not in ("failed", "dead"):
            known.setdefault(experiment, child.name)
    known[parent.experiment] = parent.name
    wanted = with_seeds(parent.experiment, first, seeds)
    missing = [experiment for experiment in wanted if experiment not in known]
    known |= zip(missing, lab.queue(missing, parent.name) if missing else [], strict=True)
    return [known[experiment] for experiment in wanted]


def _children(lab: Lab, name: str) -> Iterator[tuple[RunSummary, Experiment]]:
    """Those that were made from a run, the newest first, each with its experiment."""
    for child in lab.browse():
        if child.about.parent == name and not child.fault:
            yield child, runs.read_experiment(lab.store.find(child.name))
