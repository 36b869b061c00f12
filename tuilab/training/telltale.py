"""A verdict on a network that learned of a column which says the label: what is to be doubted, and trained instead."""

from collections.abc import Sequence

from tuilab.experiment import Experiment, knobs
from tuilab.text import clean
from tuilab.training.action import Action, action, applicable
from tuilab.words import listed


def telltale_text(names: Sequence[str]) -> str:
    """What is to be asked of columns of which one alone says the label; nothing of none."""
    if not names:
        return ""
    each, they = ("alone says", "it is") if len(names) == 1 else ("each alone say", "they are")
    quoted = listed([f'"{clean(name, 40)}"' for name in names], 3)
    return f"But {quoted} {each} the label: unless {they} known before the label is, these errors are worth nothing."


def without(experiment: Experiment, names: Sequence[str]) -> tuple[Action, ...]:
    """Training without columns of which one alone says the label."""
    left_out = knobs()["columns.drop"].format((*experiment.columns.drop, *names))
    why = "what says the label is hardly known before the label is"
    return applicable(
        experiment,
        [action(f"leave out {listed([clean(name, 40) for name in names], 3)}", why, {"columns.drop": left_out})],
    )
