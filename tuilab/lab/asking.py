"""One example put to a run's network, typed or chosen: what it says, and which training rows are nearest to it."""

import csv
import math
from collections.abc import Callable
from functools import cached_property

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.data import Dataset, Part, unlabeled
from tuilab.data.columns import numbers
from tuilab.data.normalize import moments
from tuilab.data.row_numbers import FileRow, row_text
from tuilab.errors import BadInput
from tuilab.events import example_of
from tuilab.experiment import Experiment
from tuilab.lab.insight.images import images
from tuilab.lab.prediction import Predictor, far_texts, written
from tuilab.lab.service import Lab
from tuilab.nn.task.classification import NO_CLASS
from tuilab.text import clean
from tuilab.training.predict import predict
from tuilab.words import listed, percent, plural, quantity

NEAREST = 5
"""Training rows that are shown."""
TOLD = 5
"""Classes whose probabilities are told, the most probable first."""
PARTS = ("dev", "test", "train")
"""From which an example may be chosen."""
_BLOCK = 2**20  # numbers that are compared at a time


class AskedColumn(Struct, frozen=True, kw_only=True):
    """A column of an example: what it is called, of what kind it is, and what train has in it."""

    name: str
    kind: str
    holds: str


class Near(Struct, frozen=True, kw_only=True):
    """A training row, the `place`-th from 0: what it is, and how far it is away."""

    place: int
    row: FileRow | None = None
    """Of its file, if it is of one."""
    label: str
    distance: float
    """Root of the mean of the squared differences of the inputs, each in σ of train."""
    texts: tuple[str, ...]


def sigmas(distance: float) -> str:
    """A distance, for a person."""
    return f"{distance:,.0f}σ" if distance >= 100 else f"{distance:.2g}σ"


class Answer(Struct, frozen=True, kw_only=True, eq=False):
    """What the network says of an example, and the training rows that are nearest, the nearest first."""

    prediction: str
    chances: tuple[tuple[str, float], ...] = ()
    """Of each class its probability, the most probable first; none of numbers."""
    threshold: float = 0.5
    notes: tuple[str, ...] = ()
    """What was unknown or missing."""
    nearest: tuple[Near, ...] = ()
    without: str = ""
    """Why there are no nearest rows."""
    images: Array
    """(k, side, side): the example and the nearest rows; k = 0 where they are no images."""

    @property
    def said(self) -> str:
        """All of it but the rows, a sentence a line."""
        lines = [self.prediction]
        if self.chances:
            told = [f"{clean(name, 30)}: {percent(chance)}" for name, chance in self.chances[:TOLD]]
            more = len(self.chances) - len(told)
            lines[0] += f" · {', '.join(told)}{f', {more} more' if more else ''}"
            if self.threshold != 0.5:
                lines[0] += f" (said from {self.threshold:g} on)"
        lines += [f"! {note[0].upper()}{note[1:]}." for note in self.notes]
        return "\n".join([*lines, self._nearness])

    @property
    def _nearness(self) -> str:
        if not self.nearest:
            return f"No nearest rows: {self.without}"
        first, last = self.nearest[0].distance, self.nearest[-1].distance
        away = f"{sigmas(first)} to {sigmas(last)} away"
        if not self.chances:
            return f"The nearest training rows are {away}."
        labels = [near.label for near in self.nearest]
        kinds = sorted(set(labels), key=lambda label: (-labels.count(label), label))
        shares = listed([f"{clean(label, 30)} ({labels.count(label)})" for label in kinds])
        return f"Of the nearest {plural(len(labels), 'training row')}: {shares}; {away}."


class Asking:
    """Puts examples to the network of the run called `run`, an `experiment`. Raises `BadInput` without weights.

    Its data may be gone: then nothing can be chosen from them, and there are no nearest rows.
    """

    def __init__(self, lab: Lab, experiment: Experiment, run: str) -> None:
        self._lab, self._run = lab, run
        self.model = Predictor.of(lab, run).model
        self.dataset: Dataset | None = None
        self._without = ""
        try:
            dataset = lab.moment(experiment, run).problem.dataset
            if dataset.features != self.model.features:
                raise BadInput("the data are no longer those of the run: their features differ")
            self.dataset = dataset
        except BadInput as error:
            self._without = str(error)

    @cached_property
    def columns(self) -> tuple[AskedColumn, ...]:
        """What an example is asked by, in order: its features, or the columns of a table of many kinds."""
        held = {name: self._range(at, text) for at, (name, text) in written(self.model).items()}
        if self.model.encoders is None:
            return tuple(AskedColumn(name=name, kind="number", holds=holds) for name, holds in held.items())
        readings = [(one, one.reading) for one in self.model.encoders.encoders]
        levels = {
            reading.name: listed([reading.levels[place] for place in one.levels] or reading.levels, 4)
            for one, reading in readings
            if reading.kind == "category"
        }
        held |= levels
        return tuple(
            AskedColumn(name=reading.name, kind=reading.kind, holds=held[reading.name]) for _, reading in readings
        )

    @property
    def parts(self) -> dict[str, Part]:
        """From which an example may be chosen, by name."""
        found = self.dataset.parts if self.dataset else {}
        return {name: found[name] for name in PARTS if name in found and len(found[name].y)}

    def typical(self) -> tuple[str, ...]:
        """The cells of an example in the middle of the training part: means, medians, first levels; a day is whole."""
        if self.model.encoders is None:
            return tuple(f"{mean:.6g}" for mean in self.model.mean)
        return tuple(
            (one.reading.levels[one.levels[0] if one.levels else 0] if one.reading.levels else "")
            if one.reading.kind == "category"
            else one.written(math.floor(one.median) if one.reading.kind == "date" else one.median)
            for one in self.model.encoders.encoders
        )

    def example(self, part: str, place: int) -> tuple[str, ...]:
        """The cells of an example of a part."""
        return self._texts(self.parts[part].X[place])

    def truth(self, part: str, place: int) -> str:
        """The class of an example of a part, or its number."""
        return self._label(self.parts[part].y[place])

    def name(self, part: str, place: int) -> str:
        """What an example of a part is called: `dev example 1`, with the row of its file where it is of one."""
        rows = self.parts[part].rows
        where = f", {row_text(rows.row(place), rows.file)}" if rows else ""
        return f"{example_of(part)} {place + 1:,}{where}"

    def cells(self, column: int, text: str) -> tuple[str, ...]:
        """The cells of a whole row, where `text` is one with a tab, a semicolon or a comma between; else it alone.

        Raises `BadInput` for a row of another number of cells.
        """
        other = list[str]()
        for delimiter in "\t;,":
            (found,) = csv.reader([text.replace("\n", " ")], delimiter=delimiter, skipinitialspace=True)
            if len(found) < 2 or (delimiter == "," and self._is_one(column, text)):
                continue
            if len(found) == len(self.columns):
                return tuple(cell.strip() for cell in found)
            if any(map(numbers.is_in_a_form, map(str.strip, found))):
                other = other or found
        if other:
            raise self._uneven(len(other))
        return (text.strip(),)

    def _uneven(self, cells: int) -> BadInput:
        """What is wrong with a row of so many cells."""
        names = [clean(one.name, 40) for one in self.columns]
        if cells < len(names):
            said = f"in this order {listed(names[cells:], 5)} would have none"
        else:
            said = f"{listed(names, 5)}, not the label"
        return BadInput(f"{plural(cells, 'cell')}, and {plural(len(names), 'column')} are wanted: {said}")

    def answer(self, texts: tuple[str, ...]) -> Answer:
        """What the newest weights say of the cells `texts`. Raises `BadInput` naming the column at fault."""
        X, notes = unlabeled.row(texts, self.model.features, self.model.encoders)
        notes = (*notes, *(f"it is {said}" for _, said in far_texts(self.model, X)))
        predictor = Predictor.of(self._lab, self._run)
        inputs = predictor.model.inputs(X, predictor.parameters.theta.dtype)
        said = predict(predictor.model.network, predictor.parameters, inputs)
        nearest = self._nearest(inputs[0])
        return Answer(
            prediction=self._prediction(said.classes[0]),
            chances=tuple(
                sorted(zip(self.model.classes, said.probabilities[0].tolist(), strict=True), key=lambda one: -one[1])
            ),
            threshold=self.model.threshold,
            notes=notes,
            nearest=nearest,
            without=self._without,
            images=self._images(inputs, [near.place for near in nearest]),
        )

    def _nearest(self, x: Array) -> tuple[Near, ...]:
        """Those to the inputs x (n,)."""
        if self.dataset is None:
            return ()
        X, rows = self.dataset.train.X, self.dataset.train.rows
        step = max(1, _BLOCK // len(x))
        squares = np.concatenate(
            [(((X[at : at + step] - x) / self._spread) ** 2).mean(axis=1) for at in range(0, len(X), step)]
        )
        return tuple(
            Near(
                place=place,
                row=rows.row(place) if rows else None,
                label=self._label(self.dataset.train.y[place]),
                distance=math.sqrt(squares[place]),
                texts=self._texts(X[place]),
            )
            for place in np.argsort(squares, kind="stable")[:NEAREST].tolist()
        )

    @cached_property
    def _spread(self) -> Array:
        """σ (n,) of the inputs: of what is normalized about 1, as it is taken to be of what says yes or no."""
        assert self.dataset is not None
        return moments(self.dataset.train.X, self.dataset.marks)[1]

    def _range(self, feature: int, text: Callable[[float], str]) -> str:
        """The lowest and the highest value of a feature in train."""
        ends = self.model.lowest[feature : feature + 1] + self.model.highest[feature : feature + 1]
        if self.dataset is not None and not ends:  # of a run of an earlier tuilab, or of data larger than memory
            values = self.dataset.raw(self.dataset.train.X[:, feature], feature)
            ends = (float(values.min()), float(values.max()))
        return " … ".join(map(text, ends))

    def _texts(self, x: Array) -> tuple[str, ...]:
        """The cells of a row of a part (n,)."""
        assert self.dataset is not None
        raw = self.dataset.raw(x[None])[0]
        if self.model.encoders is not None:
            return self.model.encoders.texts(raw)
        digits = 10 if x.dtype == np.float64 else 6
        return tuple(numbers.written(value, "point", digits) for value in raw.tolist())

    def _label(self, y: float) -> str:
        if self.model.target is not None:
            return quantity(self.model.target.mean + self.model.target.scale * float(y), self.model.target.scale)
        return self.model.classes[int(y)]

    def _prediction(self, said: float) -> str:
        if (target := self.model.target) is not None:
            told = quantity(float(said), target.scale) if math.isfinite(said) else "no number"
            return f"{clean(target.name, 30)}: {told}"
        return "no class: its weights are no numbers" if said == NO_CLASS else clean(self.model.classes[int(said)], 60)

    def _is_one(self, column: int, text: str) -> bool:
        """Whether a text with a comma in it is a value of a column, or a number of another form that is no row."""
        if numbers.is_in_a_form(text.strip()):
            return True
        if self.model.encoders is None:
            return False
        reading = self.model.encoders.encoders[column].reading
        return text.strip() in reading.levels if reading.kind == "category" else reading.values([text]) != [None]

    def _images(self, inputs: Array, places: list[int]) -> Array:
        if self.dataset is None:
            return np.empty((0, 0, 0))
        return images(self.dataset, np.concatenate([inputs, self.dataset.train.X[places]]))
