"""What a task makes of its output, written down as nodes of a graph: its own functions are called with a name for z."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from tuilab.errors import BadInput

_OPERATORS: dict[np.ufunc, str] = {
    np.add: "Add",
    np.subtract: "Sub",
    np.multiply: "Mul",
    np.divide: "Div",
    np.negative: "Neg",
    np.absolute: "Abs",
    np.sqrt: "Sqrt",
    np.exp: "Exp",
    np.log: "Log",
    np.tanh: "Tanh",
    np.maximum: "Max",
    np.minimum: "Min",
}


class Traced(NDArrayOperatorsMixin):
    """z of one output as `name` of a graph, in float64: what NumPy is told to make of it becomes one more node."""

    def __init__(self, name: str, node: Callable[..., str], constant: Callable[[Any], str]) -> None:
        """`node` writes down an operator with its inputs, `constant` a number; both give the name of what comes out."""
        self.name, self._node, self._constant = name, node, constant

    def __getitem__(self, row: int) -> "Traced":
        """The only row."""
        assert row == 0
        return self

    def astype(self, dtype: Any) -> "Traced":
        return self

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> "Traced":
        if method != "__call__" or settings or ufunc not in _OPERATORS:
            raise BadInput(f"ONNX is not told numpy.{ufunc.__name__}, of which this task makes its prediction")
        names = [one.name if isinstance(one, Traced) else self._constant(np.float64(one)) for one in inputs]
        return Traced(self._node(_OPERATORS[ufunc], *names), self._node, self._constant)
