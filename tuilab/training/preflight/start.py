"""Does the network begin well?"""

import math

import numpy as np

from tuilab.training.preflight.check import PreflightCheck, Setup
from tuilab.training.signal import first_signal
from tuilab.training.state import Training
from tuilab.training.states.exploded import explodes
from tuilab.training.states.vanished import vanishes
from tuilab.words import number

CONFIDENT, KNOWING = 5.0, 0.2
"""Times ln K, above and below which the cost begins only where weights are far too large, or the labels are known: of
few features He may begin at 4 ln K or at half of it."""
FAINT = 0.05
"""σ of the first layer's activations, below which hardly anything of normalized inputs comes through."""
BARE = 0.2
"""keep_prob below which hardly anything is kept: the notes take 0.5 of wide layers, 0.8 of narrow ones and inputs."""


def first_cost(setup: Setup) -> PreflightCheck | None:
    """Who knows nothing yet says each of K classes with the same probability: the data cost is ln K."""
    if not setup.task.of_classes:
        return None
    cost, expected = Training(setup.problem).data_cost("train"), math.log(setup.classes)
    assert cost is not None
    high, low = too_sure(cost, setup.classes), cost < KNOWING * expected
    advice = (
        "smaller first weights: He or Xavier with gain 1" if high else "something tells the labels before any training"
    )
    return PreflightCheck(
        name="the cost begins near ln K",
        holds=not high and not low,
        said=f"the data cost is {number(cost)} before the first update, ln {setup.classes} = {number(expected)}",
        advice=advice,
    )


def too_sure(cost: float, classes: int) -> bool:
    """Whether the first cost is that of weights far too large, which say of most examples what is wrong."""
    return not cost <= CONFIDENT * math.log(classes)


def signal(setup: Setup) -> PreflightCheck:
    """The signal comes through all layers, and so does the gradient; units differ."""
    layers, normalized = first_signal(setup.problem), setup.experiment.inputs.normalize
    hidden = len(setup.experiment.network.hidden)
    alike = np.empty(0) if layers.alike is None else np.nan_to_num(layers.alike[:-1])
    fault = ""
    if explodes(layers, normalized):
        fault = "explodes"
    elif hidden and (vanishes(layers) or (normalized and layers.std[0] < FAINT)):
        fault = "vanishes"
    elif (alike == 1).any():
        fault = "is the same in every unit"
    last = f"{number(layers.std[-2])} in layer {hidden}" if hidden > 1 else f"{number(layers.std[-1])} at the output"
    said = f"σ of the activations is {number(layers.std[0])} in layer 1 and {last}"
    return PreflightCheck(
        name="the signal comes through",
        holds=not fault,
        said=f"it {fault}: {said}" if fault else said,
        advice="He initialization for ReLU, Xavier for tanh, gain 1",
    )


def dropout(setup: Setup) -> PreflightCheck | None:
    """What is dropped cannot be learned from."""
    if min(setup.problem.keep_probs) == 1:
        return None
    first, least = setup.problem.keep_probs[0], min(setup.problem.keep_probs)
    holds = least >= BARE and first >= 0.5
    return PreflightCheck(
        name="dropout leaves enough",
        holds=holds,
        said=f"keep_prob is {number(least)} at least, {number(first)} of the inputs",
        advice="0.5 for wide layers, 0.8 for narrow ones, 0.8 or more for inputs",
    )
