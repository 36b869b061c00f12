"""Where PyTorch can compute: what is installed, which device an experiment asks for, and why it cannot have it."""

import re
from functools import cache
from typing import Any

from tuilab.data.memory import SHARE, gibibytes, total
from tuilab.engines.tensors import OLDEST, torch
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.text import clean

HOW = "pip install 'torch>={}.{}'".format(*OLDEST)
"""The way to get it; nothing here installs it."""


def installed() -> str:
    """The version of the PyTorch that is installed, by its files alone; empty if there is none."""
    from importlib import metadata, util  # takes longer than all else here, and few ask

    try:
        return clean(metadata.version("torch"), 40) if util.find_spec("torch") else ""
    except (metadata.PackageNotFoundError, ValueError):
        return ""


@cache
def why_no_torch() -> str:
    """Why there is no PyTorch to compute with, and what to do about it; empty if there is one, which is loaded."""
    oldest = "PyTorch {}.{} or newer".format(*OLDEST)
    if not (found := installed()):
        return f"the torch engine needs {oldest}, which is not installed: {HOW}"
    if tuple(map(int, re.findall(r"\d+", found)[:2])) < OLDEST:
        return f"the torch engine needs {oldest}, and {found} is installed: {HOW}"
    try:
        torch()
    except (ImportError, OSError) as error:
        return f"PyTorch {found} cannot be loaded ({clean(str(error), 200)}): install it again"
    return ""


def pytorch() -> tuple[str, str]:
    """What PyTorch there is to compute with, with its devices, and why there is none; one of the two is empty."""
    if missing := why_no_torch():
        return "", missing
    cuda = torch().cuda
    devices = [f"cuda:{number} ({clean(cuda.get_device_name(number), 80)})" for number in range(cuda.device_count())]
    devices += ["mps"] * torch().backends.mps.is_available()
    return f"PyTorch {torch().__version__} on {', '.join([*devices, 'cpu'])}", ""


def device_of(experiment: Experiment) -> Any:
    """The device that an experiment asks for; "auto" is the first GPU that there is for it, else the CPU."""
    asked = experiment.compute.device
    if asked == "auto":
        metal = torch().backends.mps.is_available() and experiment.network.precision == "float32"
        asked = "cuda" if torch().cuda.is_available() else "mps" if metal else "cpu"
    return torch().device("cuda:0" if asked == "cuda" else asked)


def why_not_there(experiment: Experiment) -> BadInput | None:
    """Why PyTorch, the device or the precision that an experiment asks for is not to be had; None if all are."""
    if missing := why_no_torch():
        return BadInput(missing, path="compute.engine")
    device = device_of(experiment)
    if why := _absent(device):
        return BadInput(why, path="compute.device")
    if device.type == "mps" and experiment.network.precision == "float64":
        return BadInput('must be "float32": the device mps has no float64', path="network.precision")
    if why := _without(device, experiment):
        return BadInput(why, path="compute.precision")
    return None


def refused_for_memory(device: Any, needed: int, what: str, path: str) -> BadInput | None:
    """The refusal of `what` if it needs more bytes than a run may take of what is free on a device."""
    if device.type == "cuda":
        free, there = torch().cuda.mem_get_info(device)
    elif device.type == "mps":
        there = torch().mps.recommended_max_memory()
        free = there - torch().mps.driver_allocated_memory()
    else:
        free = there = total()
    most = int(SHARE * free)
    if needed <= most:
        return None
    message = (
        f"{what} would need about {gibibytes(needed)} on {device}; "
        f"{gibibytes(most)} of its {gibibytes(there)} may be used now"
    )
    return BadInput(message, path=path)


def _absent(device: Any) -> str:
    """Why a device is not there; empty if it is."""
    if device.type == "mps":
        there = torch().backends.mps.is_available()
        return "" if there else f'"mps" is a GPU of Apple\'s, and PyTorch {torch().__version__} finds none here'
    if device.type == "cpu" or device.index < (gpus := torch().cuda.device_count()):
        return ""
    if torch().version.cuda is None and torch().version.hip is None:
        return f'"{device}" needs a PyTorch that is built with CUDA, and {torch().__version__} is not: see pytorch.org'
    found = "no GPU" if gpus == 0 else "cuda:0" if gpus == 1 else f"cuda:0 to cuda:{gpus - 1}"
    return f'"{device}" is not there: PyTorch {torch().__version__} finds {found}'


def _without(device: Any, experiment: Experiment) -> str:
    """Why a device has not the precision that is asked for; empty if it has."""
    precision = experiment.compute.precision
    if precision == "full":
        return ""
    if experiment.network.precision != "float32":
        return f'must be "full" while network.precision is "{experiment.network.precision}": only float32 is rounded'
    if device.type == "cuda" and torch().cuda.get_device_capability(device) >= (8, 0):
        return ""
    if device.type == "cpu" and precision == "bfloat16":
        return ""
    name = f" ({torch().cuda.get_device_name(device)})" if device.type == "cuda" else ""
    return f'must not be "{precision}" on {device}{name}: NVIDIA GPUs have it from Ampere on'
