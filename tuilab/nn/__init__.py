"""The mathematics: one concept a file, each a pair of functions, forward beside backward. X has shape (m, n_x)."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tuilab.nn.activation import ACTIVATIONS, Activation
from tuilab.nn.dropout import Dropout
from tuilab.nn.initializer import INITIALIZERS, initialize
from tuilab.nn.network import Network, Pass
from tuilab.nn.optimizer import OPTIMIZERS, Optimizer, Rule
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import PENALTIES, Penalty
from tuilab.nn.task import TASKS, Task

if TYPE_CHECKING:
    from tuilab.nn.function_check import check_function, sweep_function
    from tuilab.nn.gradient_check import CoordinateCheck, GradientReport, ParameterCheck, check_gradient, gradient
    from tuilab.nn.numerical import NumericalGradient, numerical_gradient
    from tuilab.nn.planting import Bug, bugs, plant
    from tuilab.nn.sweep import EpsilonCurve, EpsilonPoint, epsilon_sweep

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "OPTIMIZERS",
    "PENALTIES",
    "TASKS",
    "Activation",
    "Bug",
    "CoordinateCheck",
    "Dropout",
    "EpsilonCurve",
    "EpsilonPoint",
    "GradientReport",
    "Network",
    "NumericalGradient",
    "Optimizer",
    "ParameterCheck",
    "Parameters",
    "Pass",
    "Penalty",
    "Rule",
    "Task",
    "bugs",
    "check_function",
    "check_gradient",
    "epsilon_sweep",
    "gradient",
    "initialize",
    "numerical_gradient",
    "plant",
    "sweep_function",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """What checks gradients is loaded when it is asked for: data are read and networks trained without it."""
        if name in __all__:
            for module in ("gradient_check", "function_check", "numerical", "planting", "sweep"):
                found = import_module(f"{__name__}.{module}")
                if name in vars(found):
                    return vars(found)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
