"""What a run learned: every W and b as an array of its own, by name, in a NumPy archive without pickles."""

from pathlib import Path
from typing import Any

import numpy as np

from tuilab.nn import Parameters
from tuilab.runs.files import replacing


def save_weights(path: Path, parameters: Parameters, **more: Any) -> None:
    """Writes W1 (fan_in, fan_out), b1 (fan_out,), … and whatever else is given to `path`, whole or not at all.

    Raises OSError.
    """
    arrays: dict[str, Any] = {**parameters.named(), **more}
    with replacing(path) as file:
        np.savez(file, allow_pickle=False, **arrays)
