"""A knob that is said to do nothing does nothing; the others are left to the tests of what they do."""

from functools import cache

import pytest

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, get, idle, knobs
from tuilab.training import Training, build, train

BASE = edit(
    Experiment(),
    {
        "data.source": "digits",
        "data.examples": "60",
        "network.hidden": "3",
        "optimization.iterations": "5",
        "optimization.batch_size": "16",
        "regularization.lambd": "0.5",
    },
)
CHOICES = {
    "data.source": ("breast-cancer", "digits", "moons", "sine"),
    "data.dev_source": ("",),
    "data.test_source": ("",),
    "augmentation.copies": ("0", "1"),
    "network.hidden": ("", "3"),
}
"""Values of the choosers that are no menus."""
OTHERS = {
    "data.label": "other",
    "augmentation.noise": "0.3",
    "data.noise": "0.3",
    "augmentation.flip": "both",
    "diagnosis.noise": "0.3",
    "network.activation": "tanh",
    "columns.drop_rows": "2",
    "columns.keep_rows": "2",
}
CASES = [
    (path, chooser, choice)
    for path, knob in knobs().items()
    for chooser in dict.fromkeys(knob.choosers)
    for choice in CHOICES.get(chooser, knobs()[chooser].choices)
    if idle(edit(BASE, {chooser: choice}), path)
]


def other(path: str) -> str:
    """A value of the knob that is not the default."""
    knob = knobs()[path]
    if path in OTHERS:
        return OTHERS[path]
    match knob.kind:
        case "choice":
            return next(choice for choice in knob.choices if choice != knob.default)
        case "switch":
            return knob.format(not knob.default)
        case "text" | "names":
            return "other"
        case "integer":
            return str(knob.default + 1)
        case _:
            return str(knob.default / 2 or 0.25)


@cache
def trained(experiment: Experiment) -> tuple[bytes, bytes]:
    """What was prepared, and the weights that were learned."""
    training = Training(build(experiment))
    list(train(training))
    prepared = b"".join(part.X.tobytes() + part.y.tobytes() for part in training.problem.dataset.parts.values())
    return prepared, training.engine.parameters.theta.tobytes()


def test_every_chooser_has_a_case() -> None:
    assert {path for path, _, _ in CASES} == {path for path, knob in knobs().items() if knob.rules}
    assert {chooser for _, chooser, _ in CASES} == {chooser for knob in knobs().values() for chooser in knob.choosers}


@pytest.mark.parametrize(("path", "chooser", "choice"), CASES)
def test_a_knob_that_is_dimmed_changes_nothing(path: str, chooser: str, choice: str) -> None:
    dimmed = edit(BASE, {chooser: choice})
    changed = edit(dimmed, {path: other(path)})
    assert get(changed, path) != get(dimmed, path)
    try:
        assert trained(changed) == trained(dimmed)
    except BadInput as error:  # which says more
        assert error.path in (path, chooser, "task")
