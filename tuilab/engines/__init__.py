"""What makes the updates, behind one protocol. A new engine is one more file here and one more entry in the list."""

from tuilab.engines.fused import FusedEngine, why_missing
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.engines.problem import EngineChoice, Problem
from tuilab.engines.protocol import Engine, EngineType, Order, Stride
from tuilab.errors import BadInput

ENGINES: dict[str, EngineType] = {"numpy": NumpyEngine, "fused": FusedEngine}
"""By the name that an experiment gives them."""
FUSED_WIDEST = 128
"""Units of a layer beyond which the products of matrices are all that takes time, and NumPy's are the faster ones."""


def choose(problem: Problem) -> EngineChoice:
    """The engine that the experiment asks for; of "auto" the one that is the faster for networks of this size.

    It depends on the problem and on what is installed alone. Raises `BadInput` for one that cannot train it.
    """
    asked = problem.experiment.compute.engine
    small = max(problem.network.sizes) <= FUSED_WIDEST
    name = asked if asked != "auto" else "fused" if small else "numpy"
    refusal = ENGINES[name].refusal(problem)
    if refusal and asked != "auto":
        raise BadInput(refusal, path="compute.engine")
    name = "numpy" if refusal else name
    return EngineChoice(name, ENGINES[name].version(), f"{refusal}; NumPy trains instead" if refusal else "")


__all__ = [
    "ENGINES",
    "FUSED_WIDEST",
    "Engine",
    "EngineChoice",
    "EngineType",
    "Order",
    "Problem",
    "Stride",
    "choose",
    "why_missing",
]
