"""An update as a recording that is played again, as a CUDA graph is one: on the CPU, so that it can be tried anywhere.

The same operations on the same memory, whose numbers alone may have changed: what Python has computed in between is not
in it.
"""

from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from tuilab.engines import Problem
from tuilab.engines.torch_engine import Lane, TorchEngine


class Recording(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self._done: list[tuple[Any, Any, Any, Any]] = []

    def __torch_dispatch__(self, operation: Any, types: Any, arguments: Any = (), settings: Any = None) -> Any:
        settings = settings or {}
        found = operation(*arguments, **settings)
        self._done.append((operation, arguments, settings, found))
        return found

    def replay(self) -> None:
        for operation, arguments, settings, found in self._done:
            for there, again in zip(
                tree_flatten(found)[0], tree_flatten(operation(*arguments, **settings))[0], strict=True
            ):
                if isinstance(there, Tensor) and there.data_ptr() != again.data_ptr():
                    there.copy_(again)


class RecordedEngine(TorchEngine):
    """As on a GPU."""

    def __init__(self, problem: Problem, order: Any = None) -> None:
        super().__init__(problem, order)
        self._graphs = True
        self.recordings = 0

    def _captured(self, lane: Lane) -> Recording:
        kept, recording = self._kept(), Recording()
        self._work(lane)
        self._put_back(kept)
        with recording:
            self._work(lane)
        self._put_back(kept)
        self.recordings += 1
        return recording
