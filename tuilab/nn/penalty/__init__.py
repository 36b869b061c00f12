"""What keeps weights small, one kind a file. A new one is one more file here and one more entry in the list."""

from tuilab.nn.penalty.l1 import L1
from tuilab.nn.penalty.l2 import L2
from tuilab.nn.penalty.max_norm import MaxNorm
from tuilab.nn.penalty.none import NoPenalty
from tuilab.nn.penalty.penalty import Penalty

PENALTIES: dict[str, type[Penalty]] = {"none": NoPenalty, "l2": L2, "l1": L1, "max_norm": MaxNorm}
"""By the name that an experiment gives them."""

__all__ = ["L1", "L2", "PENALTIES", "MaxNorm", "NoPenalty", "Penalty"]
