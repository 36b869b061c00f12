"""What the torch engine cannot train: what is too large for its device, and mathematics that tensors do not know."""

from typing import cast

import numpy as np
from msgspec import structs

from tuilab.arrays import Array
from tuilab.engines.devices import device_of, refused_for_memory
from tuilab.engines.problem import Problem
from tuilab.engines.tensors import DeviceArray, NotKnown
from tuilab.errors import BadInput
from tuilab.nn import Optimizer, Parameters, Pass

_EVALUATED = 2048
"""Examples that evaluation looks at at a time, about."""
_LIBRARIES = 96 << 20
"""Bytes, about, that the libraries of a GPU take for themselves."""


def memory_needed(problem: Problem) -> int:
    """Bytes, by estimate, that training takes on a device: the data, θ with all that is like it, and buffers."""
    sizes, initial = problem.network.sizes, problem.initial
    slots = len(problem.experiment.optimization.rule.slots)
    like_theta = 3 + slots + (2 + slots)  # now, before, the gradient; what a stride may have to go back to
    examples = sum(len(part.y) for part in problem.dataset.parts.values())
    rows = problem.batch_rows + min(_EVALUATED, examples)
    numbers = like_theta * initial.theta.size + examples * sizes[0] + 4 * rows * sum(sizes)
    return initial.theta.itemsize * numbers + _LIBRARIES


def too_large(problem: Problem) -> BadInput | None:
    """The refusal of what does not fit into the memory of its device; None if it does."""
    device, rows = device_of(problem.experiment), problem.batch_rows
    what = f"{problem.initial.theta.size:,} parameters with {rows:,} examples a batch"
    return refused_for_memory(device, memory_needed(problem), what, "compute.device")


def not_known(problem: Problem) -> BadInput | None:
    """The refusal of mathematics that tensors do not know, if there is any: found by an update in the small."""
    network, rule = problem.network, problem.experiment.optimization.rule
    small = structs.replace(network, sizes=(*[1] * network.depth, network.sizes[-1]))
    theta, y = DeviceArray.of(Parameters(small.sizes).theta, "cpu"), np.zeros(2, problem.dataset.train.y.dtype)
    weights, gradient, after = (Parameters(small.sizes, theta=cast(Array, theta.copy())) for _ in range(3))
    X, targets = (DeviceArray.of(array, "cpu") for array in (np.zeros((2, 1)), small.targets(y, float)))
    try:
        Pass(small, 2, like=weights.theta).cost_and_gradient(weights, cast(Array, X), cast(Array, targets), gradient)
        problem.penalty.cost(weights)
        Optimizer(rule, small.sizes, problem.penalty, like=weights.theta).update(weights, gradient, 0.1, after)
        z = Pass(small, 2, like=weights.theta).forward(weights, cast(Array, X))
        small.task.errors(z, y)
        small.loss.losses(z, cast(Array, targets))
    except NotKnown as error:
        return BadInput(f"the torch engine does not know {error}, which this experiment needs", path="compute.engine")
    return None
