"""The mistakes: the confusion matrix of a part, and the examples that the network is most sure of and wrong about."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.data.row_numbers import FileRow
from tuilab.errors import BadInput
from tuilab.events import Tally, part_name
from tuilab.experiment import Experiment
from tuilab.lab.insight.images import brightest, images
from tuilab.lab.insight.insight import Insight
from tuilab.lab.insight.unusual import farthest
from tuilab.lab.moments import Moment
from tuilab.lab.sentences.mistakes import WORN_OUT, gap_text, slice_lines, slice_name, tag_lines, with_rows
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.nn.task.classification import NO_CLASS
from tuilab.runs import Tags
from tuilab.text import clean
from tuilab.training.better import Better
from tuilab.training.eyeball import WITHIN, Tagged, eyeball, gap, tagged, worn_out
from tuilab.training.predict import predict
from tuilab.training.slices import Slice, slices
from tuilab.training.tally import balanced_error, baseline, unequal
from tuilab.words import count, percent, plural
from tuilab.words.table import ROOM, aligned

PARTS = ("dev", "train", "train_dev", "test")
"""The parts in the order in which they are looked at: dev is to learn from, test is for one figure at the end."""
EXAMPLES = WITHIN
"""Of a part, how many examples are looked at, at most: its first ones."""
LISTED = 200
"""Mistakes that are listed, at most."""
MOST_CLASSES = 10
"""Classes up to which the whole confusion matrix is shown, and not its largest entries."""
TOLD = 12
"""Features that are told of an example."""
UNUSUAL = 3
"""Of them in a list."""
MATRIX = "Rows: the truth; columns: predicted."
FARTHEST = "farthest from the mean"
_NAME = 9
"""Cells of a class's name in the matrix."""


class MistakesInsight(Insight, frozen=True, kw_only=True, eq=False):
    """The mistakes on one part, of which `examples` were predicted.

    `confusion` (K, K + 1): how many of the class of the row are predicted as that of the column, the last one for
    weights that predict no class. `places` (r,) are the indices of listed mistakes, the surest first, with their
    class, the one predicted and its probability; `unusual` (r, `TOLD`) the features, by index, in which each is
    farthest from the mean of train, `distance` by how many standard deviations, `values` what they are, and `cells`
    that as the source has it.

    Of a large dev set the mistakes of the eyeball part alone are listed.
    """

    TURNS: ClassVar = ("part",)

    iteration: int
    part: str
    parts: tuple[str, ...]
    """Those that have examples, in the order in which they are looked at."""
    examples: int
    wrong: int
    classes: tuple[str, ...]
    features: tuple[str, ...]
    confusion: Array
    places: Array
    file: str = ""
    rows: tuple[FileRow, ...] = ()
    """Of that `file` each listed one is; none of what is of no file."""
    truth: Array
    predicted: Array
    probability: Array
    unusual: Array
    distance: Array
    values: Array
    cells: tuple[tuple[str, ...], ...]
    images: Array
    """(r, side, side), 0 dark to 1 bright, of the mistakes listed; (0, 0, 0) where the data are no images."""
    looked_at: int
    """Examples whose mistakes are listed, as far as there is room: of dev the eyeball part, else all."""
    mistakes: int
    """Of them, how many are wrong."""
    gap: Better | None
    """The eyeball part against the black box; None where nothing is kept apart."""
    slices: tuple[Slice, ...]
    slice_names: tuple[str, ...]
    tags: tuple[Tagged, ...]
    """What a person says of the mistakes of the eyeball part."""
    fault: str
    """Why that cannot be read; else empty."""

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """Those of the newest weights; `choice` is the part."""
        moment, tags, fault = lab.moment(experiment, snapshot.name if snapshot else ""), Tags(), ""
        try:
            tags = lab.tags(snapshot.name) if snapshot else tags
        except BadInput as error:
            fault = str(error)
        return cls.of(moment, choice or PARTS[0], tags, fault)

    @classmethod
    def of(cls, moment: Moment, name: str = PARTS[0], tags: Tags | None = None, fault: str = "") -> Self:
        """Those of a moment on the part `name`; an empty one gives way to the first that is not.

        Raises `BadInput` where there are no classes.
        """
        dataset, network = moment.problem.dataset, moment.problem.network
        if not network.task.of_classes:
            task = network.task.words.task
            raise BadInput(f"{task} has no classes to be mistaken: the boundary shows which examples are far off")
        parts = {name: dataset.parts[name] for name in PARTS if name in dataset.parts and len(dataset.parts[name].y)}
        name = name if name in parts else next(iter(parts))
        part = parts[name]
        truth = part.y[:EXAMPLES]
        said, chances = predict(network, moment.parameters, part.X[:EXAMPLES])
        wrong = said != truth
        group = None if part.group is None else part.group[:EXAMPLES]
        looked_at = eyeball(len(part.y), moment.problem.experiment.seed, part.group)
        seen = looked_at[:EXAMPLES] if name == "dev" else np.ones(len(truth), bool)
        places = _surest(chances, np.flatnonzero(wrong & seen))
        unusual, distance = farthest(dataset, part.X[places], TOLD)
        pictures = images(dataset, part.X[places])
        cut = None if brightest(dataset) else dataset.raw(part.X[:EXAMPLES])
        sliced = slices(cut, truth, wrong, len(dataset.classes), group)
        values = np.take_along_axis(dataset.raw(part.X[places]), unusual, axis=1)
        return cls(
            iteration=moment.iteration,
            part=name,
            parts=tuple(parts),
            examples=len(truth),
            wrong=int(wrong.sum()),
            classes=dataset.classes,
            features=dataset.features,
            confusion=confusion(truth, said, len(dataset.classes)),
            places=places,
            file=part.rows.file if part.rows else "",
            rows=tuple(map(part.rows.row, places.tolist())) if part.rows else (),
            truth=truth[places],
            predicted=said[places],
            probability=chances[places].max(axis=1, initial=0.0) if len(places) else np.empty(0),
            unusual=unusual,
            distance=distance,
            values=values,
            cells=tuple(
                tuple(map(dataset.written, *pair)) for pair in zip(unusual.tolist(), values.tolist(), strict=True)
            ),
            images=pictures,
            looked_at=int(seen.sum()),
            mistakes=int((wrong & seen).sum()),
            gap=gap(wrong, seen, group),
            slices=sliced,
            slice_names=tuple(slice_name(one, dataset) for one in sliced),
            tags=tagged(tags or {}, wrong, seen, group) if name == "dev" else (),
            fault=fault,
        )

    @property
    def turns(self) -> dict[str, Sequence[str]]:
        """The part of the data."""
        return {"part": tuple(map(part_name, self.parts))}

    def choice(self, places: Mapping[str, int]) -> str:
        """The part."""
        return self.parts[places["part"]]

    @cached_property
    def said(self) -> str:
        """How much of the part is wrong, beside what one class alone gives; the most frequent mistake."""
        first = "first " if self.examples == EXAMPLES else ""
        wrong = f"{count(self.wrong)} of {first}{count(self.examples)} wrong ({percent(self.wrong / self.examples)})"
        said = f"Iteration {count(self.iteration)}, {part_name(self.part)}: {wrong}."
        if unequal(self.tally.examples):
            said += f" Balanced error {percent(balanced_error(self.tally))}."
        said += f" Always one class would be wrong in {percent(baseline(self.tally.examples))}."
        if self.wrong:
            number, truth, taken = entries(self.confusion)[0]
            pair = f"{self._name(truth, 30)} taken for {self._name(taken, 30)}"
            said += f" Most often {pair} ({plural(number, 'time')})."
        if self.gap is not None:
            said += f" Listed: those of the eyeball part, {count(self.looked_at)} examples"
            said += f"; {WORN_OUT}." if worn_out(self.gap) else "."
        return f"{said} {MATRIX}"

    @cached_property
    def tally(self) -> Tally:
        """The confusion matrix as counts by class."""
        return counted(self.confusion)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The matrix, over a list of the mistakes where there are no images of them."""
        listed = () if self.images.size else self.listed
        return (*matrix(self.confusion, self.classes), *(("", *listed) if listed else ()))

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """A line for each mistake listed, with the features in which the example is most unusual."""
        rows = [("example", "truth", "predicted", "sure", "" if self.images.size else FARTHEST)]
        columns = (self.places, self.truth, self.predicted, self.probability, self.unusual, self.distance)
        for place, truth, taken, chance, own, far in zip(*(column.tolist() for column in columns), strict=True):
            sure = "–" if taken == NO_CLASS else f"{100 * chance:.0f} %"
            farthest_off = list(zip(own, far, strict=True))[:UNUSUAL]
            unusual = ", ".join(f"{clean(self.features[i], 20)} {z:+.1f}σ" for i, z in farthest_off)
            told = "" if self.images.size else unusual
            rows.append((count(place), self._name(truth), self._name(taken), sure, told))
        more = self.mistakes - len(self.places)
        lines = with_rows(rows, self.rows, [self.file] * len(self.rows), "lllrl")
        return (*lines, *([f"and {count(more)} more"] if more else [])) if self.mistakes else ()

    @cached_property
    def captions(self) -> tuple[str, ...]:
        """`3→8 97%` in ASCII, for each image: the truth, what was predicted, and how probable it seemed."""
        names = [clean(name, 6) for name in self.classes]
        names = [name if name.isascii() else f"#{k}" for k, name in enumerate(names)] + ["?"]
        triples = zip(self.truth.tolist(), self.predicted.tolist(), self.probability.tolist(), strict=True)
        return tuple(
            f"{names[truth]}→{names[taken]}" + ("" if taken == NO_CLASS else f" {100 * chance:.0f}%")
            for truth, taken, chance in triples
        )

    @property
    def text(self) -> str:
        """The sentence, the matrix, the list; what is said of them, the eyeball part, the slices."""
        listed = self.listed if self.images.size else ()
        told = [gap_text(self.gap), *tag_lines(self.tags, self.mistakes, self.looked_at, self.fault)]
        sliced = slice_lines(self.slices, self.slice_names)
        blocks = [self.said, *map("\n".join, (self.lines, listed, filter(None, told), sliced))]
        return "\n\n".join(filter(None, blocks))

    def _name(self, k: int, limit: int = _NAME) -> str:
        return clean(self.classes[k], limit) if 0 <= k < len(self.classes) else "no class"


def entries(confusion: Array) -> list[tuple[int, int, int]]:
    """The mistakes of a confusion matrix (K, K + 1), most frequent first: number, true class, predicted class."""
    found = [
        (number, truth, taken)
        for truth, row in enumerate(confusion.tolist())
        for taken, number in enumerate(row)
        if number and truth != taken
    ]
    return sorted(found, key=lambda entry: -entry[0])


def matrix(confusion: Array, classes: Sequence[str]) -> tuple[str, ...]:
    """A head and a line a class, right ones in brackets, with its recall and precision.

    Of many classes a line for each kind of mistake.
    """
    total = confusion.sum(axis=1)
    if len(classes) > MOST_CLASSES:
        names = [*(clean(name, 30) for name in classes), "no class"]
        rows = [
            (names[truth], names[taken], count(number), percent(number / total[truth]))
            for number, truth, taken in entries(confusion)
        ]
        return aligned([("truth", "predicted", "times", "of the class"), *rows], "llr")
    shown = len(classes) + bool(confusion[:, -1].any())
    short = [*(clean(name, _NAME) for name in classes), "no class"][:shown]
    said = confusion.sum(axis=0)
    lines: list[tuple[str, ...]] = [("truth", *(f"{name} " for name in short), "recall", "precision")]
    for truth, row in enumerate(confusion[:, :shown].tolist()):
        numbers = [f"{count(number)} " if number else "· " for number in row]
        numbers[truth] = f"[{count(row[truth])}]"
        shares = [f"{100 * row[truth] / whole:.0f} %" if whole else "–" for whole in (total[truth], said[truth])]
        lines.append((short[truth], *numbers, *shares))
    found = aligned(lines, "lr", gap=1)
    if max(map(cell_len, found)) <= ROOM:
        return found
    tight = [tuple(cell.removesuffix(" %") for cell in line) for line in lines[1:]]
    return aligned([(*lines[0][:-2], "rec%", "prec%"), *tight], "lr", gap=1)


def confusion(truth: Array, said: Array, classes: int) -> Array:
    """(K, K + 1): how many of the class of the row are predicted as that of the column, the last one for no class."""
    found = np.zeros((classes, classes + 1), dtype=np.int64)
    np.add.at(found, (truth, np.where(said == NO_CLASS, classes, said)), 1)
    return found


def counted(confusion: Array) -> Tally:
    """A confusion matrix (K, K + 1) as counts by class: of the truth, of what is predicted, of what is right."""
    return Tally(
        examples=tuple(confusion.sum(axis=1).tolist()),
        predicted=tuple(confusion.sum(axis=0)[:-1].tolist()),
        right=tuple(np.diag(confusion).tolist()),
    )


def _surest(chances: Array, wrong: Array) -> Array:
    """Of the places `wrong` those that are listed: first what has no class at all, then by their probability."""
    sure = np.nan_to_num(chances.max(axis=1)[wrong], nan=2.0)
    places: Array = wrong[np.argsort(-sure, kind="stable")][:LISTED]
    return places
