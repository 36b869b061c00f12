"""Which of two runs is better on dev, as far as their mistakes can show it."""

from collections.abc import Sequence

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.lab.comparison import same_but_seed
from tuilab.lab.dev_set import same_dev
from tuilab.lab.sentences.better import better_text
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.training.better import FEWEST_SEEDS, Better, on_others, on_the_same, over_seeds
from tuilab.training.predict import predict


def better(lab: Lab, first: Snapshot, second: Snapshot, *, looks: int = 1) -> Better:
    """What the dev mistakes of two runs that are over show, with their last weights; the best of so many `looks`.

    Raises `BadInput` where nothing can be told of them.
    """
    require_one_question(first, second)
    (wrong, examples), (other, others) = (_mistakes(lab, run) for run in (first, second))
    if same_dev(first.experiment, second.experiment) and examples == others:
        return on_the_same(wrong, other, looks)
    return on_others((float(wrong.mean()), float(other.mean())), (len(wrong), len(other)))


def require_one_question(first: Snapshot, second: Snapshot) -> None:
    """Raises `BadInput` where two runs learned different things, or of different data: no error is better then."""
    one, other = first.view.started, second.view.started
    if one and other and (one.classes != other.classes or (one.target is None) != (other.target is None)):
        raise BadInput(f"{first.name} and {second.name} learn different things: their errors do not compare")
    if first.experiment.data.label != second.experiment.data.label or _content(first).isdisjoint(_content(second)):
        raise BadInput(f"{first.name} and {second.name} are of different data: their errors do not compare")


def _content(run: Snapshot) -> set[str]:
    """What its sources are called, and the checksums of its files; a file may have been moved."""
    data, started = run.experiment.data, run.view.started
    return {data.source, *(one.checksum for one in (started.data if started else ()))}


def told(lab: Lab, runs: Sequence[Snapshot]) -> str:
    """What is known of runs that are compared, once all are over; nothing where there is nothing to tell."""
    if not all(run.view.finished for run in runs):
        return ""
    try:
        if found := better_seeds(runs):
            return better_text(found[2], found[0], found[1])
        return better_text(better(lab, *runs), runs[0].name, runs[1].name) if len(runs) == 2 else ""
    except BadInput as error:
        return f"Which is better is not told: {error}."


def better_seeds(runs: Sequence[Snapshot]) -> tuple[str, str, Better] | None:
    """Of runs of two experiments with several seeds each: the name of the first run of either, and what is known.

    None where there are not two experiments, or they have fewer than `FEWEST_SEEDS` seeds in common. Raises `BadInput`
    where they are of different data.
    """
    kinds = same_but_seed([run.experiment for run in runs])
    if len(kinds) != 2:
        return None
    first, second = (
        {runs[place].experiment.seed: runs[place] for place in kind if _is_measured(runs[place])} for kind in kinds
    )
    seeds = sorted(first.keys() & second.keys())
    if len(seeds) < FEWEST_SEEDS:
        return None
    require_one_question(first[seeds[0]], second[seeds[0]])
    errors = [(first[seed].error.dev or 0.0, second[seed].error.dev or 0.0) for seed in seeds]
    examples = tuple(
        run.view.started.examples.dev or 0 for run in (first[seeds[0]], second[seeds[0]]) if run.view.started
    )
    return runs[kinds[0][0]].name, runs[kinds[1][0]].name, over_seeds(errors, min(examples))


def _is_measured(run: Snapshot) -> bool:
    return (
        run.view.finished is not None
        and run.error.dev is not None
        and bool(run.view.started and run.view.started.examples.dev)
    )


def _mistakes(lab: Lab, run: Snapshot) -> tuple[Array, tuple[object, ...]]:
    """Which dev examples it gets wrong, (m,) booleans; and what tells others apart: their files and labels."""
    if run.view.finished is None:
        raise BadInput(f"{run.name} is not over yet")
    moment = lab.moment(run.experiment, run.name)
    if run.view.iteration and not moment.iteration:
        raise BadInput(f"the weights of {run.name} are gone")
    dataset = moment.problem.dataset
    if dataset.target is not None:
        raise BadInput(f"{run.name} predicts numbers, of which none is simply wrong: compare their R²")
    if not len(dataset.dev.y):
        raise BadInput(f"{run.name} has no dev set")
    wrong: Array = predict(moment.problem.network, moment.parameters, dataset.dev.X).classes != dataset.dev.y
    return wrong, (tuple(one.checksum for one in dataset.files), dataset.dev.y.tobytes())
