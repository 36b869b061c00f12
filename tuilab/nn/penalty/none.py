"""No penalty."""

from tuilab.nn.penalty.penalty import Penalty


class NoPenalty(Penalty, frozen=True):
    """Nothing keeps the weights small."""
