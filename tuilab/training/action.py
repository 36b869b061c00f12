"""What a verdict recommends: a change of the experiment that a person makes with one key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, activations, edit, get
from tuilab.words import count

HE: dict[str, object] = {"initialization.scheme": "he", "initialization.gain": 1.0}


OUTRAGEOUS = 100.0
"""A learning rate of which a tenth would be as bad."""


class Action(Struct, frozen=True, kw_only=True):
    """One recommended change: `edits` are {path: text}, which `tuilab.experiment.edit` accepts for its experiment."""

    label: str
    why: str
    edits: dict[str, str]


def action(label: str, why: str, edits: Mapping[str, object]) -> Action:
    """An action with the values of its edits as text."""
    return Action(label=label, why=why, edits={path: str(value) for path, value in edits.items()})


def listed(values: Sequence[int] | Sequence[float]) -> str:
    """Values as the text of a list."""
    return ", ".join(str(value) for value in values)


def applicable(experiment: Experiment, actions: Iterable[Action]) -> tuple[Action, ...]:
    """Those whose edits stay within the bounds of the experiment's fields and change something."""

    def changes(one: Action) -> bool:
        try:
            return edit(experiment, one.edits) != experiment
        except BadInput:
            return False

    return tuple(one for one in actions if changes(one))


def undoes(one: Action, experiment: Experiment, before: Mapping[str, Any]) -> bool:
    """Whether it takes a knob of `experiment` back towards the value that it had `before`, by path."""
    after = edit(experiment, one.edits)
    return any(_towards(get(experiment, path), get(after, path), old) for path, old in before.items())


def _towards(now: Any, then: Any, old: Any) -> bool:
    """Whether `then` is on the side of `old`, seen from `now`."""
    if then == now:
        return False
    sizes = [_size(value) for value in (now, then, old)]
    if None in sizes:
        return bool(then == old)
    start, end, back = (size or 0.0 for size in sizes)
    return (end - start) * (back - start) > 0


def _size(value: Any) -> float | None:
    """Of a number itself, of a list of them their sum."""
    if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
        return float(sum(value))
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def smaller_steps(experiment: Experiment) -> list[Action]:
    """A round bowl where it is not one, and a smaller α."""
    rate = experiment.optimization.learning_rate
    rate = rate / 10 if rate <= OUTRAGEOUS else 0.1
    smaller = action(f"learning rate {rate:g}", "smaller steps stay in the bowl", {"optimization.learning_rate": rate})
    if experiment.inputs.normalize:
        return [smaller]
    return [action("normalize the inputs", "a round bowl bears larger steps", {"inputs.normalize": "true"}), smaller]


def better_start(experiment: Experiment) -> list[Action]:
    """First weights that hold the signal at its size: He for ReLU, Xavier for the others, an identity as it is."""
    first = experiment.initialization
    if first.scheme == "identity":
        return [action("gain 1", "an identity of 1 holds the signal at its size", {"initialization.gain": 1.0})]
    if {"relu", "leaky_relu"} & set(activations(experiment)):
        return [action("He initialization", "a variance of 2/n_in holds the signal of ReLU", HE)]
    why = "a variance of 1/n_in holds the signal at its size"
    return [action("Xavier initialization", why, {"initialization.scheme": "xavier", "initialization.gain": 1.0})]


def more_time(experiment: Experiment, stopped_early: bool) -> Action:
    """Longer training; where early stopping ended it, more patience, since more iterations could not act."""
    if stopped_early:
        patience = 4 * experiment.early_stopping.patience
        why = "early stopping ended it, more iterations alone would not act"
        return action(f"patience {count(patience)}", why, {"early_stopping.patience": patience})
    iterations = 2 * experiment.optimization.iterations
    why = "it may only need more time"
    return action(f"train to {count(iterations)} iterations", why, {"optimization.iterations": iterations})
