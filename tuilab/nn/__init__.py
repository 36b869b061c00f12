"""The mathematics: one concept a file, each a pair of functions, forward beside backward. X has shape (m, n_x)."""

from tuilab.nn.activation import ACTIVATIONS, Activation
from tuilab.nn.dropout import Dropout
from tuilab.nn.function_check import check_function, sweep_function
from tuilab.nn.gradient_check import CoordinateCheck, GradientReport, ParameterCheck, check_gradient, gradient
from tuilab.nn.initializer import INITIALIZERS, initialize
from tuilab.nn.loss import SigmoidCrossEntropy, SoftmaxCrossEntropy, loss_for
from tuilab.nn.network import Network, Pass
from tuilab.nn.numerical import NumericalGradient, numerical_gradient
from tuilab.nn.optimizer import OPTIMIZERS, Optimizer, Rule
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import PENALTIES, Penalty
from tuilab.nn.planting import Bug, bugs, plant
from tuilab.nn.sweep import Sweep, SweepPoint, epsilon_sweep

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "OPTIMIZERS",
    "PENALTIES",
    "Activation",
    "Bug",
    "CoordinateCheck",
    "Dropout",
    "GradientReport",
    "Network",
    "NumericalGradient",
    "Optimizer",
    "ParameterCheck",
    "Parameters",
    "Pass",
    "Penalty",
    "Rule",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "Sweep",
    "SweepPoint",
    "bugs",
    "check_function",
    "check_gradient",
    "epsilon_sweep",
    "gradient",
    "initialize",
    "loss_for",
    "numerical_gradient",
    "plant",
    "sweep_function",
]
