"""A fully connected network and one batch's way through it and back, in buffers that are made once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.activation import ACTIVATIONS
from tuilab.nn.parameters import Parameters
from tuilab.nn.task import CLASSIFICATION, Loss, Task


class Network(Struct, frozen=True):
    """z⁽ˡ⁾ = a⁽ˡ⁻¹⁾W⁽ˡ⁾ + b⁽ˡ⁾, a⁽ˡ⁾ = g(z⁽ˡ⁾).

    `sizes` are the units a layer, inputs first, output last (1: one sigmoid unit for two classes; more: softmax);
    `activations` name g of each hidden layer; `task` says what the outputs mean. `class_weights`, one a class, multiply
    the loss of an example by the weight of its class; none: every example counts the same.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    task: Task = CLASSIFICATION
    class_weights: tuple[float, ...] = ()

    @property
    def loss(self) -> type[Loss]:
        """The loss of its outputs."""
        return self.task.loss(self.sizes[-1])

    def targets(self, y: Array, dtype: Any) -> Array:
        """What its outputs are compared with, a column for each of the labels y (m,); weights in a last row."""
        targets = self.loss.targets(y, self.sizes[-1], dtype)
        return np.vstack([targets, self.weights(y).astype(dtype)]) if self.class_weights else targets

    def weights(self, y: Array) -> Array:
        """What the loss of each example is multiplied by, shape (m,), for labels y of shape (m,)."""
        weights: Array = np.array(self.class_weights)[y] if self.class_weights else np.ones(len(y))
        return weights

    @property
    def depth(self) -> int:
        """L, the number of layers with weights."""
        return len(self.sizes) - 1


Masks = Sequence[Array | None]
"""Dropout masks, already divided by keep_prob: one of shape (m, n) a layer, input layer first; None keeps all."""


class Pass:
    """Buffers for `rows` examples of a network. One pass forward, then at most one backward."""

    def __init__(self, network: Network, rows: int, dtype: Any = np.float64, like: Array | None = None) -> None:
        """Made where `like` is, on the device of its numbers."""
        hidden = network.sizes[1:-1]
        self.network, self.rows = network, rows
        self._activations = [ACTIVATIONS[name] for name in network.activations]
        self._a = [np.empty((rows, n), dtype, like=like) for n in hidden]
        self._gradients = [np.empty((rows, n), dtype, like=like) for n in hidden]
        self._scratch = [np.empty((rows, n), bool, like=like) for n in hidden]
        self._dropped: list[Array | None] = [None] * network.depth
        self._inputs: list[Array] = [np.empty(0)] * network.depth
        self._logits = np.empty((network.sizes[-1], rows), dtype, like=like)
        self._ones = np.ones(rows, dtype, like=like)
        self._loss = network.loss(rows, dtype, like)

    def forward(self, parameters: Parameters, X: Array, masks: Masks | None = None) -> Array:
        """Logits of shape (K, rows) for X of shape (rows, n_x); valid until the next pass."""
        a = X
        if masks and masks[0] is not None:
            a = self._drop(0, a, masks[0])
        layers = zip(self._a, self._activations, parameters.weights, parameters.biases, strict=False)
        for layer, (z, activation, weights, bias) in enumerate(layers):
            self._inputs[layer] = a
            np.dot(a, weights, out=z)
            np.add(z, bias, out=z)
            activation.forward(z)
            a = z
            if masks and (mask := masks[layer + 1]) is not None:
                a = self._drop(layer + 1, a, mask)
        self._inputs[-1] = a
        np.dot(parameters.weights[-1].T, a.T, out=self._logits)
        np.add(self._logits, parameters.biases[-1].reshape(-1, 1), out=self._logits)
        return self._logits

    @property
    def activations(self) -> list[Array]:
        """a of each hidden layer after a forward pass, shape (rows, n); valid until the backward pass."""
        return self._a

    def cost(self, parameters: Parameters, X: Array, targets: Array, masks: Masks | None = None) -> float:
        """The mean loss of the batch: the data cost. `targets` as the network makes them."""
        return self._loss(self.forward(parameters, X, masks), targets) / self.rows

    def cost_and_gradient(
        self,
        parameters: Parameters,
        X: Array,
        targets: Array,
        gradient: Parameters,
        masks: Masks | None = None,
        scale: float = 1.0,
    ) -> float:
        """The data cost; `gradient` becomes its derivative with respect to each parameter (no penalty), times `scale`.

        Scaling the few numbers at the output by the learning rate is cheaper than scaling the whole gradient.
        """
        self.forward(parameters, X, masks)
        return self.gradient(parameters, targets, gradient, masks, scale)

    def gradient(
        self,
        parameters: Parameters,
        targets: Array,
        gradient: Parameters,
        masks: Masks | None = None,
        scale: float = 1.0,
    ) -> float:
        """The same after a forward pass, of what that had."""
        cost = self._loss(self._logits, targets) / self.rows
        np.multiply(self._logits, scale / self.rows, out=self._logits)
        self._backward(parameters, gradient, masks)
        return cost

    def _backward(self, parameters: Parameters, gradient: Parameters, masks: Masks | None) -> None:
        """From ∂J/∂logits, which stands in the logits, down to the first layer."""
        above: Array = self._logits.T
        for layer in range(self.network.depth - 1, -1, -1):
            np.dot(self._inputs[layer].T, above, out=gradient.weights[layer])
            np.dot(self._ones, above, out=gradient.biases[layer])
            if layer == 0:
                return
            below = self._gradients[layer - 1]
            np.dot(above, parameters.weights[layer].T, out=below)
            if masks and (mask := masks[layer]) is not None:
                np.multiply(below, mask, out=below)
            self._activations[layer - 1].backward(below, self._a[layer - 1], self._scratch[layer - 1])
            above = below

    def _drop(self, layer: int, a: Array, mask: Array) -> Array:
        dropped = self._dropped[layer]
        if dropped is None:
            dropped = self._dropped[layer] = np.empty_like(a)
        np.multiply(a, mask, out=dropped)
        return dropped
