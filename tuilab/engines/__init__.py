"""What makes the updates, behind one protocol. A new engine is one more file here and one more entry in the list."""

from tuilab.engines.devices import pytorch
from tuilab.engines.fused import FusedEngine, is_quicker, why_missing
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.engines.problem import EngineChoice, Problem
from tuilab.engines.protocol import Engine, EngineType, Order, Stride
from tuilab.engines.torch_engine import TorchEngine

ENGINES: dict[str, EngineType] = {"numpy": NumpyEngine, "fused": FusedEngine, "torch": TorchEngine}
"""By the name that an experiment gives them."""


def choose(problem: Problem) -> EngineChoice:
    """The engine that the experiment asks for; of "auto" the one that is the faster for networks of this size.

    A device or a precision that is asked for decides for the engine that has it. It depends on the problem and on what
    is installed alone. Raises `BadInput` for what cannot be.
    """
    compute = problem.experiment.compute
    name, note = compute.engine, ""
    if name == "auto":
        there = compute.device not in ("auto", "cpu") or compute.precision != "full"
        name = "torch" if there else "fused" if is_quicker(problem.network.sizes) else "numpy"
    refusal = ENGINES[name].refusal(problem)
    if refusal and name == "fused" and compute.engine == "auto":
        name, note = "numpy", f"{refusal.message}; NumPy trains instead"
        refusal = ENGINES[name].refusal(problem)
    if refusal:
        raise refusal
    return EngineChoice(name, ENGINES[name].version(problem), note)


__all__ = [
    "ENGINES",
    "Engine",
    "EngineChoice",
    "EngineType",
    "Order",
    "Problem",
    "Stride",
    "choose",
    "pytorch",
    "why_missing",
]
