"""What makes the updates, behind one protocol: the engine called numpy is `NumpyEngine` of `numpy_engine`.

A new one is one more file here, and its name in the list of the experiment's section.
"""

from importlib import import_module

from tuilab.engines.devices import pytorch
from tuilab.engines.fused_engine import is_quicker, why_missing
from tuilab.engines.problem import EngineChoice, Problem
from tuilab.engines.protocol import Engine, EngineType, Order, Stride
from tuilab.experiment.sections.training import ENGINES as NAMES

ENGINES: dict[str, EngineType] = {
    name: getattr(import_module(f"{__name__}.{name}_engine"), f"{name.capitalize()}Engine") for name in NAMES
}
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
