"""The real data that comes with the package; shipped/SOURCES.md names authors and licences."""

from pathlib import Path

import numpy as np

from tuilab.data.table import Table

_FOLDER = Path(__file__).with_name("shipped")


def load(name: str) -> Table:
    """The shipped data set `name`, one of `tuilab.experiment.SHIPPED`, in its original order and values."""
    with np.load(_FOLDER / f"{name}.npz", allow_pickle=False) as arrays:
        return Table(
            X=arrays["X"].astype(np.float64),
            y=arrays["y"].astype(np.int64),
            features=tuple(arrays["features"].tolist()),
            classes=tuple(arrays["classes"].tolist()),
        )
