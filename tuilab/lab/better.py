"""Which of two runs is better on dev, as far as their mistakes can show it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec import structs

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.experiment import GENERATED
from tuilab.lab.comparison import same_but_seed
from tuilab.lab.dev_set import same_dev
from tuilab.lab.measures import in_other_words, mean_in_words
from tuilab.lab.sentences.better import better_text, doubts_text
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot, reached
from tuilab.training.alike import of_groups
from tuilab.training.better import (
    FEWEST_SEEDS,
    Better,
    DevOfSeeds,
    balanced_on_the_same,
    on_others,
    on_the_same,
    over_seeds,
    over_seeds_on_the_same,
    shares_on_others,
)
from tuilab.training.predict import outputs
from tuilab.training.tally import balanced_error, balanced_examples, unequal

_NAMES = ("first", "second")


class _OnDev(NamedTuple):
    wrong: Array
    """How wrong each dev example is, (m,) booleans or losses."""
    truth: Array
    """What each is, (m,)."""
    examples: tuple[object, ...]
    """What tells others apart: their files and labels."""
    group: Array | None
    """(m,) which group each is of, whose examples err alike; None where all stand for themselves."""

    def each(self, *, balance: bool) -> Array:
        """How wrong each is, or each group of them; of balanced errors, times what an example counts for."""
        wrong = self.wrong * _weights(self.truth) if balance else self.wrong
        return of_groups(wrong, self.group)


def better(lab: Lab, first: Snapshot, second: Snapshot, *, looks: int = 1, plain: bool = False) -> Better:
    """What the dev mistakes of two runs that are over show, with their last weights; the best of so many `looks`.

    Of unequal classes by the balanced errors, as the verdicts are, unless `plain`. Raises `BadInput` where nothing can
    be told of them.
    """
    require_one_question(first, second)
    one, another = (_on_dev(lab, run) for run in (first, second))
    same = same_dev(first.experiment, second.experiment) and one.examples == another.examples
    balance, grouped = not plain and _is_unequal(first), one.group is not None
    if balance and not grouped and same:
        return balanced_on_the_same(one.wrong, another.wrong, one.truth)
    if balance and not same and (found := _balanced_on_others(first, second)):
        return found
    balance = balance and same
    wrong = in_one_unit([first, second], [run.each(balance=balance) for run in (one, another)])
    known = (on_the_same if same else on_others)(wrong[0], wrong[1], looks)
    return structs.replace(in_words(first, known), balanced=balance, grouped=grouped)


def in_one_unit(runs: Sequence[Snapshot], errors: Sequence[Array]) -> list[Array]:
    """The errors of each run's dev examples in units of the first run's, as every task measures by its own train part.

    Raises `BadInput` where weights that exploded left none to compare, or there is one number alone.
    """
    one = []
    for run, errs in zip(runs, errors, strict=True):
        _refuse_exploded(run, errs)
        if errs.dtype != bool and len(errs) < 2:
            raise BadInput(f"{run.name} has a single dev example, or group, which tells nothing of how errors vary")
        one.append(run.view.task.in_unit_of(runs[0].view.task, errs))
    return one


def in_words(run: Snapshot, known: Better) -> Better:
    """With the figures of two errors that are in the unit of that run, by the spread of its dev targets."""
    return structs.replace(known, figures=in_other_words(run, dict(zip(_NAMES, known.errors, strict=True)), "dev"))


def _refuse_exploded(run: Snapshot, errors: Array) -> None:
    """Raises `BadInput` for errors (m,) of weights that exploded."""
    with np.errstate(over="ignore"):
        if not np.isfinite(np.square(errors, dtype=float)).all():
            raise BadInput(f"{run.name} predicts no numbers, or beyond all measure: its weights exploded")


def _is_unequal(run: Snapshot) -> bool:
    labels = run.view.started.labels.train if run.view.started else None
    return labels is not None and unequal(labels)


def _balanced_on_others(first: Snapshot, second: Snapshot) -> Better | None:
    """By the balanced errors of two runs on different dev sets; None where no classes were counted."""
    one, another = (run.view.finished.tally.dev if run.view.finished else None for run in (first, second))
    if not one or not another:
        return None
    alike = [(run.view.finished.worth.dev if run.view.finished else None) or 1.0 for run in (first, second)]
    return shares_on_others(
        (balanced_error(one), balanced_error(another)),
        (sum(one.examples), sum(another.examples)),
        worth=(balanced_examples(one) * alike[0], balanced_examples(another) * alike[1]),
    )


def require_one_question(first: Snapshot, second: Snapshot) -> None:
    """Raises `BadInput` where two runs learned different things, or of different data: no error is better then."""
    one, other = first.view.started, second.view.started
    if one and other and (one.classes != other.classes or first.view.task.name != second.view.task.name):
        raise BadInput(f"{first.name} and {second.name} learn different things: their errors do not compare")
    if first.experiment.data.label != second.experiment.data.label or _content(first).isdisjoint(_content(second)):
        raise BadInput(f"{first.name} and {second.name} are of different data: their errors do not compare")
    if one and other and _leaving_out(first) != _leaving_out(second) and one.examples.dev != other.examples.dev:
        raise BadInput(
            f"{first.name} and {second.name} are measured on other rows, as one leaves some out that may be harder: "
            "their errors do not compare"
        )


def _leaving_out(run: Snapshot) -> tuple[object, ...]:
    """What is decided of rows that are left out, and by what they are found."""
    columns = run.experiment.columns
    out = columns.missing == "drop rows", columns.repeats == "drop"
    return (*out, columns.drop_rows, *((columns.marks, columns.drop) if any(out) else ()))


def _content(run: Snapshot) -> set[str]:
    """What its sources are called, and the checksums of its files; a file may have been moved."""
    data, started = run.experiment.data, run.view.started
    return {data.source, *(one.checksum for one in (started.data if started else ()))}


def told(lab: Lab, runs: Sequence[Snapshot]) -> str:
    """What is known of runs that are compared, once all are over; nothing where there is nothing to tell."""
    if not all(run.view.finished for run in runs):
        return ""
    try:
        if found := better_seeds(lab, runs):
            said = better_text(found[2], found[0], found[1])
        else:
            said = better_text(better(lab, *runs), runs[0].name, runs[1].name) if len(runs) == 2 else ""
    except BadInput as error:
        return f"Which is better is not told: {error}."
    return " ".join(filter(None, [said, said and doubts_text(runs)]))


def better_seeds(lab: Lab, runs: Sequence[Snapshot]) -> tuple[str, str, Better] | None:
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
    pairs = [(first[seed], second[seed]) for seed in sorted(first.keys() & second.keys())]
    if len(pairs) < FEWEST_SEEDS:
        return None
    return runs[kinds[0][0]].name, runs[kinds[1][0]].name, better_pairs(lab, pairs)


def better_pairs(
    lab: Lab, pairs: Sequence[tuple[Snapshot, Snapshot]], *, looks: int = 1, plain: bool = False
) -> Better:
    """What runs of two experiments, a pair a seed, show: by their dev errors, or where all seeds share one dev set by
    their mistakes; of unequal classes balanced, unless `plain`. Raises `BadInput` as `better` does.
    """
    require_one_question(*pairs[0])
    balance = not plain and _is_unequal(pairs[0][0])
    one, another = pairs[0][0].experiment, pairs[1][0].experiment
    if same_dev(one, another):
        found = [[_on_dev(lab, run) for run in column] for column in zip(*pairs, strict=True)]
        if len({run.examples for column in found for run in column}) > 1:
            raise BadInput(f"{pairs[0][0].name} and {pairs[0][1].name} have dev files of their own: compare one seed")
        runs = [list(column) for column in zip(*pairs, strict=True)]
        units = [
            in_one_unit([pairs[0][0], *column], [run.each(balance=balance) for run in (found[0][0], *of)])[1:]
            for column, of in zip(runs, found, strict=True)
        ]
        first, second = (np.stack(column) for column in units)
        known = in_words(pairs[0][0], over_seeds_on_the_same(first, second, looks))
        return structs.replace(known, balanced=balance, grouped=found[0][0].group is not None)
    errors = [(_dev_error(pair[0], pair[0], balance), _dev_error(pair[1], pair[0], balance)) for pair in pairs]
    examples = [run.view.started.examples.dev or 1 for run in pairs[0] if run.view.started]
    drawn: DevOfSeeds = "new" if one.data.source in GENERATED else "redrawn"
    known = over_seeds(errors, min(examples), looks, drawn, _carried([run for pair in pairs for run in pair]))
    means = [mean_in_words(column, "dev", name) for name, column in zip(_NAMES, zip(*pairs, strict=True), strict=True)]
    figures = {name: {**means[0][name], **means[1][name]} for name in means[0]}
    return structs.replace(known, balanced=balance, figures=figures)


def _dev_error(run: Snapshot, unit: Snapshot, balance: bool) -> float:
    """As the log has it, in the unit of another run of the same seed."""
    error = np.array((reached(run.view) if balance else run.error).dev or 0.0)
    _refuse_exploded(run, error)
    return float(run.view.task.in_unit_of(unit.view.task, error))


def _carried(runs: Sequence[Snapshot]) -> float | None:
    """By how many losses of one size the dev error of a run would be as uncertain, (Σl)²/Σl², of that with the fewest.

    None of shares, whose spread is none that is measured.
    """
    found = list[float]()
    for run in runs:
        error, spread = run.error.dev or 0.0, run.view.finished.spread.dev if run.view.finished else None
        if spread is None or run.view.started is None:
            return None
        found.append((run.view.started.examples.dev or 1) / (1 + (spread / error) ** 2) if error else math.inf)
    return min(found)


def _weights(truth: Array) -> Array:
    """What each of m examples, (m,) classes, counts for in m times the balanced error: m / (K·m_k)."""
    _, places, sizes = np.unique(truth, return_inverse=True, return_counts=True)
    weights: Array = len(truth) / (len(sizes) * sizes[places])
    return weights


def _is_measured(run: Snapshot) -> bool:
    return (
        run.view.finished is not None
        and run.error.dev is not None
        and bool(run.view.started and run.view.started.examples.dev)
    )


def _on_dev(lab: Lab, run: Snapshot) -> _OnDev:
    if run.view.finished is None:
        raise BadInput(f"{run.name} is not over yet")
    moment = lab.moment(run.experiment, run.name)
    if run.view.iteration and not moment.iteration:
        raise BadInput(f"the weights of {run.name} are gone")
    dataset, network = moment.problem.dataset, moment.problem.network
    if not len(dataset.dev.y):
        raise BadInput(f"{run.name} has no dev set")
    z = outputs(network, moment.parameters, dataset.dev.X)
    with np.errstate(all="ignore"):  # weights that exploded are looked at, too
        errors: Array = network.task.errors(z, dataset.dev.y)
    labels = dataset.dev.y.tobytes() if network.task.of_classes else len(dataset.dev.y)  # numbers: by their own μ and σ
    return _OnDev(errors, dataset.dev.y, (tuple(one.checksum for one in dataset.files), labels), dataset.dev.group)
