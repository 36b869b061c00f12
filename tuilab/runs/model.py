"""What it takes to predict with a run's weights besides them: neither its experiment nor its data are needed."""

import math
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct

from tuilab.arrays import Array
from tuilab.data import Part, normalize
from tuilab.data.columns.encoders import Encoders
from tuilab.data.mapped import is_mapped
from tuilab.data.table import Floats
from tuilab.engines import Problem
from tuilab.errors import BadInput
from tuilab.events import Target
from tuilab.experiment import activations
from tuilab.nn import ACTIVATIONS, Network
from tuilab.nn.task import task_of
from tuilab.runs.files import look_up, read_at, replacing
from tuilab.runs.folder import RunFolder
from tuilab.text import clean

VERSION = 1
"""Of what a model says. A newer one is refused."""
_LARGEST = 2**26
"""Bytes of a file."""


class Model(Struct, frozen=True, kw_only=True):
    """A network without its weights: its layers, its features and their μ and σ, its classes or its target."""

    version: Annotated[int, Meta(ge=1)] = VERSION
    layers: tuple[Annotated[int, Meta(ge=1)], ...]
    """Units a layer, inputs first, output last."""
    activations: tuple[str, ...]
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    """Inputs are (x − mean)/scale."""
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()
    """What the training part has of each feature; neither is known of data larger than memory."""
    aside: tuple[str, ...] = ()
    """Columns that its file had besides: the label's, and what was left out."""
    encoders: Encoders | None = None
    """What makes features of columns that are more than numbers."""
    classes: tuple[str, ...] = ()
    """By index; none of numbers."""
    target: Target | None = None
    threshold: Annotated[float, Meta(gt=0, lt=1)] = 0.5

    def __post_init__(self) -> None:
        n = len(self.features)
        if len(self.mean) != n or len(self.scale) != n or len(self.layers) < 2 or self.layers[0] != n:
            raise ValueError("features and layers do not fit one another")
        if len(self.lowest) not in (0, n) or len(self.highest) != len(self.lowest):
            raise ValueError("a feature has no range")
        if len(self.activations) != len(self.layers) - 2 or set(self.activations) - ACTIVATIONS.keys():
            raise ValueError("an activation is missing, or unknown")
        if not all(map(math.isfinite, (*self.mean, *self.scale))) or 0 in self.scale:
            raise ValueError("μ must be finite, and σ neither 0 nor infinite")
        if self.encoders is not None and self.encoders.features != self.features:
            raise ValueError("the columns make other features")
        try:
            task = self.network.task
        except KeyError as unknown:
            raise ValueError(f"its task {unknown} is none that is known") from None
        if self.layers[-1] != task.outputs(len(self.classes)) or task.labels(self.layers[-1]) != len(self.classes):
            raise ValueError("the output layer does not fit the classes")

    @classmethod
    def of(cls, problem: Problem) -> "Model":
        """That of the network of a problem."""
        dataset, experiment = problem.dataset, problem.experiment
        X = dataset.train.X
        lowest, highest = ([], []) if is_mapped(X) else (dataset.raw(end(axis=0)).tolist() for end in (X.min, X.max))
        return cls(
            layers=problem.network.sizes,
            activations=activations(experiment),
            features=dataset.features,
            mean=tuple(dataset.mean.tolist()),
            scale=tuple(dataset.scale.tolist()),
            lowest=tuple(lowest),
            highest=tuple(highest),
            aside=tuple(filter(None, (dataset.label, *experiment.columns.drop, *dataset.aside))),
            encoders=dataset.encoders,
            classes=dataset.classes,
            target=dataset.target,
            threshold=experiment.diagnosis.threshold,
        )

    @property
    def network(self) -> Network:
        """The network, whose outputs say what they mean."""
        return Network(self.layers, self.activations, task_of(self.target, self.threshold))

    def inputs(self, X: Floats, dtype: np.dtype[np.floating]) -> Array:
        """What goes into a network of that precision for raw examples X (m, n), which are not kept as they are.

        Step by step as the training part was prepared. Raises `BadInput` for numbers that the precision does not hold.
        """
        if dtype == np.float64 or X.dtype != np.float32:
            X = np.ascontiguousarray(X, np.float64)
        normalize.normalize(X, np.array(self.mean), np.array(self.scale))
        with np.errstate(over="ignore"):
            inputs = np.ascontiguousarray(X, dtype)
        if not np.isfinite(inputs).all():
            raise BadInput(f"holds an example that is too far from the others for {dtype}")
        return inputs

    def far(self, X: Floats) -> dict[int, Floats]:
        """By feature those values of raw examples X (m, n) that are farther from the range of train than that is wide.

        Of features that had the same value in all of train, or whose range is not known, none are told.
        """
        if not self.lowest:
            return {}
        low, high = np.array(self.lowest), np.array(self.highest)
        off = (np.maximum(low - X, X - high) > high - low) & (high > low)
        return {int(at): X[off[:, at], at] for at in np.flatnonzero(off.any(axis=0))}


def encoded(model: Model) -> bytes:
    """A model as JSON."""
    return msgspec.json.encode(model)


def as_trained(problem: Problem, folder: RunFolder) -> Problem:
    """`problem` with inputs as the run in `folder` has them: an earlier tuilab divided those of yes or no by σ, too."""
    model, dataset = None, problem.dataset
    with suppress(BadInput):  # of a damaged one nothing is known
        model = read_model(folder)
    if model is None or model.features != dataset.features:
        return problem
    others = np.flatnonzero(dataset.marks & (dataset.scale != model.scale))
    if not len(others):
        return problem
    mean, scale = dataset.mean.copy(), dataset.scale.copy()
    mean[others], scale[others] = np.array(model.mean)[others], np.array(model.scale)[others]

    def part(old: Part) -> Part:
        X = old.X.copy()
        X[:, others] = (dataset.raw(X)[:, others] - mean[others]) / scale[others]
        return replace(old, X=X)

    return replace(problem, dataset=replace(dataset.each(part), mean=mean, scale=scale))


def decoded(content: bytes, file: str) -> Model:
    """What `encoded` wrote. Raises `BadInput` naming the file for anything else."""
    try:
        model = msgspec.json.decode(content, type=Model)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"describes no network: {clean(str(error), 120)}", file=clean(file)) from None
    if model.version > VERSION:
        raise BadInput(f"is of a newer tuilab (version {model.version})", file=clean(file))
    return model


def write_model(folder: RunFolder, model: Model) -> None:
    """Keeps `model` in a run, whole or not at all; it need not outlive the power, as it can be made again.

    Raises OSError.
    """
    with replacing(folder.model_file, lasting=False, shared=True) as file:
        file.write(encoded(model))


def read_model(folder: RunFolder) -> Model | None:
    """The model of a run; None of one of an earlier tuilab. Raises `BadInput`."""
    if (found := look_up(folder.model_file)) is None:
        return None
    return decoded(read_at(folder.model_file, 0, min(found.st_size, _LARGEST)), str(folder.model_file))
