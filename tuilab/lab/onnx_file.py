"""A run's network as ONNX, with what makes its inputs: the one place of the package onnx (extra `onnx`).

Computed as `Model.inputs` and the task do. A row goes in as `X` (rows, n) in float64, or, where columns are of many
kinds, as an input (rows, 1) for each column, by its name: numbers, dates as days since 1970-01-01, both NaN where they
are missing, and texts. Out come `logits`, of classes `probabilities` and `label`, of numbers `prediction`.
"""

import math
from collections.abc import Iterable
from typing import Any, cast

import msgspec
import numpy as np

from tuilab.arrays import Array
from tuilab.data.columns.encoders import YEAR, Encoder, Encoders
from tuilab.errors import BadInput
from tuilab.lab.onnx_trace import Traced
from tuilab.nn import Parameters
from tuilab.nn.activation import LEAK
from tuilab.runs.model import Model, encoded
from tuilab.text import clean

OPSETS = {"": 17, "ai.onnx.ml": 3}
IR = 8
"""The version of the format that belongs to the first of them, of 2022."""
NOT_INCLUDED = (
    "Not in this file: the reading of texts as numbers and dates (dates go in as days since 1970-01-01, a missing "
    "number or date as NaN), the spaces around a text, marks of a missing text other than small, capital and "
    "Capitalized ones, the refusal of what is no value or too large, and the data."
)
"""What `tuilab predict` does besides."""
_UNKNOWN = "\0"  # a text that no file of data holds
_DOUBLE, _FLOAT = "DOUBLE", "FLOAT"


def weights_onnx(parameters: Parameters, model: Model) -> bytes:
    """The network with those weights. Raises `BadInput` where onnx is missing, or the file would be too large."""
    try:
        import onnx
    except ImportError:
        raise BadInput("ONNX needs the package onnx: pip install 'tuilab[onnx]'") from None
    graph = _Graph(onnx)
    inputs = graph.normalized(graph.columns(model.encoders.encoders) if model.encoders else graph.plain(model), model)
    graph.outputs(graph.network(inputs, parameters, model), model)
    told = {
        "classes": msgspec.json.encode(model.classes).decode(),
        "features": msgspec.json.encode(model.features).decode(),
        "model": encoded(model).decode(),
        "not_included": NOT_INCLUDED,
    }
    return graph.serialized(told)


class _Graph:
    """A graph in the making: its nodes, constants, inputs and outputs, no two of which share a name."""

    def __init__(self, onnx: Any) -> None:
        self._onnx, self._make = onnx, onnx.helper
        self._nodes, self._constants = list[Any](), list[Any]()
        self._inputs, self._outputs = list[Any](), list[Any]()
        self._taken = set[str]()

    def node(self, kind: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any) -> str:
        """What an operator makes of `inputs`."""
        made = self._name(name or kind)
        self._nodes.append(self._make.make_node(kind, inputs, [made], made, domain=domain, **attributes))
        return made

    def constant(self, name: str, value: Any) -> str:
        """An array, of numbers or of texts."""
        made = self._name(name)
        array = np.asarray(value)
        if array.dtype.kind in "UO":
            texts = [text.encode() for text in array.ravel().tolist()]
            tensor = self._make.make_tensor(made, self._onnx.TensorProto.STRING, array.shape, texts)
        else:
            tensor = self._onnx.numpy_helper.from_array(np.ascontiguousarray(array), made)
        self._constants.append(tensor)
        return made

    def input(self, name: str, kind: str, width: int) -> str:
        """(rows, width) of a type."""
        made = self._name(name)
        self._inputs.append(self._value(made, kind, ["rows", width]))
        return made

    def plain(self, model: Model) -> str:
        """Raw examples, (rows, n) in float64."""
        return self.input("X", _DOUBLE, len(model.features))

    def columns(self, encoders: Iterable[Encoder]) -> str:
        """The same of columns of many kinds, each an input of its own."""
        kinds = [(one, "STRING" if one.reading.kind == "category" else _DOUBLE) for one in encoders]
        given = [(one, self.input(one.reading.name, kind, 1)) for one, kind in kinds]
        made = [self._category(one, x) if one.reading.kind == "category" else self._number(one, x) for one, x in given]
        return self.node("Concat", *made, axis=1, name="raw")

    def normalized(self, raw: str, model: Model) -> str:
        """(raw − μ)/σ, in float64."""
        centered = self.node("Sub", raw, self.constant("mean", np.array(model.mean)))
        return self.node("Div", centered, self.constant("scale", np.array(model.scale)), name="normalized")

    def network(self, inputs: str, parameters: Parameters, model: Model) -> str:
        """The logits, (rows, outputs), of normalized inputs, in the precision of the weights."""
        dtype = parameters.theta.dtype
        kind = _FLOAT if dtype == np.float32 else _DOUBLE
        a = self.node("Cast", inputs, to=self._type(kind))
        for layer, (weight, bias) in enumerate(zip(parameters.weights, parameters.biases, strict=True), 1):
            last = layer == len(parameters.weights)
            product = self.node("MatMul", a, self.constant(f"W{layer}", weight))
            a = self.node("Add", product, self.constant(f"b{layer}", bias), name="logits" if last else f"z{layer}")
            if not last:
                a = self._activated(a, model.activations[layer - 1], dtype)
        self._outputs.append(self._value(a, kind, ["rows", model.layers[-1]]))
        return a

    def outputs(self, logits: str, model: Model) -> None:
        """What the logits mean, in float64: a number in its units, or the probability of each class, and the class."""
        z = self.node("Cast", logits, to=self._type(_DOUBLE))
        task = model.network.task
        if not task.of_classes:
            said: Any = task.predict(cast(Array, Traced(z, self.node, lambda value: self.constant("number", value))))
            prediction = self.node("Identity", said.name, name="prediction")
            self._outputs.append(self._value(prediction, _DOUBLE, ["rows", 1]))
            return
        if model.layers[-1] == 1:
            no, yes = self.node("Sigmoid", self.node("Neg", z)), self.node("Sigmoid", z)
            chances = self.node("Concat", no, yes, axis=1, name="probabilities")
            bar = self.constant("bar", np.array(math.log(model.threshold / (1 - model.threshold))))
            above = self.node("Cast", self.node("Greater", z, bar), to=self._type("INT64"))
            index = self.node("Squeeze", above, self.constant("axis", np.array([1])))
        else:
            chances = self.node("Softmax", z, axis=1, name="probabilities")
            index = self.node("ArgMax", z, axis=1, keepdims=0)
        label = self.node("Gather", self.constant("classes", list(model.classes)), index, name="label")
        self._outputs.append(self._value(chances, _DOUBLE, ["rows", len(model.classes)]))
        self._outputs.append(self._value(label, "STRING", ["rows"]))

    def serialized(self, told: dict[str, str]) -> bytes:
        """The file, with texts in its metadata. Raises `BadInput` above 2 GiB, which the format does not hold."""
        graph = self._make.make_graph(self._nodes, "network", self._inputs, self._outputs, self._constants)
        sets = [self._make.make_opsetid(domain, version) for domain, version in OPSETS.items()]
        model = self._make.make_model(graph, opset_imports=sets, ir_version=IR, producer_name="tuilab")
        model.doc_string = NOT_INCLUDED
        self._make.set_model_props(model, told)
        try:
            content: bytes = model.SerializeToString()
        except Exception as error:  # what protobuf raises above 2 GiB depends on its version
            raise BadInput(f"cannot be an ONNX file: {clean(str(error), 120)}") from None
        return content

    def _category(self, one: Encoder, x: str) -> str:
        """A row of a table for each text that is known: what it becomes is what the encoder makes of it."""
        marks = [form for mark in sorted(one.reading.marks) for form in (mark, mark.upper(), mark.capitalize())]
        texts = list(dict.fromkeys([*one.reading.levels, *one.reading.own_marks, *marks]))
        values = [math.nan if value is None else value for value in one.reading.values([*texts, _UNKNOWN])]
        table = self.constant(f"{one.reading.name}/table", Encoders(encoders=(one,)).apply(np.array(values)[:, None]))
        places = self.node(
            "LabelEncoder",
            x,
            domain="ai.onnx.ml",
            keys_strings=texts,
            values_int64s=range(len(texts)),
            default_int64=len(texts),
        )
        return self.node("Gather", table, self.node("Squeeze", places, self.constant("axis", np.array([1]))))

    def _number(self, one: Encoder, x: str) -> str:
        """A number or a date, the median where it is missing, and the input that says so."""
        missing = self.node("IsNaN", x)
        for number, marking in enumerate(one.reading.marked):
            mark = self.constant(f"mark {number}", np.array(marking))
            missing = self.node("Or", missing, self.node("Equal", x, mark))
        filled = self.node("Where", missing, self.constant("median", np.array(one.median)), x)
        made = [filled]
        if one.reading.kind == "date":
            angle = self.node("Mul", filled, self.constant("year", np.array(2 * math.pi / YEAR)))
            quarter = self.node("Add", angle, self.constant("quarter", np.array(math.pi / 2)))
            made += [self.node("Sin", angle), self.node("Sin", quarter)]
        made += [self.node("Cast", missing, to=self._type(_DOUBLE))] * one.marks_missing
        return self.node("Concat", *made, axis=1)

    def _activated(self, z: str, activation: str, dtype: Any) -> str:
        match activation:
            case "linear":
                return z
            case "leaky_relu":  # LeakyRelu is of float32 alone in some runtimes
                return self.node("Max", z, self.node("Mul", z, self.constant("leak", np.array(LEAK, dtype))))
            case _:
                return self.node({"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid"}[activation], z)

    def _value(self, name: str, kind: str, shape: list[str | int]) -> Any:
        return self._make.make_tensor_value_info(name, self._type(kind), shape)

    def _type(self, kind: str) -> Any:
        return getattr(self._onnx.TensorProto, kind)

    def _name(self, wanted: str) -> str:
        """`wanted`, with a number behind it where it is taken."""
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name
