"""What NVIDIA cards do, asked of their driver through `nvidia-ml-py`, which is optional. Nothing is ever set."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tuilab.events import Card, Memory
from tuilab.text import clean

T = TypeVar("T")
DEVICES = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""One of these is there where a card is, the latter under Windows; elsewhere its library is not even loaded."""


class Cards:
    """The cards of this machine; none where there is no driver, or where nothing is installed to ask it."""

    def __init__(self) -> None:
        self._nvml: Any = None
        self._handles: list[Any] | None = None
        """None: nobody has looked for cards yet."""

    def look(self) -> tuple[Card, ...]:
        """What each card does now. Raises nothing, whatever the driver says."""
        if self._handles is None:
            self._handles = _told(self._find) or []
        return tuple(map(self._card, self._handles))

    def _find(self) -> list[Any]:
        if not any(device.exists() for device in DEVICES):
            return []
        import pynvml

        self._nvml = pynvml
        pynvml.nvmlInit()
        return [pynvml.nvmlDeviceGetHandleByIndex(place) for place in range(pynvml.nvmlDeviceGetCount())]

    def _card(self, handle: Any) -> Card:
        nvml = self._nvml
        power = _told(lambda: nvml.nvmlDeviceGetPowerUsage(handle))  # milliwatts
        return Card(
            name=_told(lambda: clean(nvml.nvmlDeviceGetName(handle), 100)) or "",
            busy=_told(lambda: min(1.0, nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100)),
            memory=_told(lambda: _memory(nvml.nvmlDeviceGetMemoryInfo(handle))),
            power=None if power is None else power / 1000,
            temperature=_told(lambda: float(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))),
        )


def _memory(info: Any) -> Memory:
    return Memory(used=min(info.used, info.total), total=info.total)


def _told(ask: Callable[[], T]) -> T | None:
    """The answer; None where there is none, for any reason that a driver or its library may have."""
    try:
        return ask()
    except Exception:
        return None
