"""What a few short trainings tell."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tuilab.arrays import Array
from tuilab.data.dataset import Part
from tuilab.experiment import knobs
from tuilab.streams import stream
from tuilab.training.agreement import Seen, agreement
from tuilab.training.alike import folds
from tuilab.training.predict import predict
from tuilab.training.preflight.check import PreflightCheck, Setup
from tuilab.training.state import Training
from tuilab.training.tally import baseline
from tuilab.words import count, number, percent

RATE = "optimization.learning_rate"
BATCH, BATCH_UPDATES, STARTS = 16, 800, 4
LEARNED = 0.2
"""Of the cost at the start, what a batch known by heart may have left."""
PROBE_UPDATES = 300
FEWEST = 16
"""Examples of dev, of which it can be told that they agree with a network by more than chance."""
FOLDS, MOST_FOLDED = 5, 600
"""Of train, at most so many examples of it, where dev alone does not tell that."""
QUICK = {
    "regularization.kind": "none",
    "dropout.keep_prob": "1.0",
    "optimization.optimizer": "adam",
    RATE: "0.01",
    "optimization.batch_size": "full",
    "optimization.decay": "none",
    "optimization.class_weights": "none",
}
"""A way down that is short, whatever the experiment's own is like."""
PROBE = QUICK | {
    "network.hidden": "16",
    "network.activation": "relu",
    "initialization.scheme": "he",
    "initialization.gain": "1.0",
    "inputs.normalize": "true",
}
"""A network that finds what there is to be found soon, whatever the experiment's own is like."""
MODEST = PROBE | {"regularization.kind": "l2", "regularization.lambd": "3"}
"""One that learns less by heart, so that what is weakly told holds of dev too: with more, nothing is told of few rows
but by a straight line."""
LITTLE = 0.2
"""The correlation below which inputs tell hardly anything of the label: 4 % of its variance."""
ORDERS = 5
STUDENT = 7.0
"""Standard errors, found of so few orders, that are as sure as three known ones: t of 4 degrees of freedom."""
TRIALS = 2
"""Times that orders must tell something: five that agree by chance are met now and then, others as well hardly ever."""
FEW = 0.03
"""The least that the error is taken to vary from one order to another."""
DEVIATIONS, OF_ALL = 3.0, 2.33
"""Standard deviations beyond chance that are no chance: of a random order of the labels of dev, one in 740; of dev and
folds together, one in 100."""
LEARNED_MORE, BETTER = 0.015, 0.02
"""By how much the train error with another α must be lower, and the dev error."""
STILL, USUAL = 0.99, (1e-3, 1e-1)
"""Of J at the start, above which it has hardly moved; and what α is tried then."""
LESS = 0.7
"""Of J, what another α must come down to."""


def a_batch_is_learned(setup: Setup) -> PreflightCheck | None:
    """A network that cannot learn a handful of examples by heart cannot learn."""
    if not setup.task.of_classes:
        return None
    train, features = setup.data.train, setup.data.train.X.shape[1]
    size, costs = min(BATCH, features + 1, len(train.y)), []
    for seed in range(STARTS):  # of a few ReLU units all may be dead for some of the examples, and two may be too alike
        start, turned = {"seed": str(setup.experiment.seed + seed)}, np.roll(np.arange(len(train.y)), -seed * size)
        chosen = turned[_of_each_class(train.y[turned], size)]
        training = setup.trained(QUICK | start, BATCH_UPDATES, train.at(chosen))
        costs.append(training.data_cost("train") or 0.0)
        if costs[-1] <= LEARNED * math.log(setup.classes):
            break
    tries = "" if len(costs) == 1 else f", the best of {len(costs)} starts"
    return PreflightCheck(
        name="a small batch is learned by heart",
        holds=costs[-1] <= LEARNED * math.log(setup.classes),
        said=f"J of {size} examples is {number(min(costs))} after {count(BATCH_UPDATES)} updates of Adam{tries}",
        advice="look at the initializer and the activations: the network cannot learn even these",
    )


def inputs_tell(setup: Setup) -> PreflightCheck | None:
    """What a network says of dev goes with its labels more than with the same labels in a random order.

    (Its error need not be lower than that of the commonest class: of a rare class much may be told, and none be said.)
    Where dev does not show it and train is larger, folds of train are asked as well, each by a network that was trained
    on the others.
    """
    dev = setup.data.dev
    if len(dev.y) < FEWEST or (dev.y == dev.y[0]).all():
        return None
    training = setup.trained(MODEST, PROBE_UPDATES)
    deviation = setup.data.target.deviation.dev if setup.data.target else None
    alone = setup.task.chance(setup.data.labels.dev or (), deviation)
    seen, alone, label = _told(setup, training, dev), 1.0 if alone is None else alone, setup.task.words.label
    found, enough, where = agreement(seen), DEVIATIONS, ""
    if found.beyond <= enough and len(dev.y) < len(setup.data.train.y):
        found, enough = agreement(seen, _folds(setup)), OF_ALL
        where = f", of dev and {FOLDS} folds of train"
    said = (
        f"dev error {percent(training.error('dev') or 0.0)} of a small network, {percent(alone)} with all inputs at 0; "
        f"its outputs agree with the {label}s by {found.beyond:.1f} standard deviations more than by chance{where}"
    )
    told, nothing = found.beyond > enough, found.at_most < LITTLE
    doubt = f": at 95 % they correlate by {found.at_most:.2f} at most"
    return PreflightCheck(
        name=f"inputs tell the {label}",
        holds=True if told else False if nothing else None,
        said=said if told else f"{said}{doubt}" if nothing else f"{said}{doubt}, so these rows prove nothing",
        advice=f"do these inputs know of the {label}, and do the {label}s belong to these rows? A column that is "
        f"shifted by one row looks like this, and so does a weak {label} in few rows",
    )


def _folds(setup: Setup) -> Iterator[Seen]:
    """Of each fold of train what a network says that was trained on the others, beside its labels."""
    some = setup.data.train.at(np.arange(min(MOST_FOLDED, len(setup.data.train.y))))
    fold_of = folds(FOLDS, len(some.y), some.group, stream(setup.problem.experiment.seed, "evaluation"))
    for fold in range(FOLDS):
        out = fold_of == fold
        if out.any() and not out.all():
            training = setup.trained(MODEST, PROBE_UPDATES, some.at(~out))
            yield _told(setup, training, some.at(out))


def _told(setup: Setup, training: Training, part: Part) -> Seen:
    """What a network says of a part, the labels of that, both (m, K), of numbers (m, 1), and its groups."""
    said = predict(training.problem.network, training.parameters, part.X)
    if setup.task.of_classes:
        return Seen(said.probabilities, np.eye(setup.classes)[part.y], part.group)
    return Seen(said.classes[:, None], part.y[:, None], part.group)


def shuffled_labels_tell_nothing(setup: Setup) -> PreflightCheck | None:
    """Of labels in a random order nothing is learned that holds of other examples, on the mean of some orders.

    (Of few features a single order may well point the right way: what is learned is as simple as the truth.)
    """
    if not setup.task.of_classes or not len(setup.data.dev.y):
        return None
    train, random = setup.data.train, stream(setup.problem.experiment.seed, "evaluation")
    shares = np.bincount(train.y) / len(train.y)
    chance = min(baseline(setup.data.labels.dev or ()), 1 - float(shares @ shares))
    for _ in range(TRIALS):
        errors = np.array([_probe(setup, Part(train.X, random.permutation(train.y))) for _ in range(ORDERS)])
        mean, doubt = float(errors.mean()), STUDENT * max(float(errors.std(ddof=1)), FEW) / math.sqrt(ORDERS)
        if holds := mean >= chance - doubt:
            break
    return PreflightCheck(
        name="shuffled labels tell nothing",
        holds=holds,
        said=f"dev error {percent(mean)} with the labels of train in {ORDERS} random orders, "
        f"by chance {percent(chance)}",
        advice="something tells the labels besides the inputs: look for rows that stand in both parts",
    )


def falls(setup: Setup) -> PreflightCheck:
    """With every unit kept, J must fall (course notes, "Understanding dropout")."""
    updates = min(100, setup.most_updates, setup.problem.experiment.optimization.iterations)
    kept = {"dropout.keep_prob": "1.0"}
    first, training = setup.trained(kept, 0).cost().total, setup.trained(kept, updates)
    last = training.cost().total
    return PreflightCheck(
        name="J falls with every unit kept",
        holds=last < first,
        said=f"J goes from {number(first)} to {number(last)} in {count(training.iteration)} updates",
        advice="a smaller α, or normalized inputs",
    )


def rate(setup: Setup) -> PreflightCheck:
    """A tenth of α and ten times α, as long as is planned: with neither is more learned, and dev the better for it.

    Where there is no time for all iterations, fewer of steps that are as much larger stand for them: whoever goes on
    downhill comes as far. (Where those are too large, α is not too small.)
    """
    optimization = setup.problem.experiment.optimization
    updates = min(optimization.iterations, setup.most_updates)
    stretch = optimization.iterations / updates
    found = {
        name: _outcome(setup, factor * optimization.learning_rate, updates)
        for name, factor in {"α": 1.0, "α/10": 0.1, "10 α": 10 * stretch}.items()
    }
    own, tenth, ten = found.values()
    small = _is_better(ten, own if stretch == 1 else _outcome(setup, stretch * optimization.learning_rate, updates))
    if not small and own.cost > STILL * setup.trained({"dropout.keep_prob": "1.0"}, 0).cost().total:
        larger = [one for one in USUAL if one > 10 * optimization.learning_rate]  # of nothing, ten times is nothing
        usual = {f"{one:g}": _outcome(setup, one, updates) for one in larger}
        small = any(_is_better(one, own) for one in usual.values())
        found |= usual
    large = not math.isfinite(own.cost) or _is_better(tenth, own)
    told = ", ".join(f"{_errors(one)} with {name}" for name, one in found.items())
    return PreflightCheck(
        name="α suits the network",
        holds=not large and not small,
        said=f"train and dev error after {count(updates)} updates: {told}",
        advice="a smaller α" if large else "a larger α, or more iterations",
    )


def _is_better(one: "_Outcome", than: "_Outcome") -> bool:
    return one.train < than.train - LEARNED_MORE and one.dev < than.dev - BETTER and one.cost <= LESS * than.cost


class _Outcome(NamedTuple):
    cost: float
    train: float
    dev: float
    """Where there is no dev set, the train error again."""


def _errors(one: _Outcome) -> str:
    return f"{percent(one.train)} and {percent(one.dev)}" if math.isfinite(one.cost) else "none, for J is not finite,"


def _outcome(setup: Setup, rate: float, updates: int) -> _Outcome:
    """What that α comes to; of weights that are not finite, nothing is worse."""
    _, highest = knobs()[RATE].bounds
    edits = {RATE: repr(min(rate, highest)), "dropout.keep_prob": "1.0"}
    training = setup.trained(edits, updates)
    cost, train, dev = training.cost().total, training.error("train"), training.error("dev")
    if not math.isfinite(cost) or train is None:
        return _Outcome(math.inf, 1.0, 1.0)
    return _Outcome(cost, train, train if dev is None else dev)


def _probe(setup: Setup, train: Part) -> float:
    """The dev error of a network that learns fast, trained on `train`."""
    training = setup.trained(PROBE, PROBE_UPDATES, train)
    return training.error("dev") or 0.0


def _of_each_class(y: Array, number: int) -> Array:
    """The indices of so many examples, of the classes in turn."""
    place = np.empty(len(y), np.int64)
    for k in np.unique(y):
        own = np.flatnonzero(y == k)
        place[own] = np.arange(len(own))
    return np.sort(np.lexsort((y, place))[:number])
