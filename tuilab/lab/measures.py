"""The errors of runs in the other words of their task, such as R² and RMSE; of several seeds on average."""

from collections.abc import Mapping, Sequence

from tuilab.lab.watching import Snapshot
from tuilab.nn.task.task import Told


def in_other_words(run: Snapshot, errors: Mapping[str, float | None], part: str) -> Told:
    """What `errors` by name, all of that part and measured as the run's are, are in the other words of its task."""
    started = run.view.started
    deviation = getattr(started.target.deviation, part) if started and started.target else None
    return run.view.task.in_other_words(errors, dict.fromkeys(errors, deviation))


def mean_in_words(runs: Sequence[Snapshot], part: str, name: str) -> Told:
    """The means over at least one run, under that `name`; None where a run has no such figure."""
    told = [in_other_words(run, {name: getattr(run.error, part)}, part) for run in runs]
    return {
        figure: {name: None if None in found else sum(filter(None, found)) / len(found)}
        for figure in told[0]
        for found in [[one[figure][name] for one in told]]
    }


def mean_sentences(runs: Sequence[Snapshot], part: str, name: str) -> list[str]:
    """The same for a person; nothing where the task has no other words."""
    started = runs[0].view.started
    if not started or not started.target:
        return []
    return runs[0].view.task.sentences(started.target.name, mean_in_words(runs, part, name))
