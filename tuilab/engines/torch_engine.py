"""The engine that is PyTorch: for large networks, on the device that is asked for.

It computes what NumPy would, function for function (`tensors`), in buffers that are made once, without autograd. The
data lie on the device; nothing is looked at while a stride goes on, and its costs come back together. On an NVIDIA GPU
an update is one CUDA graph. Units are dropped by masks from NumPy's own stream: an experiment drops the same ones here.
"""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.engines.array_engine import ArrayEngine
from tuilab.engines.batches import set_state, state_of
from tuilab.engines.devices import device_of, why_not_there
from tuilab.engines.divergence import first_non_finite
from tuilab.engines.problem import Problem
from tuilab.engines.protocol import Stride
from tuilab.engines.tensors import DeviceArray, RoundedArray, torch
from tuilab.engines.torch_limits import not_known, too_large
from tuilab.errors import BadInput
from tuilab.experiment.fields import ComputeSection
from tuilab.nn import Dropout, Optimizer, Parameters, Pass
from tuilab.nn.network import Masks
from tuilab.streams import stream


class Lane:
    """What updates work in that see so many examples: X, the targets, a pass, masks, the graphs of an update."""

    def __init__(self, X: Any, targets: Any, index: Any, whole: Pass, masks: list[Any] | None) -> None:
        self.X, self.targets, self.index, self.whole, self.masks = X, targets, index, whole, masks
        self.graphs: dict[int, Any] = {}
        """By the weights that they begin with: an update goes from one vector to the other, the next one back."""


class TorchEngine(ArrayEngine):
    """Makes its updates in tensors."""

    @staticmethod
    def refusal(problem: Problem) -> BadInput | None:
        """Why it cannot train `problem`; None if it can."""
        return why_not_there(problem.experiment) or not_known(problem) or too_large(problem)

    @staticmethod
    def version(problem: Problem) -> str:
        """Of PyTorch, with the device and what the products are rounded to."""
        precision = problem.experiment.compute.precision
        device = device_of(problem.experiment)
        named = f" ({torch().cuda.get_device_name(device)})" if device.type == "cuda" else ""
        return f"{torch().__version__} on {device}{named}" + (f" in {precision}" if precision != "full" else "")

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        super().__init__(problem, order)
        compute, sizes = problem.experiment.compute, problem.network.sizes
        self._device = device_of(problem.experiment)
        self._kind = RoundedArray if compute.precision == "bfloat16" else DeviceArray
        train, dtype = problem.dataset.train, problem.initial.theta.dtype
        self._X, self._targets = self._put(train.X), self._put(problem.network.targets(train.y, dtype))
        self._weights, self._before, self._gradient = (
            Parameters(sizes, theta=self._put(problem.initial.theta)) for _ in range(3)
        )
        # Apple's GPUs have no float64; a lone number serves them from here as well.
        self._numbers = torch().device("cpu") if self._device.type == "mps" else self._device
        self._rate = self._number(math.nan)
        self._cost = self._put(np.zeros(2))
        self._graphs, self._pool = self._device.type == "cuda", None
        self._seen: Array | None = None
        """The indices of the examples that the last update saw; None for all of them."""
        self.masks: Masks | None = None
        self._masks_random = stream(problem.experiment.seed, "masks")
        self._plan(problem)

    @property
    def parameters(self) -> Parameters:
        return _here(self._weights)

    @property
    def previous(self) -> Parameters:
        return _here(self._before)

    @property
    def placed(self) -> Parameters:
        # Evaluation is in full precision, whatever the updates are in.
        return Parameters(self._weights.sizes, theta=cast(Array, DeviceArray(_tensor(self._weights.theta))))

    def place(self, array: Array) -> Array:
        known = array is self._problem.dataset.train.X
        return cast(Array, DeviceArray(_tensor(self._X)) if known else DeviceArray.of(array, self._device))

    def lost(self) -> str:
        X = self._problem.dataset.train.X
        batch = X if self._seen is None else X[self._seen]
        return first_non_finite(self._problem.network, self.parameters, batch, self.masks)

    def edit(self, problem: Problem) -> None:
        saved = self._optimizer.saved()
        self._plan(problem)
        self._optimizer.restore(saved)
        self._count_there()

    def state(self) -> dict[str, Array]:
        return {name: np.asarray(array) for name, array in super().state().items()}

    def restore(self, state: dict[str, Array]) -> None:
        super().restore(state)
        self._count_there()

    @property
    def _masks_state(self) -> Array:
        return state_of(self._masks_random)

    @_masks_state.setter
    def _masks_state(self, words: Array) -> None:
        set_state(self._masks_random, words)

    def _plan(self, problem: Problem) -> None:
        """Takes what may be edited; the update rule is at its start."""
        self._problem, rule = problem, problem.experiment.optimization.rule
        theta = self._weights.theta
        self._optimizer = Optimizer(rule, problem.network.sizes, problem.penalty, theta.dtype, theta)
        self._drops = any(keep < 1 for keep in problem.keep_probs)
        self._count_there()

    def _count_there(self) -> None:
        """Has the device count the updates, as a graph has no numbers but its own; graphs of another count are void."""
        self._optimizer.state.t = self._number(self._optimizer.state.t)
        self._lanes: dict[int, Lane] = {}
        self._dropouts: dict[int, Dropout] = {}

    def _make(self, updates: int, batches: Sequence[Array] | None) -> Stride:
        with _settings(self._problem.experiment.compute), self._on_device():
            return self._stride(updates, batches)

    def _stride(self, updates: int, batches: Sequence[Array] | None) -> Stride:
        """The updates, and where a cost is not finite once more from the start, up to it."""
        first, masks, kept = self.iteration, self._masks_state, self._kept()
        rates = self._problem.rates(first, updates)
        index = None if batches is None else self._put(np.concatenate(batches).astype(np.int64, copy=False))
        ends = np.cumsum([0, *(map(len, batches or ()))])
        costs = np.asarray(self._costs(updates, rates, batches, index, ends), np.float64)
        lost = np.flatnonzero(~np.isfinite(costs[0] + costs[1]))
        if lost.size:
            told = int(lost[0]) + 1
            self._put_back(kept)
            self.iteration, self._masks_state = first, masks
            self._costs(told - 1, rates, batches, index, ends)
            self._draw(self._lane(batches, told - 1))
            costs, updates = costs[:, :told], told
        self._seen = None if batches is None else batches[updates - 1]
        return Stride(costs[0], costs[1])

    def _costs(self, updates: int, rates: Array, batches: Sequence[Array] | None, index: Any, ends: Array) -> Any:
        """So many updates, whatever their costs; these, of shape (2, updates), on the device.

        `index` are all examples of the `batches`, one after the other, on the device; each ends where `ends` says.
        """
        costs: Any = np.empty((2, updates), like=self._weights.theta)
        for made in range(updates):
            lane = self._lane(batches, made)
            if index is not None:
                lane.index[:] = index[int(ends[made]) : int(ends[made + 1])]
            self._draw(lane)
            self._rate[...] = rates[made]
            self._run(lane)
            costs[:, made] = self._cost
            self._weights, self._before = self._before, self._weights
            self.iteration += 1
        return costs

    def _run(self, lane: Lane) -> None:
        """The work of one update: from `_weights` to `_before`, with the cost before it."""
        if self._graphs and id(self._weights) not in lane.graphs:
            try:
                lane.graphs[id(self._weights)] = self._captured(lane)
            except RuntimeError as error:
                self._graphs = False
                reason = str(error).partition("\n")[0]
                print(f"no CUDA graph could be made, and updates take longer: {reason}", file=sys.stderr, flush=True)
        if self._graphs:
            lane.graphs[id(self._weights)].replay()
        else:
            self._work(lane)

    def _captured(self, lane: Lane) -> Any:
        """The graph of an update. It is made once for nothing before: what is loaded then cannot be captured."""
        cuda, kept = torch().cuda, self._kept()
        side, main = cuda.Stream(), cuda.current_stream()
        side.wait_stream(main)
        with cuda.stream(side):
            self._work(lane)
        main.wait_stream(side)
        self._put_back(kept)
        graph = cuda.CUDAGraph()
        with cuda.graph(graph, pool=self._pool):  # they never run at the same time, and what they tell lies elsewhere
            self._work(lane)
        self._pool = graph.pool()
        return graph

    def _work(self, lane: Lane) -> None:
        """An update, all of it on the device: no number is looked at, and those that change are arrays."""
        optimizer, weights = self._optimizer, self._weights
        if lane.index is not None:
            np.take(self._X, lane.index, axis=0, out=lane.X, mode="clip")
            np.take(self._targets, lane.index, axis=1, out=lane.targets, mode="clip")
        scale = self._rate if optimizer.folds_rate else 1.0
        data = lane.whole.cost_and_gradient(weights, lane.X, lane.targets, self._gradient, lane.masks, scale)
        # Of finite weights the largest times 0 is 0, else NaN: a saturated unit would hide them.
        largest = DeviceArray(torch().linalg.vector_norm(_tensor(weights.theta), math.inf))
        self._cost[0] = data + 0 * largest
        self._cost[1] = self._problem.penalty.cost(weights)
        optimizer.update(weights, self._gradient, self._rate, self._before)

    def _lane(self, batches: Sequence[Array] | None, update: int) -> Lane:
        """What that update works in."""
        rows = len(self._X) if batches is None else len(batches[update])
        if rows not in self._lanes:
            network, dtype, like = self._problem.network, self._weights.theta.dtype, self._weights.theta
            X, targets, index = self._X, self._targets, None
            if batches is not None:
                X, targets = (
                    np.empty((rows, X.shape[1]), dtype, like=like),
                    np.empty((len(targets), rows), dtype, like=like),
                )
                index = np.empty(rows, np.int64, like=like)
            masks = [
                None if keep == 1 else np.empty((rows, units), dtype, like=like)
                for keep, units in zip(self._problem.keep_probs, network.sizes[:-1], strict=True)
            ]
            whole = Pass(network, rows, dtype, like)
            self._lanes[rows] = Lane(X, targets, index, whole, masks if self._drops else None)
        return self._lanes[rows]

    def _draw(self, lane: Lane) -> None:
        """Fresh masks, if units are dropped: drawn here, for the stream is NumPy's."""
        if not self._drops:
            self.masks = None
            return
        rows, problem = lane.whole.rows, self._problem
        if rows not in self._dropouts:
            dtype, sizes = self._weights.theta.dtype, problem.network.sizes[:-1]
            self._dropouts[rows] = Dropout(problem.keep_probs, sizes, rows, self._masks_random, dtype)
        self.masks = self._dropouts[rows].masks()
        for there, mask in zip(lane.masks or (), self.masks, strict=True):
            if there is not None:
                there[:] = mask

    def _kept(self) -> list[tuple[Any, Any]]:
        """Everything that an update changes, with a copy of it."""
        state = self._optimizer.state
        arrays = (
            self._weights.theta,
            self._before.theta,
            state.t,
            *(state[slot] for slot in self._optimizer.rule.slots),
        )
        tensors = [_tensor(array) for array in arrays]
        return [("weights", (self._weights, self._before)), *((tensor, tensor.clone()) for tensor in tensors)]

    def _put_back(self, kept: list[tuple[Any, Any]]) -> None:
        (_, (self._weights, self._before)), *tensors = kept
        for tensor, copy in tensors:
            tensor.copy_(copy)

    def _put(self, array: Array) -> Any:
        return self._kind.of(array, self._device)

    def _number(self, value: float) -> Any:
        return self._kind.of(np.array(float(value)), self._numbers)

    def _on_device(self) -> AbstractContextManager[Any]:
        """Streams and graphs are those of the current device."""
        return torch().cuda.device(self._device) if self._device.type == "cuda" else nullcontext()


@contextmanager
def _settings(compute: ComputeSection) -> Iterator[None]:
    """Deterministic, and TF32 only by choice; whoever else uses PyTorch in this process keeps their own settings."""
    one = torch()
    products, memory = one.backends.cuda.matmul, one.utils.deterministic
    before, threads = (products.fp32_precision, memory.fill_uninitialized_memory), one.get_num_threads()
    strict, warns = one.are_deterministic_algorithms_enabled(), one.is_deterministic_algorithms_warn_only_enabled()
    products.fp32_precision, memory.fill_uninitialized_memory = "tf32" if compute.precision == "tf32" else "ieee", False
    one.use_deterministic_algorithms(True)
    if compute.threads != "auto":
        one.set_num_threads(compute.threads)
    try:
        yield
    finally:
        products.fp32_precision, memory.fill_uninitialized_memory = before
        one.use_deterministic_algorithms(strict, warn_only=warns)
        if compute.threads != "auto":
            one.set_num_threads(threads)


def _tensor(array: Any) -> Any:
    return array.tensor


def _here(weights: Parameters) -> Parameters:
    """The same in an array of NumPy's."""
    return Parameters(weights.sizes, theta=np.asarray(weights.theta))
