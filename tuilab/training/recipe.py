"""The basic recipe: ranked actions against bias, variance and divergence, each an edit of the experiment.

Course notes, "Basic recipe": against bias a bigger network, longer training, another architecture; against variance
more data, regularization, another architecture. What costs least to try comes first.
"""

import math

from tuilab.data.advice import advised_split
from tuilab.data.generate import DEFAULT_EXAMPLES
from tuilab.data.unlike import shift_text
from tuilab.events import Outliers, Parts, Shift
from tuilab.experiment import GENERATED, SHIPPED, Experiment, activations, get, keep_probs, knobs
from tuilab.experiment.fields import RegularizationSection
from tuilab.nn.penalty import PENALTIES, NoPenalty
from tuilab.text import clean
from tuilab.training.action import (
    HE,
    Action,
    action,
    applicable,
    bent,
    listed,
    more_time,
    rounded_down,
    shown,
    smaller_steps,
    undecayed,
)
from tuilab.words import count
from tuilab.words import listed as names_listed

_UNKNOWN: Parts[int] = Parts()
BRIEF = 100
"""Iterations of which fewer say little of a network: more of them come first."""
FIRST_NOISE = 1.0
"""Against a data mismatch, as a share of each feature's σ."""
FIRST_TURN = (15.0, 0.1)
"""Of images against a data mismatch: degrees, and the share of their size."""
FIRST_PENALTY = 0.01
"""λ/m of a first L2 penalty: its pull on the weights, whatever m is."""
STRONG = 10 * FIRST_PENALTY
"""λ/m of an L2 penalty that holds any fit back."""
BESIDE_MORE = 5 * FIRST_PENALTY
"""λ/m of a first L2 penalty of a network that is made bigger while its variance is high."""
WEAK = FIRST_PENALTY / 2
"""λ/m of a penalty below which less of it frees nothing: of 61 random networks that underfit two learned more."""
SLIGHT = FIRST_PENALTY / 100
"""λ/m of an L2 penalty below which three times as much changes nothing."""
MANY_KEPT = 0.5
"""Of a layer's units, as the notes' rule of thumb has it of the widest: fewer are few."""
NARROW = 4
"""Units of which fewer are no layer to speak of."""
HELD = 5
"""One of so many training examples is held out for a train-dev part."""


def recipe(
    experiment: Experiment,
    *,
    high_bias: bool = False,
    high_variance: bool = False,
    little_data: bool = False,
    stopped_early: bool = False,
    harder_copies: bool = False,
    examples: Parts[int] = _UNKNOWN,
) -> tuple[Action, ...]:
    """What to do next, most promising first. Where bias and variance are both high, nothing that feeds either.

    `little_data`: so little that chance may be all there is to it. `stopped_early`: early stopping ended it.
    `harder_copies`: its changed copies are harder than unseen examples. `examples`: of each part, copies among them.
    """
    actions: list[Action] = []
    held_back = high_bias and high_variance and strong(experiment, examples)
    if held_back:  # by a penalty of which more is no cure
        weaker = PENALTIES["l2"].weaker
        actions += _penalized(experiment.regularization, weaker, "a penalty this strong bends every fit")
    if high_bias and high_variance and min(keep_probs(experiment)) < MANY_KEPT:
        keep = [1.0, *(0.8 for _ in experiment.network.hidden)]
        why = "so many dropped units hold any fit back"
        actions.append(action(f"dropout, keep_prob {shown(keep)}", why, {"dropout.keep_prob": listed(keep)}))
    if high_bias:
        actions += [] if high_variance else _freer(experiment, examples, harder_copies)
        regularized = high_variance and _slight(experiment, examples)
        bigger = _bigger(experiment, _first_l2(examples, BESIDE_MORE) if regularized else {})
        actions += _stronger(experiment, bigger, stopped_early)
    if little_data:  # first measure; it is also the surest cure
        actions += _more_examples(experiment)
    if high_variance:
        actions += _fuller_train_part(experiment, examples)
        actions += [] if held_back else _regularized(experiment, examples)
    if high_variance and not little_data:
        actions += _more_examples(experiment)
    if high_variance:
        actions += _augmented(experiment) + _stopped_early(experiment)
        actions += [] if high_bias else _smaller(experiment)
    rows = _more_rows(experiment) if high_variance or little_data else ()
    return (*applicable(experiment, actions), *rows)


def against_more_time(experiment: Experiment, examples: Parts[int] = _UNKNOWN) -> tuple[Action, ...]:
    """What to do where dev was best long before the end, most promising first."""
    actions = [*_stopped_early(experiment), *_regularized(experiment, examples), *_smaller(experiment)]
    return (*train_dev(experiment), *applicable(experiment, actions))


def against_turning(experiment: Experiment, examples: Parts[int] = _UNKNOWN) -> tuple[Action, ...]:
    """What to do where dev turns although the training set is not fitted, most promising first."""
    known, held = _more_examples(experiment), _fuller_train_part(experiment, examples)
    actions = [*held, *known, *_regularized(experiment, examples), *_augmented(experiment)]
    return (*train_dev(experiment), *applicable(experiment, actions), *_more_rows(experiment))


def against_outliers(
    experiment: Experiment, one: Outliers, target: str, examples: Parts[int] = _UNKNOWN
) -> tuple[Action, ...]:
    """A look at the few examples that make most of the error, and what keeps a network from running after them."""
    held = [*_stopped_early(experiment), *_regularized(experiment, examples)] if experiment.network.hidden else []
    return (see_to(one, target), *applicable(experiment, held))


def see_to(one: Outliers, target: str) -> Action:
    """A look at outliers of this target, whatever part they are in."""
    worst = names_listed([f"{value:.6g}" for value in one.targets])  # as a person finds them in the file
    return action("see to the outliers", f"those whose {clean(target, 30)} is {worst} first", {})


def against_divergence(experiment: Experiment) -> tuple[Action, ...]:
    """What to do about a cost that left the finite numbers, most promising first."""
    actions = smaller_steps(experiment)
    if experiment.initialization.gain > 1:
        actions.append(action("gain 1", "smaller first weights", {"initialization.gain": 1.0}))
    return applicable(experiment, actions)


def against_mismatch(experiment: Experiment, shift: Shift | None = None) -> tuple[Action, ...]:
    """Training data made more like those of dev, by what `shift` knows of the difference."""
    shift = shift or Shift()
    actions = []
    if shift.features:
        names = names_listed([one.name for one in shift.features])
        why = "; ".join(map(shift_text, shift.features))
        actions.append(action(f"see to {names}", f"{why}: another unit, or other rows?", {}))
    augmented = [_noisier(experiment, shift.noise)] if shift.noise or shift.images or not shift.features else []
    if shift.images:  # what was seen comes first
        augmented.insert(1 if shift.noise else 0, _turned(experiment))
    why = "whatever dev has that train has not: see the mistakes on dev"
    return (*actions, *applicable(experiment, augmented), action("examples as those of dev in train", why, {}))


def _noisier(experiment: Experiment, seen: float) -> Action:
    """Noisy copies, as noisy as dev was `seen` to be, then twice as many; where nobody saw it, twice as noisy ones."""
    known = experiment.augmentation
    noise, copies = seen or FIRST_NOISE, max(known.copies, 2)
    why = "dev is noisier by so much" if seen else "training data more like dev, where that is noisier"
    tried = known.copies > 0 and known.noise >= noise
    if tried and seen:
        copies, why = 2 * known.copies, "the same noise again and again is learned by heart"
    elif tried:
        noise = 2 * known.noise
    edits: dict[str, object] = {"augmentation.copies": copies, "augmentation.noise": noise}
    return action(f"augmentation, {count(copies)} copies with noise {noise:g}", why, edits)


def _turned(experiment: Experiment) -> Action:
    """Copies of images that are turned and scaled; where they were, by twice as much."""
    known, copies = experiment.augmentation, max(experiment.augmentation.copies, 2)
    turned = known.copies and (known.rotation or known.zoom)
    rotation, zoom = (2 * known.rotation, 2 * known.zoom) if turned else FIRST_TURN
    label = f"augmentation, {count(copies)} copies turned by up to {rotation:g}°, scaled by up to {100 * zoom:g} %"
    edits = {"augmentation.copies": copies, "augmentation.rotation": rotation, "augmentation.zoom": zoom}
    return action(label, "training images more like those of dev, where these are turned or of another size", edits)


def against_lucky_dev(experiment: Experiment) -> tuple[Action, ...]:
    """A dev set that the runs compared on it have not been chosen by."""
    if more := applicable(experiment, _more_examples(experiment)):
        return more
    return (action("other or more dev examples", "the runs were chosen by those there are", {}),)


def train_dev(experiment: Experiment) -> tuple[Action, ...]:
    """A train-dev part, where dev may be of another distribution and nobody can tell."""
    split = experiment.split
    if split.train_dev or not (experiment.data.dev_source or split.dev_noise or experiment.columns.time):
        return ()
    held = round(split.train / HELD, 6)
    label, why = (
        f"train-dev, {100 * held:.3g} % held out",
        "tells variance from data mismatch: dev is of another source",
    )
    edits: dict[str, object] = {"split.train": round(split.train - held, 6), "split.train_dev": held}
    return applicable(experiment, [action(label, why, edits)])


def against_growth(experiment: Experiment, decay: float) -> tuple[Action, ...]:
    """An α or a λ with αλ/m ≤ 1 in place of those with 1 − αλ/m = `decay` < −1, by which the penalty alone diverges."""
    paths = ("optimization.learning_rate", "regularization.lambd")
    why = "with αλ/m at most 1 the penalty flips no weight"
    less = [(path, rounded_down(get(experiment, path) / (1 - decay))) for path in paths]
    named = [
        action(f"{name} {value:g}", why, {path: value})
        for name, (path, value) in zip(("learning rate", "λ ="), less, strict=True)
    ]
    return applicable(experiment, named)


def _freer(experiment: Experiment, examples: Parts[int], harder_copies: bool) -> list[Action]:
    """Less of what holds the fit back."""
    actions = undecayed(experiment, examples.train)
    regularization = experiment.regularization
    if experiment.network.hidden and _begins_alike(experiment):
        actions.append(action("He initialization", "units that begin equal stay equal", HE))
    if not _weak(experiment, examples):
        actions += _penalized(regularization, PENALTIES[regularization.kind].weaker, "a smaller penalty bends less")
    if min(keep_probs(experiment)) < 1:
        actions.append(action("no dropout", "dropped units hold the fit back", {"dropout.keep_prob": 1.0}))
    if harder_copies:
        actions.append(action("no changed copies", "they are harder than the examples", {"augmentation.copies": 0}))
    if experiment.early_stopping.monitor != "off":
        why = "it stops before the training set is fitted"
        actions.append(action("no early stopping", why, {"early_stopping.monitor": "off"}))
    return actions


def _begins_alike(experiment: Experiment) -> bool:
    """Whether all weights begin at 0: fine for logistic regression, and no start for hidden units."""
    return experiment.initialization.scheme == "zeros" or experiment.initialization.gain == 0


def _stronger(experiment: Experiment, bigger: Action, stopped_early: bool) -> list[Action]:
    """A bigger network, longer training, another architecture."""
    kinds, longer = set(activations(experiment)), more_time(experiment, stopped_early)
    brief = experiment.optimization.iterations < BRIEF
    if kinds == {"linear"}:  # of which more units are as good as none
        return [longer, bent(experiment)] if brief else [bent(experiment), longer]
    actions = [longer, bigger] if brief else [bigger, longer]
    return [*actions, bent(experiment)] if {"linear", "sigmoid"} & kinds else actions


def _bigger(experiment: Experiment, penalty: dict[str, object]) -> Action:
    """More units, with these edits of the penalty: regularized, they hardly ever hurt."""
    hidden, why = experiment.network.hidden, "a bigger network can fit more"
    beside = ""
    if penalty:
        beside, why = f" and L2 with λ = {penalty['regularization.lambd']:g}", f"{why}, L2 keeps it from overfitting"
    if hidden:
        times = 2 if max(hidden) >= NARROW else 4  # twice a unit or two is as little
        bigger = [times * units for units in hidden]
        edits: dict[str, object] = {"network.hidden": listed(bigger)}
        return action(f"hidden layers {shown(bigger)}{beside}", why, edits | penalty)
    # Lists of one a layer, which are without a hidden one, have to grow too.
    edits = {"network.hidden": "16", "network.activation": "relu"} | penalty
    if experiment.dropout.keep_prob != 1:
        edits["dropout.keep_prob"] = listed([keep_probs(experiment)[0], 1.0])
    return action(f"hidden layers [16]{beside}", why, edits | HE if _begins_alike(experiment) else edits)


def _first_l2(examples: Parts[int], pull: float) -> dict[str, object]:
    """Edits to an L2 penalty of so much λ/m; of an m that is not known, to λ = 1."""
    lambd = rounded_down(pull * examples.train) if examples.train else 1.0
    return {"regularization.kind": "l2", "regularization.lambd": lambd}


def deeper(experiment: Experiment) -> tuple[Action, ...]:
    """A second hidden layer: another architecture, for where neither a wider one nor more time helps."""
    hidden = experiment.network.hidden
    if len(hidden) != 1:
        return ()
    edits: dict[str, object] = {"network.hidden": listed([*hidden, *hidden])}
    why = "another architecture: a second layer bends what the first has bent"
    return applicable(experiment, [action(f"hidden layers {shown([*hidden, *hidden])}", why, edits)])


def _regularized(experiment: Experiment, examples: Parts[int]) -> list[Action]:
    actions = []
    regularization, hidden = experiment.regularization, experiment.network.hidden
    if _slight(experiment, examples):
        edits = _first_l2(examples, FIRST_PENALTY)
        label = f"L2 with λ = {edits['regularization.lambd']:g}"
        actions.append(action(label, "a penalty keeps the weights small", edits))
    else:
        actions += _penalized(regularization, PENALTIES[regularization.kind].stronger, "a larger penalty")
    if hidden and min(keep_probs(experiment)) == 1:
        # The notes' rule of thumb: wide layers about 0.5, narrow ones 0.8.
        keep = [1.0, *(0.5 if units >= 64 else 0.8 for units in hidden)]
        label = f"dropout, keep_prob {shown(keep)}"
        actions.append(action(label, "no unit can rely on one other", {"dropout.keep_prob": listed(keep)}))
    return actions


def _slight(experiment: Experiment, examples: Parts[int]) -> bool:
    """Whether there is no penalty, or an L2 penalty so small that it bends nothing."""
    return isinstance(experiment.regularization.penalty(1), NoPenalty) or _pull(experiment, examples, "l2") < SLIGHT


def strong(experiment: Experiment, examples: Parts[int]) -> bool:
    """Whether there is an L2 penalty that holds any fit back."""
    return STRONG <= _pull(experiment, examples, "l2") < math.inf


def _weak(experiment: Experiment, examples: Parts[int]) -> bool:
    """Whether there is no penalty of which less would free the fit."""
    return isinstance(experiment.regularization.penalty(1), NoPenalty) or _pull(experiment, examples, "l1", "l2") < WEAK


def _pull(experiment: Experiment, examples: Parts[int], *kinds: str) -> float:
    """λ/m of a penalty of one of these kinds; ∞ of another one, or where m is not known."""
    if experiment.regularization.kind not in kinds or not examples.train:
        return math.inf
    return float(get(experiment, "regularization.lambd")) / examples.train


def _penalized(regularization: RegularizationSection, factors: dict[str, float], why: str) -> list[Action]:
    """The knobs of the penalty times these factors, each an action; its label begins with the sign of the knob."""
    actions = []
    for name, factor in factors.items():
        path, value = f"regularization.{name}", factor * getattr(regularization, name)
        actions.append(action(f"{knobs()[path].title.partition(' ')[0]} = {value:g}", why, {path: value}))
    return actions


def _more_examples(experiment: Experiment) -> list[Action]:
    """More examples, to learn from and to measure with, where the source has more."""
    data, why = experiment.data, "more data is the surest cure of variance, and of doubt"
    if data.source in GENERATED:
        # Four times as many halve what chance leaves open.
        more = 4 * (DEFAULT_EXAMPLES if data.examples == "all" else data.examples)
        return [action(f"{count(more)} examples", why, {"data.examples": more})]
    return [action("all examples", why, {"data.examples": "all"})] if data.examples != "all" else []


def _more_rows(experiment: Experiment) -> tuple[Action, ...]:
    """Of a file of a person's own, all of which is used, what that person alone can do."""
    data = experiment.data
    if data.source in (*GENERATED, *SHIPPED) or data.examples != "all":
        return ()
    why = "more data is the surest cure of variance; the learning curve says what twice as many would come to"
    return (action("more rows in the file", why, {}, "learning_curve"),)


def _fuller_train_part(experiment: Experiment, examples: Parts[int]) -> list[Action]:
    """The split that the notes advise, where at least twice as many examples of the same data would be learned from."""
    data = experiment.data
    if data.source in GENERATED or data.dev_source or data.test_source or not examples.train:
        return []
    learned = examples.train / (1 + experiment.augmentation.copies)
    all_ = round(learned + (examples.dev or 0) + (examples.test or 0))
    shares = advised_split(all_)
    if shares[0] * all_ < 2 * learned:
        return []
    label = f"split {'/'.join(f'{100 * share:g}' for share in shares)} %"
    why = f"{count(round(shares[0] * all_))} examples to learn from instead of {count(round(learned))}"
    return [action(label, why, dict(zip(("split.train", "split.dev", "split.test"), shares, strict=True)))]


def _augmented(experiment: Experiment) -> list[Action]:
    """Changed copies of the examples there are; dev examples are none of them."""
    if experiment.augmentation.copies:
        return []
    edits: dict[str, object] = {"augmentation.copies": 2, "augmentation.noise": 0.1}
    return [action("augmentation, 2 noisy copies", "more examples made from those there are", edits)]


def _stopped_early(experiment: Experiment) -> list[Action]:
    if experiment.early_stopping.monitor != "off":
        return []
    why = "it ends where dev is best; L2 keeps the two goals apart"
    return [action("early stopping on dev cost", why, {"early_stopping.monitor": "dev_cost"})]


def _smaller(experiment: Experiment) -> list[Action]:
    smaller = [max(1, units // 2) for units in experiment.network.hidden]
    return [action(f"hidden layers {shown(smaller)}", "a smaller network", {"network.hidden": listed(smaller)})]
