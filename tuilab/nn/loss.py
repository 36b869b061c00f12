"""Cross-entropy from logits, forward and backward in one go: they share the exponentials.

Logits here have shape (K, m), one example a column: the output layer works in that layout because reductions over
the classes are fast there. The loss is finite for any finite logit (±800 too), never a log of a clipped probability.
"""

from typing import Any

import numpy as np

from tuilab.nn.activation import Array


class SigmoidCrossEntropy:
    """One sigmoid unit: loss(z, y) = log(1 + eᶻ) − y·z = softplus(t) with t = (1 − 2y)·z, ∂loss/∂z = σ(z) − y."""

    def __init__(self, rows: int, dtype: Any) -> None:
        self._loss: Array = np.empty((1, rows), dtype)
        self._ones: Array = np.ones(rows, dtype)

    @staticmethod
    def targets(y: Array, classes: int, dtype: Any) -> Array:
        """1 − 2y of shape (1, m) for labels y of shape (m,) in {0, 1}."""
        return (1 - 2 * y).astype(dtype).reshape(1, -1)

    def __call__(self, z: Array, targets: Array) -> float:
        """The summed loss of logits z of shape (1, m); z becomes ∂(summed loss)/∂z."""
        np.multiply(z, targets, out=z)
        np.logaddexp(0, z, out=self._loss)
        # σ(t) = exp(t − softplus(t)) needs no branch on the sign of t.
        np.subtract(z, self._loss, out=z)
        np.exp(z, out=z)
        np.multiply(z, targets, out=z)
        return float(np.dot(self._loss[0], self._ones))

    @staticmethod
    def losses(z: Array, targets: Array) -> Array:
        """The loss of each example, shape (m,), of logits z of shape (1, m), which stay as they are."""
        losses: Array = np.logaddexp(0, z[0] * targets[0])
        return losses

    @staticmethod
    def predict(z: Array) -> Array:
        """Labels of shape (m,): 1 where z > 0."""
        labels: Array = z[0] > 0
        return labels

    @staticmethod
    def probabilities(z: Array) -> Array:
        """P(y = k | x) of shape (2, m)."""
        probabilities: Array = np.exp(-np.logaddexp(0, np.concatenate([z, -z])))
        return probabilities


class SoftmaxCrossEntropy:
    """K softmax units: loss(z, y) = log Σₖ exp(zₖ) − z_y, ∂loss/∂z = softmax(z) − onehot(y)."""

    def __init__(self, rows: int, dtype: Any) -> None:
        self._row: Array = np.empty(rows, dtype)
        self._ones: Array = np.ones(rows, dtype)

    @staticmethod
    def targets(y: Array, classes: int, dtype: Any) -> Array:
        """One-hot columns of shape (K, m) for labels y of shape (m,) in {0, …, K − 1}."""
        one_hot = np.zeros((classes, len(y)), dtype)
        one_hot[y, np.arange(len(y))] = 1
        return one_hot

    def __call__(self, z: Array, targets: Array) -> float:
        """The summed loss of logits z of shape (K, m); z becomes ∂(summed loss)/∂z."""
        # Shifted by the column's maximum, no exponential overflows and a confident right answer adds an exact 0.
        np.maximum.reduce(z, axis=0, out=self._row)
        np.subtract(z, self._row, out=z)
        at_label = float(np.vdot(z, targets))
        np.exp(z, out=z)
        np.add.reduce(z, axis=0, out=self._row)
        np.divide(z, self._row, out=z)
        np.subtract(z, targets, out=z)
        np.log(self._row, out=self._row)
        return float(np.dot(self._row, self._ones)) - at_label

    @staticmethod
    def losses(z: Array, targets: Array) -> Array:
        """The loss of each example, shape (m,), of logits z of shape (K, m), which stay as they are."""
        shifted = z - z.max(axis=0)
        at_label = np.einsum("km,km->m", shifted, targets)
        losses: Array = np.log(np.exp(shifted, out=shifted).sum(axis=0)) - at_label
        return losses

    @staticmethod
    def predict(z: Array) -> Array:
        """Labels of shape (m,): the class of the largest logit."""
        labels: Array = z.argmax(axis=0)
        return labels

    @staticmethod
    def probabilities(z: Array) -> Array:
        """P(y = k | x) of shape (K, m)."""
        exponentials = np.exp(z - z.max(axis=0))
        probabilities: Array = exponentials / exponentials.sum(axis=0)
        return probabilities


Loss = SigmoidCrossEntropy | SoftmaxCrossEntropy


def loss_for(outputs: int) -> type[SigmoidCrossEntropy] | type[SoftmaxCrossEntropy]:
    """Sigmoid cross-entropy for one output unit, softmax for more."""
    return SigmoidCrossEntropy if outputs == 1 else SoftmaxCrossEntropy
