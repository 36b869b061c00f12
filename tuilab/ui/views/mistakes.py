"""The mistakes: the confusion matrix of a part, and the examples misclassified."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from tuilab.data import Dataset, Part
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Moment, Snapshot
from tuilab.text import clean
from tuilab.training.mistakes import EXAMPLES, Mistakes, farthest, mistakes
from tuilab.training.predict import NO_CLASS
from tuilab.training.samples import images
from tuilab.ui.plots.series import Array
from tuilab.ui.views.images import PicturesView
from tuilab.words import count, percent, plural
from tuilab.words.table import aligned

PARTS = ("dev", "train", "test")
"""In the order of the key: dev is the part to learn from, test is for one figure at the end."""
MOST_CLASSES = 10
"""Classes up to which the whole confusion matrix is shown, and not its largest entries."""
_FEATURES = 3
_IMAGES = 60
_NAME = 9
"""Cells of a class's name in the matrix."""


@dataclass(frozen=True, eq=False)
class Insight:
    """The matrix, or its largest entries, over the list of mistakes; images of these if there are any."""

    part: str
    said: str
    rows: tuple[str, ...]
    images: tuple[Array, ...]
    captions: tuple[str, ...]


class MistakesView(PicturesView):
    """A confusion matrix over the misclassified examples."""

    TITLE = "Mistakes"
    ABOUT = "the confusion matrix of train, dev or test, and the examples misclassified, the surest first"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "turn", "Part", tooltip="Look at the mistakes on dev, train or test"),
    ]

    @staticmethod
    def look(lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """The mistakes of the newest weights on the part `choice`."""
        return insight(lab.moment(experiment, snapshot.name if snapshot else ""), choice or "")

    def action_turn(self) -> None:
        """Looks at the next part."""
        if self.insight is not None:
            self.choice = PARTS[(PARTS.index(self.insight.part) + 1) % len(PARTS)]


def insight(moment: Moment, name: str) -> Insight:
    """What the view shows of a moment; an empty part gives way to the next one that is not."""
    dataset = moment.problem.dataset
    parts = {"dev": dataset.dev, "test": dataset.test, "train": dataset.train}
    first = PARTS.index(name) if name in PARTS else 0
    name = next(name for name in (*PARTS[first:], *PARTS) if len(parts[name].y))
    part = parts[name]
    found = mistakes(dataset, part, moment.problem.network, moment.parameters)
    pictures = images(dataset, part.X[found.places[:_IMAGES]])
    listed = () if pictures.size else _listed(dataset, part, found)
    return Insight(
        part=name,
        said=sentence(moment.iteration, name, found, dataset.classes),
        rows=(*matrix(found.confusion, dataset.classes), *(("", *listed) if listed else ())),
        images=tuple(pictures) if pictures.size else (),
        captions=_captions(part, found, dataset.classes),
    )


def sentence(iteration: int, name: str, found: Mistakes, classes: Sequence[str]) -> str:
    """How much of the part is wrong, and the most frequent mistake."""
    first = "first " if found.examples == EXAMPLES else ""
    share = percent(found.wrong / found.examples)
    said = (
        f"Iteration {count(iteration)}, {name}: {count(found.wrong)} of {first}{count(found.examples)} wrong ({share})."
    )
    if found.wrong:
        number, truth, taken = entries(found.confusion)[0]
        said += f" Most often {_class(classes, truth)} taken for {_class(classes, taken)} ({plural(number, 'time')})."
    return f"{said} Rows: the truth; columns: predicted."


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
    """A head and a line a class, right ones in brackets; of many classes a line for each kind of mistake."""
    total = confusion.sum(axis=1)
    if len(classes) > MOST_CLASSES:
        rows = [
            (_class(classes, truth), _class(classes, taken), count(number), percent(number / total[truth]))
            for number, truth, taken in entries(confusion)
        ]
        return aligned([("truth", "predicted", "times", "of the class"), *rows], left=2)
    shown = len(classes) + bool(confusion[:, -1].any())
    short = [_cut(_class(classes, k)) for k in range(shown)]
    lines: list[tuple[str, ...]] = [("truth", *(f"{name} " for name in short), "right")]
    for truth, row in enumerate(confusion[:, :shown].tolist()):
        numbers = [f"{count(number)} " if number else "· " for number in row]
        numbers[truth] = f"[{count(row[truth])}]"
        lines.append((short[truth], *numbers, f"{100 * row[truth] / total[truth]:.0f} %" if total[truth] else "–"))
    return aligned(lines, left=1, gap=1)


def _listed(dataset: Dataset, part: Part, found: Mistakes) -> tuple[str, ...]:
    """A line for each mistake, with the features in which the example is most unusual."""
    rows = part.X[found.places]
    features, distances = farthest(dataset, rows, _FEATURES)
    lines = []
    for place, taken, chance, own, far in zip(
        found.places, found.predicted, found.probability, features, distances, strict=True
    ):
        unusual = ", ".join(f"{clean(dataset.features[i], 20)} {z:+.1f}σ" for i, z in zip(own, far, strict=True))
        classes = [_cut(_class(dataset.classes, k)) for k in (int(part.y[place]), int(taken))]
        lines.append((count(int(place)), *classes, "–" if taken == NO_CLASS else f"{100 * chance:.0f} %", unusual))
    return _table(("example", "truth", "predicted", "sure", "farthest from the mean"), lines) if lines else ()


def _table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Aligned but for the last column, which may be longer than the screen."""
    fronts = aligned([row[:-1] for row in (head, *lines)], left=3)
    width = max(map(cell_len, fronts))
    return tuple(
        f"{front}{' ' * (width - cell_len(front))}  {row[-1]}" for front, row in zip_longest(fronts, (head, *lines))
    )


def _captions(part: Part, found: Mistakes, classes: Sequence[str]) -> tuple[str, ...]:
    """`3→8 97%`: the truth, what was predicted, and how probable it seemed."""
    names = [name if name.isascii() else f"#{k}" for k, name in enumerate(clean(name, 6) for name in classes)] + ["?"]
    triples = zip(part.y[found.places].tolist(), found.predicted.tolist(), found.probability.tolist(), strict=True)
    return tuple(
        f"{names[truth]}→{names[taken]}" + ("" if taken == NO_CLASS else f" {100 * chance:.0f}%")
        for truth, taken, chance in triples
    )


def _class(classes: Sequence[str], k: int) -> str:
    return clean(classes[k], 30) if 0 <= k < len(classes) else "no class"


def _cut(name: str) -> str:
    return clean(name, _NAME)
