"""What a run learned: every W and b as an array of its own, by name, in a NumPy archive without pickles."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.events import DataFile
from tuilab.nn import Parameters
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.checkpoint import newest
from tuilab.runs.files import look_up
from tuilab.runs.folder import RunFolder
from tuilab.runs.log import ends
from tuilab.runs.view import RunView, fold


class Weights(Struct, frozen=True, eq=False):
    """The weights of a run after `iteration` updates."""

    iteration: int
    parameters: Parameters
    kept: bool
    """Whether they are the result of a run that has ended."""
    data: tuple[DataFile, ...] = ()
    """The files of data that they were trained on, as far as that was noted."""


def save_weights(path: Path, parameters: Parameters, **more: Any) -> None:
    """Writes W1 (fan_in, fan_out), b1 (fan_out,), … and whatever else is given to `path`, whole or not at all.

    Raises OSError.
    """
    write_arrays(path, {**parameters.named(), **more})


def load_weights(path: Path) -> Parameters:
    """What `save_weights` wrote. Raises `BadInput` for a file that is missing, damaged or holds other arrays."""
    arrays = read_arrays(path)
    depth = sum(name.startswith("W") for name in arrays)
    try:
        layers = [(arrays[f"W{layer}"], arrays[f"b{layer}"]) for layer in range(1, depth + 1)]
        sizes = (layers[0][0].shape[0], *(len(bias) for _, bias in layers))
        fits = all(pair[0].shape == shape for pair, shape in zip(layers, pairwise(sizes), strict=True))
    except (KeyError, IndexError, TypeError):
        fits = False
    if not fits:
        raise BadInput("does not hold W1, b1, W2, … of one network", file=str(path))
    parameters = Parameters(sizes, layers[0][0].dtype)
    for name, view in parameters.named().items():
        view[:] = arrays[name]
    return parameters


def latest_weights(folder: RunFolder) -> Weights | None:
    """The newest weights of a run, going on or over; None before the first checkpoint (about a second).

    Of a run that has ended they are what it kept (the best ones, with early stopping). Only reads, so that the
    trainer never notices. Raises `BadInput` for files of a newer tuilab.
    """
    end, checkpoint = fold(RunView(), ends(folder.log_file)).finished, newest(folder)
    data = checkpoint.header.data if checkpoint is not None else ()
    if end is not None and end.kept_iteration is not None and look_up(folder.weights_file):
        return Weights(end.kept_iteration, load_weights(folder.weights_file), kept=True, data=data)
    if checkpoint is None:
        return None
    arrays, layers = checkpoint.arrays, checkpoint.header.layers
    try:
        parameters = Parameters(layers, theta=arrays["theta"].copy())
        return Weights(int(arrays["iteration"]), parameters, kept=False, data=data)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"is no checkpoint of these layers: {error}", file=str(folder.checkpoints_folder)) from None
