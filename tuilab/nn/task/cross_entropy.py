"""Cross-entropy from logits, forward and backward in one go: they share the exponentials.

The loss is finite for any finite logit (±800 too), never a log of a clipped probability. Targets may have one row more
than the outputs: the weight of each example, by which its loss and its derivative are multiplied.
"""

from typing import Any

import numpy as np

from tuilab.arrays import Array, number
from tuilab.nn.task.task import Loss


class SigmoidCrossEntropy(Loss):
    """One sigmoid unit: loss(z, y) = log(1 + eᶻ) − y·z = softplus(t) with t = (1 − 2y)·z, ∂loss/∂z = σ(z) − y."""

    def __init__(self, rows: int, dtype: Any, like: Array | None = None) -> None:
        self._loss: Array = np.empty((1, rows), dtype, like=like)
        self._ones: Array = np.ones(rows, dtype, like=like)

    @staticmethod
    def targets(y: Array, outputs: int, dtype: Any) -> Array:
        """1 − 2y of shape (1, m) for labels y of shape (m,) in {0, 1}."""
        return (1 - 2 * y).astype(dtype).reshape(1, -1)

    def __call__(self, z: Array, targets: Array) -> float:
        """The summed loss of logits z of shape (1, m); z becomes ∂(summed loss)/∂z."""
        signs, weights = targets[:1], targets[1] if len(targets) > 1 else None
        np.multiply(z, signs, out=z)
        np.logaddexp(0, z, out=self._loss)
        # σ(t) = exp(t − softplus(t)) needs no branch on the sign of t.
        np.subtract(z, self._loss, out=z)
        np.exp(z, out=z)
        np.multiply(z, signs, out=z)
        if weights is not None:
            np.multiply(z, weights, out=z)
        return number(np.dot(self._loss[0], self._ones if weights is None else weights))

    @staticmethod
    def losses(z: Array, targets: Array) -> Array:
        """The loss of each example, shape (m,), of logits z of shape (1, m), which stay as they are."""
        losses: Array = np.logaddexp(0, z[0] * targets[0])
        return losses * targets[1] if len(targets) > 1 else losses

    @staticmethod
    def differences(z: Array, y: Array) -> Array:
        losses = _softplus(_sign(y, 1) * z[0])
        differences: Array = losses[0] - losses[1]
        return differences

    @staticmethod
    def output_differences(z: Array, y: Array, unit: int, delta: Array) -> Array:
        return _softplus_differences(z[0], _sign(y, 1), delta)


class SoftmaxCrossEntropy(Loss):
    """K softmax units: loss(z, y) = log Σₖ exp(zₖ) − z_y, ∂loss/∂z = softmax(z) − onehot(y)."""

    def __init__(self, rows: int, dtype: Any, like: Array | None = None) -> None:
        self._row: Array = np.empty(rows, dtype, like=like)
        self._ones: Array = np.ones(rows, dtype, like=like)

    @staticmethod
    def targets(y: Array, outputs: int, dtype: Any) -> Array:
        """One-hot columns of shape (K, m) for labels y of shape (m,) in {0, …, K − 1}."""
        one_hot = np.zeros((outputs, len(y)), dtype)
        one_hot[y, np.arange(len(y))] = 1
        return one_hot

    def __call__(self, z: Array, targets: Array) -> float:
        """The summed loss of logits z of shape (K, m); z becomes ∂(summed loss)/∂z."""
        # Shifted by the column's maximum, no exponential overflows and a confident right answer adds an exact 0.
        np.maximum.reduce(z, axis=0, out=self._row)
        np.subtract(z, self._row, out=z)
        outputs = len(z)
        targets, weights = targets[:outputs], targets[outputs] if len(targets) > outputs else None
        at_label = number(np.vdot(z, targets if weights is None else targets * weights))
        np.exp(z, out=z)
        np.add.reduce(z, axis=0, out=self._row)
        np.divide(z, self._row, out=z)
        np.subtract(z, targets, out=z)
        np.log(self._row, out=self._row)
        if weights is not None:
            np.multiply(z, weights, out=z)
        return number(np.dot(self._row, self._ones if weights is None else weights)) - at_label

    @staticmethod
    def losses(z: Array, targets: Array) -> Array:
        """The loss of each example, shape (m,), of logits z of shape (K, m), which stay as they are."""
        shifted = z - z.max(axis=0)
        at_label = np.einsum("km,km->m", shifted, targets[: len(z)])
        losses: Array = np.log(np.exp(shifted, out=shifted).sum(axis=0)) - at_label
        return losses * targets[len(z)] if len(targets) > len(z) else losses

    @staticmethod
    def differences(z: Array, y: Array) -> Array:
        at_label = z[y, :, :, np.arange(len(y))]
        losses = _log_sum_exp(z) - np.moveaxis(at_label, 0, -1)
        differences: Array = losses[0] - losses[1]
        return differences

    @staticmethod
    def output_differences(z: Array, y: Array, unit: int, delta: Array) -> Array:
        """Seen from one logit a softmax is a sigmoid.

        With r the log-sum-exp of the other logits, the loss is softplus(z − r), or softplus(r − z) for the label's own
        logit, plus what does not depend on z.
        """
        rest = _log_sum_exp(np.delete(z, unit, axis=0))
        return _softplus_differences(z[unit] - rest, _sign(y, unit), delta)


def _sign(y: Array, label: int) -> Array:
    """−1 where y is the label that a unit stands for, else 1, shape (m,)."""
    return np.where(y == label, -1.0, 1.0)


def _softplus_differences(z: Array, sign: Array, delta: Array) -> Array:
    """softplus(±(z + δ)) − softplus(±(z − δ)), shape (P, m), for δ of shape (P, m)."""
    t, delta = sign * z, sign * delta
    return _softplus(t + delta) - _softplus(t - delta)


def _softplus(t: Array) -> Array:
    """log(1 + eᵗ), finite for any finite t."""
    softplus: Array = np.maximum(t, 0) + np.log1p(np.exp(-np.abs(t)))
    return softplus


def _log_sum_exp(z: Array) -> Array:
    """log Σ exp(z) over the first axis; z is overwritten."""
    top = z.max(axis=0)
    z -= top
    np.exp(z, out=z)
    log_sum: Array = np.log(z.sum(axis=0)) + top
    return log_sum
