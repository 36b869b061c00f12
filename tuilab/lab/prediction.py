"""What a trained network says of new examples, without the data or the experiment that it was trained with."""

import csv
import io
import math
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from tuilab.data import unlabeled
from tuilab.data.table import Floats
from tuilab.errors import BadInput
from tuilab.lab import export
from tuilab.lab.service import Lab
from tuilab.nn import Parameters
from tuilab.nn.task import Task
from tuilab.nn.task.classification import NO_CLASS
from tuilab.runs import Model, RunFolder
from tuilab.text import clean
from tuilab.training.predict import Predictions, predict
from tuilab.words import plural

ROWS = 4096
"""Examples that are told at a time."""
_TOLD = 5
"""Columns of which it is told that examples are far off; an array may have hundreds."""


class Predictor(Struct, frozen=True, eq=False):
    """A network with its weights and what it takes to feed it."""

    model: Model
    parameters: Parameters

    @classmethod
    def of(cls, lab: Lab, name: str) -> "Predictor":
        """That of a run, of a folder that is a copy of one, or of an exported .npz or .safetensors file.

        Raises `BadInput`, also for a run of an earlier tuilab whose data are no longer there.
        """
        path = Path(name).expanduser()
        if path.suffix in export.READERS:
            found = cls(*export.READERS[path.suffix](path))
        else:
            folder = _folder(lab, name, path)
            found = cls(lab.model_of(folder), lab.weights_of(folder).parameters)
        if found.model.layers != found.parameters.sizes:
            raise BadInput("its weights are not those of its layers", path=clean(name))
        return found

    @property
    def task(self) -> Task:
        """What the network is for."""
        return self.model.network.task

    def read(self, source: str) -> tuple[Floats, tuple[str, ...]]:
        """X (m, n) of a file of new examples, "-" for standard input, and what is to be said: `unlabeled.load`."""
        X, notes = unlabeled.load(source, self.model.features, self.model.aside, self.model.encoders)
        far = [f"{plural(len(values), 'example')} {said}" for values, said in far_texts(self.model, X)]
        more = [f"of {len(far) - _TOLD} more columns, too, examples are far from what train has"] * (len(far) > _TOLD)
        return X, (*notes, *far[:_TOLD], *more)

    def __call__(self, X: Floats) -> Predictions:
        """What is said of raw examples X (m, n), which are not kept as they are. Raises `BadInput`."""
        inputs = self.model.inputs(X, self.parameters.theta.dtype)
        return predict(self.model.network, self.parameters, inputs)

    def head(self, chances: bool) -> str:
        """The first line of a CSV."""
        if chances and not self.task.of_classes:
            raise BadInput(f"{self.task.words.task} has no probabilities", path="--proba")
        return _line(["prediction", *(self.model.classes if chances else ())])

    def lines(self, X: Floats, *, chances: bool, as_json: bool) -> Iterator[str]:
        """A line for each example, of CSV or of JSON, with the probability of each class if `chances`."""
        of_classes = self.task.of_classes
        for start in range(0, len(X), ROWS):
            said = self(X[start : start + ROWS])
            for value, row in zip(said.classes.tolist(), said.probabilities.tolist(), strict=True):
                told, shares = self._told(value, of_classes), [None if math.isnan(share) else share for share in row]
                if as_json:
                    one: dict[str, Any] = {"prediction": told}
                    if chances:
                        one["probabilities"] = dict(zip(self.model.classes, shares, strict=True))
                    yield export.as_json(one)
                else:
                    yield _line([told, *(shares if chances else ())])

    def _told(self, value: float, of_classes: bool) -> str | float | None:
        """The name of a class, or a number; None for what says nothing."""
        if of_classes:
            return None if value == NO_CLASS else self.model.classes[int(value)]
        return value if math.isfinite(value) else None


def written(model: Model) -> dict[int, tuple[str, Callable[[float], str]]]:
    """By feature that is a quantity its name, and how its values are written: as its column has them."""
    if model.encoders is None:
        return {at: (name, lambda value: f"{value:.5g}") for at, name in enumerate(model.features)}
    starts = accumulate((len(one.features) for one in model.encoders.encoders), initial=0)
    pairs = zip(starts, model.encoders.encoders, strict=False)
    return {at: (one.reading.name, one.written) for at, one in pairs if one.reading.kind != "category"}


def far_texts(model: Model, X: Floats) -> Iterator[tuple[Floats, str]]:
    """The values of raw examples X (m, n) that are far from what train has of a column, and what is to be said of them.

    In another unit, mistyped or of another kind: nothing was learned there, and any number may come out.
    """
    quantities = written(model)
    for at, values in model.far(X).items():
        if at in quantities:
            name, text = quantities[at]
            middle = (model.lowest[at] + model.highest[at]) / 2
            farthest = float(values[np.abs(values - middle).argmax()])
            has = f"{text(model.lowest[at])} … {text(model.highest[at])}"
            yield values, f"with {clean(name, 40)} far from what train has, {has}: {text(farthest)}"


def _folder(lab: Lab, name: str, path: Path) -> RunFolder:
    """The run that is called so, or the folder at the path, where there is no such run. Raises `BadInput`."""
    if "/" in name and path.is_dir():
        return RunFolder(path)
    try:
        return lab.store.find(name)
    except BadInput:
        if path.is_dir():
            return RunFolder(path)
        if path.is_file():
            kinds = " or ".join(export.READERS)
            raise BadInput(
                f"is no network that predict reads: a run, its folder, a {kinds}", file=clean(name)
            ) from None
        raise


def _line(cells: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
