"""The mathematics: one concept a file, each a pair of functions, forward beside backward. X has shape (m, n_x)."""

from tuilab.nn.activation import ACTIVATIONS, Activation
from tuilab.nn.dropout import Dropout
from tuilab.nn.gradient_check import GradientReport, ParameterCheck, check_gradient, gradient, numerical_gradient
from tuilab.nn.initializer import initialize
from tuilab.nn.loss import SigmoidCrossEntropy, SoftmaxCrossEntropy, loss_for
from tuilab.nn.network import Network, Pass
from tuilab.nn.optimizer import OPTIMIZERS, Adam, GradientDescent, Momentum, Optimizer, RMSprop
from tuilab.nn.parameters import Parameters
from tuilab.nn.regularizer import Penalty, penalty

__all__ = [
    "ACTIVATIONS",
    "OPTIMIZERS",
    "Activation",
    "Adam",
    "Dropout",
    "GradientDescent",
    "GradientReport",
    "Momentum",
    "Network",
    "Optimizer",
    "ParameterCheck",
    "Parameters",
    "Pass",
    "Penalty",
    "RMSprop",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "check_gradient",
    "gradient",
    "initialize",
    "loss_for",
    "numerical_gradient",
    "penalty",
]
