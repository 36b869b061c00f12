"""The engine that is one kernel in C: for networks so small that NumPy's calls cost as much as the arithmetic.

The kernel (`fused.c`, `wide.c`) is built with the package where a C compiler is. It makes many updates a call, without
the lock of the interpreter, and draws the masks of dropout from NumPy's own stream: an experiment drops the same units
here.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.engines.array_engine import ArrayEngine, elsewhere
from tuilab.engines.batches import state_of
from tuilab.engines.divergence import first_non_finite
from tuilab.engines.problem import Problem
from tuilab.engines.protocol import Stride
from tuilab.errors import BadInput
from tuilab.nn import Optimizer, Penalty
from tuilab.nn.network import Masks
from tuilab.nn.optimizer import Adam, AdamW, GradientDescent, Momentum, RMSprop, Rule
from tuilab.nn.penalty import L1, L2, MaxNorm, NoPenalty
from tuilab.nn.penalty.l1 import MOST_STEPS
from tuilab.nn.task import Loss, SigmoidCrossEntropy, SoftmaxCrossEntropy, SquaredError
from tuilab.streams import stream
from tuilab.text import clean

NARROW, WIDE, INPUTS = 128, 512, 4096
"""Units of a layer beyond which a pass is made of products of matrices; units and inputs of the largest network for
which the kernel's are quicker than NumPy's, where the machine has instructions for them."""
KERNEL = Path(__file__).with_name("fused.kernel")
"""Made by hatch_build.py; the sums of what it was built from, and of itself, lie beside it."""
AGAIN = "install tuilab again (in a clone: make clean run)"
_ACTIVATIONS = ("relu", "leaky_relu", "tanh", "sigmoid", "linear")
_RULES: tuple[type[Rule], ...] = (GradientDescent, Momentum, RMSprop, Adam, AdamW)
_PENALTIES: tuple[type[Penalty], ...] = (NoPenalty, L2, L1, MaxNorm)
_LOSSES: tuple[type[Loss], ...] = (SigmoidCrossEntropy, SoftmaxCrossEntropy, SquaredError)
_ALIGNED = 64
"""Bytes to a multiple of which the kernel's buffers begin."""
_TWICE = 1 << 25
"""Bytes of training data up to which they are kept once more, as the kernel reads them."""


@cache
def kernel() -> tuple[Any, Any, str]:
    """cffi, the loaded library, and its version. Raises `BadInput` where there is none, or one that was altered."""
    import cffi

    ffi: Any = cffi.FFI()
    try:
        version = _checked()
        ffi.cdef(KERNEL.with_suffix(".h").read_text())
        return ffi, ffi.dlopen(str(KERNEL)), version
    except OSError as error:
        raise _missing(f"cannot be loaded ({clean(str(error), 200)})", AGAIN) from None


def _checked() -> str:
    """The beginning of the kernel's sum. Raises `BadInput` if that is another one: to load it may end the process."""
    if not KERNEL.exists():
        how = f"it is built with tuilab where a C compiler (cc) is: get one, then {AGAIN}"
        raise _missing("is not there", how)
    source = b"".join(KERNEL.with_name(name).read_bytes() for name in ("fused.c", "wide.c", "fused.h"))
    sums = [hashlib.sha256(content).hexdigest() for content in (source, KERNEL.read_bytes())]
    try:
        built = KERNEL.with_name("sums.kernel").read_text().split()
    except (OSError, ValueError):
        built = []
    if built != sums:
        raise _missing("is damaged, or was built from other sources", AGAIN)
    return sums[1][:8]


def _missing(what: str, how: str) -> BadInput:
    return BadInput(f"the fused engine {what}; {how}", path="compute.engine")


def is_quicker(sizes: tuple[int, ...]) -> bool:
    """Whether the kernel, if there is one, trains a network of such layers faster than NumPy on this machine."""
    if max(sizes) <= NARROW:
        return True
    return sizes[0] <= INPUTS and max(sizes[1:]) <= WIDE and not why_missing() and bool(kernel()[1].is_quick())


def why_missing() -> str:
    """Why there is no kernel, and what to do about it; empty if there is one."""
    try:
        kernel()
    except BadInput as error:
        return error.message
    return ""


def _not_known(problem: Problem) -> str:
    """What it does not know of the mathematics of `problem`, in a sentence; empty if it knows all."""
    optimization, network = problem.experiment.optimization, problem.network
    if unknown := [name for name in network.activations if name not in _ACTIVATIONS]:
        return f"the fused engine does not know {unknown[0]}"
    if network.loss not in _LOSSES:
        return f"the fused engine does not know the loss {network.loss.__name__}"
    if type(optimization.rule) not in _RULES:
        return f"the fused engine does not know {optimization.optimizer}"
    if type(problem.penalty) not in _PENALTIES:
        return f"the fused engine does not know {problem.experiment.regularization.kind}"
    return ""


class FusedEngine(ArrayEngine):
    """Makes its updates in the kernel."""

    @staticmethod
    def refusal(problem: Problem) -> BadInput | None:
        """Why it cannot train `problem`; None if it can."""
        why = _not_known(problem) or why_missing()
        return BadInput(why, path="compute.engine") if why else elsewhere(problem, "fused", threads=1)

    @staticmethod
    def version(problem: Problem) -> str:
        """Of the kernel that was loaded, whatever is installed by now."""
        return kernel()[2]

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        super().__init__(problem, order)
        self._ffi, library, _ = kernel()
        train, network, initial = problem.dataset.train, problem.network, problem.initial
        dtype, rows = initial.theta.dtype, len(train.y)
        self._kernel = library.advance_double if dtype == np.float64 else library.advance_float
        self._random = state_of(stream(problem.experiment.seed, "masks"))
        """Draws the masks, as the kernel knows it."""
        self._batch: Array | None = None
        """The indices of the examples that the last update saw; None for all of them."""
        self._held: list[Array] = []  # arrays that the plan points at
        self._plan = self._ffi.new("plan *")
        plan, sizes = self._plan, np.array(network.sizes, np.int32)
        plan.depth, plan.rows = network.depth, rows
        plan.wide = max(network.sizes) > NARROW
        plan.sizes = self._at(sizes, "int32_t[]")
        plan.activations = self._at(
            np.array([_ACTIVATIONS.index(one) for one in network.activations], np.int32), "int32_t[]"
        )
        X = np.ascontiguousarray(train.X, dtype)
        plan.x = self._at(X)
        if network.loss is SquaredError:
            plan.targets = self._at(network.targets(train.y, dtype))
        else:
            plan.y = self._at(train.y.astype(np.int32), "int32_t[]")
        if self._order is None and X.nbytes <= _TWICE and not plan.wide:
            plan.chunks = self._at(_chunks(X, library.columns(rows, dtype.itemsize)))
        if network.class_weights:
            plan.class_weights = self._at(np.array(network.class_weights), "double[]")
        plan.gradient = self._at(np.zeros_like(initial.theta))
        self._kept = np.empty(0, np.uint8)
        self._make_room(problem.batch_rows)
        plan.work = self._at(_aligned(library.work_size(plan), dtype))
        plan.weights, plan.parameters = initial.weight_count, initial.theta.size
        plan.random = self._pointer(self._random, "uint64_t[]")
        self._optimizer = self._planned(problem)

    def _make(self, updates: int, batches: Sequence[Array] | None) -> Stride:
        index = ends = None
        if batches is not None:
            index = np.concatenate(batches).astype(np.int64, copy=False)
            ends = np.cumsum([len(batch) for batch in batches], dtype=np.int64)
        data, penalty = np.empty(updates), np.empty(updates)
        rates = self._problem.rates(self.iteration, updates)
        if ends is not None:
            self._make_room(int(np.diff(ends, prepend=0).max()))
        plan, state = self._plan, self._optimizer.state
        plan.theta, plan.next = self._pointer(self._weights.theta), self._pointer(self._before.theta)
        seen = (self._pointer(one, "int64_t[]") for one in (index, ends))
        columns = (self._pointer(one, "double[]") for one in (data, penalty))
        told = self._kernel(plan, updates, self._pointer(rates, "double[]"), *seen, *columns)
        made, state.t = plan.t - state.t, plan.t
        self.iteration += made
        if made % 2:
            self._weights, self._before = self._before, self._weights
        if index is not None and ends is not None:
            self._batch = index[(ends[told - 2] if told > 1 else 0) : ends[told - 1]]
        return Stride(data[:told], penalty[:told])

    @property
    def batch(self) -> Array:
        """X of the examples that the last update saw."""
        X = self._problem.dataset.train.X
        return X if self._batch is None else X[self._batch]

    @property
    def masks(self) -> Masks | None:
        """Its dropout masks."""
        if all(keep == 1 for keep in self._problem.keep_probs):
            return None
        masks: list[Array | None] = []
        at, rows, number = 0, len(self.batch), self._weights.theta.dtype.type
        for keep, units in zip(self._problem.keep_probs, self._problem.network.sizes[:-1], strict=True):
            drawn = rows * units if keep < 1 else 0
            mask = self._kept[at : at + drawn].reshape(units, rows).T * number(1 / keep) if drawn else None
            masks.append(mask)
            at += drawn
        return masks

    def lost(self) -> str:
        return first_non_finite(self._problem.network, self._weights, self.batch, self.masks)

    def edit(self, problem: Problem) -> None:
        saved = self._optimizer.saved()
        self._optimizer = self._planned(problem)
        self._optimizer.restore(saved)
        self._plan.t = self._optimizer.state.t

    @property
    def _masks_state(self) -> Array:
        return self._random

    @_masks_state.setter
    def _masks_state(self, words: Array) -> None:
        self._random[:] = words

    def restore(self, state: dict[str, Array]) -> None:
        super().restore(state)
        self._plan.t = self._optimizer.state.t

    def _planned(self, problem: Problem) -> Optimizer:
        """Puts into the plan what may be edited; returns the update rule, at its start, whose state the kernel uses."""
        self._problem, plan, penalty = problem, self._plan, problem.penalty
        rule = problem.experiment.optimization.rule
        optimizer = Optimizer(rule, problem.network.sizes, penalty, problem.initial.theta.dtype)
        kind = (*_PENALTIES[:3], None, MaxNorm).index(type(penalty))
        plan.penalty = kind if penalty.in_gradient else kind + 1  # the proximal step of L1
        plan.counted = penalty.counted(problem.initial).size
        plan.lambd = getattr(penalty, "scale", 0.0)
        plan.max_norm, plan.most_steps = getattr(penalty, "max_norm", math.inf), MOST_STEPS
        plan.rule, plan.t = _RULES.index(type(rule)), 0
        for knob in ("beta1", "beta2", "epsilon", "weight_decay"):
            setattr(plan, knob, getattr(rule, knob, 0.0))
        self._keep = np.array(problem.keep_probs, float)
        plan.keep = self._pointer(self._keep, "double[]")
        for slot in rule.slots:
            setattr(plan, slot, self._pointer(optimizer.state[slot]))
        return optimizer

    def _make_room(self, rows: int) -> None:
        """For the masks of a batch of so many examples; one that is given may have more than the training part."""
        needed = rows * sum(self._weights.sizes[:-1])
        if self._kept.size < needed:
            self._kept = np.zeros(needed, np.uint8)
            self._plan.kept = self._pointer(self._kept, "uint8_t[]")

    def _at(self, array: Array, kind: str = "char[]") -> Any:
        """A pointer to an array that lives as long as this engine."""
        self._held.append(array)
        return self._pointer(array, kind)

    def _pointer(self, array: Array | None, kind: str = "char[]") -> Any:
        return self._ffi.NULL if array is None else self._ffi.from_buffer(kind, array)


def _chunks(X: Array, columns: int) -> Array:
    """X (m, n) as (chunk, n, columns), 0 beyond the m examples."""
    count = -(-len(X) // columns)
    chunks = _aligned(count * X.shape[1] * columns, X.dtype).reshape(count, X.shape[1], columns)
    for chunk, start in zip(chunks, range(0, len(X), columns), strict=True):
        rows = X[start : start + columns]
        chunk[:, : len(rows)] = rows.T
    return chunks


def _aligned(count: int, dtype: Any) -> Array:
    size = count * np.dtype(dtype).itemsize
    raw = np.zeros(size + _ALIGNED, np.uint8)
    start = -raw.ctypes.data % _ALIGNED
    return raw[start : start + size].view(dtype)
