"""One seed decides everything: each purpose draws from a random stream of its own."""

from typing import Literal, get_args

import numpy as np

Purpose = Literal[
    "data", "split", "weights", "batches", "masks", "augmentation", "evaluation", "mismatch", "eyeball", "labels"
]
_PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def stream(seed: int, purpose: Purpose) -> np.random.Generator:
    """The generator for `purpose` under `seed`; how much one purpose draws never changes another's numbers."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_PURPOSES.index(purpose),)))
