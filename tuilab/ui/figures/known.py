"""What is drawn over iterations, layers or ε, by its one name, letter and color: plots, legends and exports agree."""

from typing import NamedTuple

from tuilab.arrays import Array
from tuilab.ui.plots.series import Hue, Series


class Known(NamedTuple):
    """A kind of curve. The letter marks its end and its name in the legend, and is the whole of it without color."""

    name: str
    letter: str
    hue: Hue

    def series(self, x: Array, y: Array) -> Series:
        """The curve through these points."""
        return Series(self.name, x, y, self.hue, self.letter)


TRAIN = Known("train", "t", "primary")
"""Cost or error of the training part; a cost without its penalty."""
DEV = Known("dev", "d", "warning")
TRAIN_DEV = Known("train-dev", "h", "secondary")
"""Held out of the training source."""
PENALTY = Known("penalty", "p", "error")
TOTAL = Known("total", "J", "success")
"""Train and penalty together: what is minimized."""
EVALUATED = Known("J at the end", "E", "foreground")
"""J in evaluation mode, where the curve is of batches or under dropout masks."""
ACTIVATIONS = Known("σ of activations", "a", "secondary")
GRADIENT = Known("gradient ‖∂J/∂W‖", "g", "foreground")
PREDICTED = Known("predicted gainˡ", "e", "muted")
WEIGHTS = Known("‖W‖", "w", "secondary")
UPDATE = Known("update ‖ΔW‖/‖W‖", "u", "foreground")
ONE_SIDED = Known("one-sided, O(ε)", "1", "foreground")
TWO_SIDED = Known("two-sided, O(ε²)", "2", "secondary")
ACTIVATION = Known("g, the activation", "f", "primary")
Z = Known("how often z", "z", "warning")
TRAINER = Known("trainer", "r", "primary")
MACHINE = Known("machine", "m", "warning")
CARD = Known("busiest card", "c", "success")
FORETOLD = Known("foretold", "o", "secondary")
RIGHT = Known("is right", "s", "warning")
"""The share of examples about which a network is right, that says so much of them."""
BEST = Known("best by value", "b", "success")
"""The lowest dev error of all points with that value of a knob."""
PERFECT = Known("a perfect model", "i", "muted")

KNOWN = (
    TRAIN, DEV, TRAIN_DEV, PENALTY, TOTAL, EVALUATED, ACTIVATIONS, GRADIENT, PREDICTED, WEIGHTS, UPDATE, ONE_SIDED,
    TWO_SIDED, ACTIVATION, Z, TRAINER, MACHINE, CARD, FORETOLD, RIGHT, BEST, PERFECT
)  # fmt: skip
PARENT = "^"
"""The marker of other runs beneath, which are muted."""
