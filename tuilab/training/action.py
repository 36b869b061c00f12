"""What a verdict recommends: a change of the experiment that a person makes with one key."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from tuilab.engines.batches import batches_per_epoch, learning_rate
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, activations, edit
from tuilab.words import count, repeated

HE: dict[str, object] = {"initialization.scheme": "he", "initialization.gain": 1.0}
RELU_WITH_HE = "ReLU with He initialization"


OUTRAGEOUS = 100.0
"""A learning rate of which a tenth would be as bad."""
REACHED = 4
"""Hidden layers that any initializer reaches through."""
A_MOMENT = 1000
"""Iterations of which fewer tell little of what more would do."""
WIDE = 16
"""ReLU units of which hardly ever all die."""
SPENT = 0.1
"""Of α, what is left of it after half of the iterations where it decays so fast that the rest of them move nothing."""


class Action(Struct, frozen=True, kw_only=True):
    """One recommended change: `edits` are {path: text}, which `tuilab.experiment.edit` accepts for its experiment."""

    label: str
    why: str
    edits: dict[str, str]
    room: str = ""
    """Where the lab tells more, of what no edit makes; empty if nowhere."""

    @property
    def has_key(self) -> bool:
        """Whether a key can do it."""
        return bool(self.edits or self.room)


def action(label: str, why: str, edits: Mapping[str, object], room: str = "") -> Action:
    """An action with the values of its edits as text."""
    return Action(label=label, why=why, edits={path: str(value) for path, value in edits.items()}, room=room)


def shown(values: Sequence[int] | Sequence[float]) -> str:
    """Values for a person, in brackets: many of the same as `2×150`."""
    return f"[{', '.join(repeated(values))}]"


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


def rounded_down(rate: float) -> float:
    """The largest number of one digit that is not above `rate`."""
    digits = f"{rate:.16e}"
    return float(f"{digits[0]}{digits[digits.index('e') :]}")


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
        return [he()]
    why = "a variance of 1/n_in holds the signal at its size"
    return [action("Xavier initialization", why, {"initialization.scheme": "xavier", "initialization.gain": 1.0})]


def he() -> Action:
    """He initialization."""
    return action("He initialization", "a variance of 2/n_in holds the signal of ReLU", HE)


def bent(experiment: Experiment) -> Action:
    """ReLU layers, not more than their first weights reach through, and then none so narrow that all of it may die."""
    edits: dict[str, object] = {"network.activation": "relu", **HE}
    label, why = RELU_WITH_HE, "linear layers cannot bend, sigmoids learn slowly"
    if len(experiment.network.hidden) > REACHED:
        few = {**shorter(experiment), **edits, "network.hidden": listed(REACHED * [WIDE])}
        return action(f"{REACHED} hidden layers of {WIDE}, {label}", why, few)
    return action(label, why, edits)


def shorter(experiment: Experiment) -> dict[str, object]:
    """Edits that leave the first layers, not more than first weights reach through."""
    kind, keep = experiment.network.activation, experiment.dropout.keep_prob
    edits: dict[str, object] = {"network.hidden": listed(experiment.network.hidden[:REACHED])}
    if isinstance(kind, tuple):
        edits["network.activation"] = ", ".join(kind[:REACHED])
    if isinstance(keep, tuple):
        edits["dropout.keep_prob"] = listed(keep[: REACHED + 1])
    return edits


def more_time(experiment: Experiment, stopped_early: bool) -> Action:
    """Longer training; where early stopping ended it, more patience, since more iterations could not act."""
    if stopped_early:
        patience = 4 * experiment.early_stopping.patience
        why = "early stopping ended it, more iterations alone would not act"
        return action(f"patience {count(patience)}", why, {"early_stopping.patience": patience})
    iterations = max(2 * experiment.optimization.iterations, A_MOMENT)
    why = "it may only need more time"
    return action(f"train to {count(iterations)} iterations", why, {"optimization.iterations": iterations})


def undecayed(experiment: Experiment, examples: int | None) -> list[Action]:
    """The α that there is, all along, where most iterations have next to nothing of it left; of so many examples."""
    optimization = experiment.optimization
    if optimization.decay == "none" or not examples:
        return []
    updates = 1 if optimization.batch_size == "full" else batches_per_epoch(examples, optimization.batch_size)
    left = learning_rate(1, optimization.decay, optimization.decay_rate, optimization.iterations // 2 // updates)
    if left > SPENT:
        return []
    why = f"after half of the iterations α is {100 * left:.2g} % of itself, which moves nothing"
    return [action("no decay of α", why, {"optimization.decay": "none"})]
