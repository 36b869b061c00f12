"""Update rules, one a file. A new rule is one more file here and one more entry in the list."""

from tuilab.nn.optimizer.adam import Adam
from tuilab.nn.optimizer.adamw import AdamW
from tuilab.nn.optimizer.gradient_descent import GradientDescent
from tuilab.nn.optimizer.momentum import Momentum
from tuilab.nn.optimizer.optimizer import Optimizer
from tuilab.nn.optimizer.rmsprop import RMSprop
from tuilab.nn.optimizer.rule import Rule

OPTIMIZERS: dict[str, type[Rule]] = {
    "gradient_descent": GradientDescent,
    "momentum": Momentum,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
"""By the name that an experiment gives them."""

__all__ = ["OPTIMIZERS", "Adam", "AdamW", "GradientDescent", "Momentum", "Optimizer", "RMSprop", "Rule"]
