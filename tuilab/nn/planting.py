"""Bugs planted into a gradient on purpose, so that a learner sees the gradient check catch and name them.

The factor 2 on dW2 and the 4/m on db1 are those of the course's notebook "Gradient Checking".
"""

from typing import NamedTuple

import numpy as np

from tuilab.errors import BadInput
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import Penalty
from tuilab.text import clean


class Bug(NamedTuple):
    """The faulty gradient is data·∂J_data/∂θ + penalty·∂J_penalty/∂θ."""

    why: str
    """What a programmer did wrong, in one line."""
    parameter: str | None
    """The one parameter it is in; None is all of them."""
    data: float
    penalty: float


def bugs(depth: int, examples: int) -> dict[str, Bug]:
    """Every bug that can be planted into a network of `depth` layers, trained on m = `examples`, by its name."""
    found = {
        "forgotten-penalty": Bug("the penalty is in J, its gradient is not in dW", None, 1, 0),
        "doubled-penalty": Bug("(2λ/m)·W in dW: the ½ of λ/2m is forgotten", None, 1, 2),
    }
    for layer in range(1, depth + 1):
        found |= {
            f"dW{layer}-factor-2": Bug("a stray factor: dW = 2·(1/m)·A⊤dZ", f"W{layer}", 2, 1),
            f"dW{layer}-wrong-sign": Bug("dW = −(1/m)·A⊤dZ", f"W{layer}", -1, 1),
            f"dW{layer}-not-averaged": Bug("the sum over the examples, without 1/m", f"W{layer}", examples, 1),
            f"db{layer}-4-over-m": Bug("db = (4/m)·ΣdZ for (1/m)·ΣdZ", f"b{layer}", 4, 1),
            f"db{layer}-forgotten": Bug("db stays 0", f"b{layer}", 0, 1),
        }
    return found


def plant(name: str, gradient: Parameters, parameters: Parameters, penalty: Penalty, examples: int) -> Parameters:
    """The gradient ∂J/∂θ at `parameters`, right in `gradient`, as the bug called `name` would make it.

    m = `examples`. Neither argument is changed. Raises `BadInput` for a name that `bugs` does not have, and for a bug
    that changes nothing here.
    """
    depth = len(gradient.weights)
    bug = bugs(depth, examples).get(name)
    if bug is None:
        raise BadInput(f"must be one of {_patterns(depth)}, not {clean(name, 60)!r}", path="plant")
    of_penalty, faulty = Parameters(gradient.sizes), Parameters(gradient.sizes)
    penalty.add_gradient(parameters, of_penalty, Parameters(gradient.sizes))
    for one, result in faulty.named().items():
        right, term = gradient.named()[one], of_penalty.named()[one]
        result[:] = right if bug.parameter not in (one, None) else bug.data * (right - term) + bug.penalty * term
    if np.array_equal(faulty.theta, gradient.theta):
        raise BadInput(f"{name} leaves the gradient as it is: what it would change is 0 here, or m is 1", path="plant")
    return faulty


def _patterns(depth: int) -> str:
    """The names in one line, ℓ for the number of the layer."""
    names = [name.replace("1", "ℓ", 1) for name in bugs(1, 1)]
    return f"{', '.join(names)} with ℓ from 1 to {depth}"
