"""Arrays on a device: tensors of PyTorch that NumPy's own functions work on.

The mathematics of `tuilab.nn` is written for arrays, once. NumPy hands its functions over to whatever says how it does
them: `__array_ufunc__` (NEP 13), `__array_function__` (NEP 18), `like=` (NEP 35). A function that is not listed here is
refused by its name.
"""

import importlib
import os
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

OLDEST = (2, 9)
"""The oldest PyTorch, from which on precisions are chosen as they are here."""


@cache
def torch() -> Any:
    """The PyTorch that is installed; nobody pays for it who does not ask. Raises ImportError or OSError."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # or else cuBLAS is not deterministic
    return importlib.import_module("torch")


class NotKnown(TypeError):
    """A function of NumPy's that arrays on a device do not have."""


class DeviceArray(NDArrayOperatorsMixin):
    """A tensor as an array.

    To look at one (`float`, `bool`, `numpy.asarray`) is to wait until the device has computed it.
    """

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor

    @classmethod
    def of(cls, array: Any, device: Any) -> "DeviceArray":
        """A copy of an array of NumPy's on `device`."""
        host = torch().from_numpy(np.array(array, order="C"))
        return cls(host.to(device, dtype=_type(array.dtype, torch().device(device))))

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.tensor.shape)

    @property
    def ndim(self) -> int:
        return int(self.tensor.ndim)

    @property
    def size(self) -> int:
        return int(self.tensor.numel())

    @property
    def dtype(self) -> "np.dtype[Any]":
        return np.dtype(str(self.tensor.dtype).removeprefix("torch."))

    @property
    def T(self) -> "DeviceArray":
        return type(self)(self.tensor.T)

    def __len__(self) -> int:
        return len(self.tensor)

    def __getitem__(self, key: Any) -> "DeviceArray":
        return type(self)(self.tensor[self._operand(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self.tensor[self._operand(key)] = self._operand(value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.tensor.cpu().numpy(), dtype, copy=copy)

    def __float__(self) -> float:
        return float(self.tensor)

    def __int__(self) -> int:
        return int(self.tensor)

    def __bool__(self) -> bool:
        return bool(self.tensor)

    def reshape(self, *shape: int) -> "DeviceArray":
        return type(self)(self.tensor.reshape(shape))

    def astype(self, dtype: Any) -> "DeviceArray":
        return type(self)(self.tensor.to(_type(dtype, self.tensor.device)))

    def copy(self) -> "DeviceArray":
        return type(self)(self.tensor.clone())

    def sum(self, axis: int | None = None) -> "DeviceArray":
        return self._reduced(torch().sum, axis)

    def mean(self, axis: int | None = None) -> "DeviceArray":
        return self._reduced(torch().mean, axis)

    def max(self, axis: int | None = None) -> "DeviceArray":
        return self._reduced(torch().amax, axis)

    def any(self, axis: int | None = None) -> "DeviceArray":
        return self._reduced(torch().any, axis)

    def all(self, axis: int | None = None) -> "DeviceArray":
        return self._reduced(torch().all, axis)

    def argmax(self, axis: int | None = None) -> "DeviceArray":
        return type(self)(torch().argmax(self.tensor, dim=axis))

    def product(self, a: Any, b: Any, out: Any) -> Any:
        """The matrix product of two tensors."""
        return torch().mm(a, b, out=out)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        (out,) = settings.get("out") or (None,)
        target = None if out is None else out.tensor
        operands = [self._operand(one) for one in inputs]
        if method == "reduce" and ufunc in _REDUCTIONS:
            return self._kept(getattr(torch(), _REDUCTIONS[ufunc])(operands[0], settings["axis"], out=target), out)
        if method != "__call__" or ufunc not in _ELEMENTWISE:
            raise NotKnown(f"numpy.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}"))
        if (dtype := settings.get("dtype")) is not None:
            kind = _type(dtype, self.tensor.device)
            operands = [one.to(kind) if isinstance(one, torch().Tensor) else one for one in operands]
        if ufunc in _OF_TENSORS:
            operands = [self._tensor(one) for one in operands]
        function = _ELEMENTWISE[ufunc]
        chosen = settings.get("where", True)
        if chosen is True:
            return self._kept(function(torch(), *operands, **({} if out is None else {"out": target})), out)
        found = function(torch(), *operands)
        return self._kept(torch().where(self._operand(chosen), found, target, out=target), out)

    def __array_function__(self, function: Any, types: Any, arguments: Any, settings: Any) -> Any:
        if function not in _FUNCTIONS:
            raise NotKnown(f"numpy.{function.__name__}")
        return _FUNCTIONS[function](self, *arguments, **settings)

    def _reduced(self, function: Callable[..., Any], axis: int | None) -> "DeviceArray":
        return type(self)(function(self.tensor) if axis is None else function(self.tensor, axis))

    def _kept(self, found: Any, out: "DeviceArray | None") -> "DeviceArray":
        return type(self)(found) if out is None else out

    def _operand(self, one: Any) -> Any:
        """What PyTorch takes in the place of an argument of NumPy's."""
        if isinstance(one, DeviceArray):
            return one.tensor
        if isinstance(one, np.generic):
            return one.item()
        return DeviceArray.of(one, self.tensor.device).tensor if isinstance(one, np.ndarray) else one

    def _tensor(self, one: Any) -> Any:
        """A number as a tensor, made on the device."""
        if isinstance(one, torch().Tensor):
            return one
        return torch().full((), one, dtype=self.tensor.dtype, device=self.tensor.device)


class RoundedArray(DeviceArray):
    """Whose matrix products round their factors to bfloat16, and add up in float32."""

    def product(self, a: Any, b: Any, out: Any) -> Any:
        a, b = a.bfloat16(), b.bfloat16()
        if out is not None and out.is_cuda:
            return torch().mm(a, b, torch().float32, out=out)
        return torch().mm(a.float(), b.float(), out=out)


def _type(dtype: Any, device: Any) -> Any:
    """PyTorch's type of number; Apple's GPUs have no float64."""
    name = np.dtype(dtype).name
    return getattr(torch(), "float32" if name == "float64" and device.type == "mps" else name)


def _of_torch(name: str) -> Callable[..., Any]:
    return lambda module, *operands, **settings: getattr(module, name)(*operands, **settings)


_ELEMENTWISE: dict[Any, Callable[..., Any]] = {
    **{
        getattr(np, name): _of_torch(name)
        for name in (
            "add", "subtract", "multiply", "divide", "negative", "absolute", "sign", "square", "sqrt", "exp", "log",
            "log1p", "tanh", "reciprocal", "logaddexp", "greater", "greater_equal", "less", "less_equal", "not_equal",
            "isnan", "isfinite",
        )
    },
    np.equal: _of_torch("eq"),  # torch.equal is one answer
    np.power: _of_torch("pow"),
    np.maximum: lambda module, a, b, **settings: module.clamp(a, min=b, **settings),
    np.minimum: lambda module, a, b, **settings: module.clamp(a, max=b, **settings),
}  # fmt: skip
"""The functions of NumPy's that go from number to number; all of them let NaN through."""
_OF_TENSORS = {np.logaddexp}
"""Those for which PyTorch takes no bare number."""
_REDUCTIONS = {np.add: "sum", np.maximum: "amax"}


def _made(name: str) -> Callable[..., DeviceArray]:
    def make(like: DeviceArray, shape: Any, dtype: Any = np.float64, **settings: Any) -> DeviceArray:
        device = like.tensor.device
        return type(like)(getattr(torch(), name)(shape, dtype=_type(dtype, device), device=device))

    return make


def _alike(like: DeviceArray, array: DeviceArray) -> DeviceArray:
    return type(like)(torch().empty_like(array.tensor, memory_format=torch().contiguous_format))


def _take(
    like: DeviceArray, array: DeviceArray, index: DeviceArray, axis: int, out: DeviceArray, mode: str
) -> DeviceArray:
    torch().index_select(array.tensor, axis, index.tensor, out=out.tensor)
    return out


def _dot(like: DeviceArray, a: Any, b: Any, out: DeviceArray | None = None) -> DeviceArray:
    one, other, target = like._operand(a), like._operand(b), None if out is None else out.tensor
    if one.ndim == other.ndim == 1:
        return like._kept(torch().dot(one, other, out=target), out)
    if one.ndim == 1:
        return like._kept(torch().mv(other.T, one, out=target), out)
    return like._kept(like.product(one, other, target), out)


def _vdot(like: DeviceArray, a: Any, b: Any) -> DeviceArray:
    return type(like)(torch().dot(like._operand(a).reshape(-1), like._operand(b).reshape(-1)))


def _einsum(like: DeviceArray, sums: str, a: Any, b: Any) -> DeviceArray:
    """Of products of numbers in the same places: in full precision, whatever that of matrix products."""
    given, _, kept = sums.partition("->")
    one, _, other = given.partition(",")
    gone = [place for place, letter in enumerate(one) if letter not in kept]
    if one != other or kept != "".join(letter for letter in one if letter in kept) or not gone:
        raise NotKnown(f'numpy.einsum("{sums}")')
    return type(like)(torch().sum(like._operand(a) * like._operand(b), gone))


def _clip(like: DeviceArray, array: Any, low: Any, high: Any) -> DeviceArray:
    return type(like)(torch().clamp(like._operand(array), like._operand(low), like._operand(high)))


def _where(like: DeviceArray, chosen: Any, one: Any, other: Any) -> DeviceArray:
    return type(like)(torch().where(*(like._operand(each) for each in (chosen, one, other))))


def _method(name: str) -> Callable[..., DeviceArray]:
    return lambda like, array, axis=None: getattr(array, name)(axis)


_FUNCTIONS: dict[Any, Callable[..., DeviceArray]] = {
    **{getattr(np, name): _made(name) for name in ("empty", "zeros", "ones")},
    **{getattr(np, name): _method(name) for name in ("sum", "mean", "max", "any", "all", "argmax")},
    np.empty_like: _alike,
    np.take: _take,
    np.dot: _dot,
    np.vdot: _vdot,
    np.einsum: _einsum,
    np.clip: _clip,
    np.where: _where,
}
"""The other functions, each with an array that says where it is to be done."""
