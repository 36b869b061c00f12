"""Trust: how far a run's probabilities are to be believed, each class, and what something simple would come to."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Dataset
from tuilab.errors import BadInput
from tuilab.events import Tally
from tuilab.experiment import Experiment
from tuilab.lab.insight.insight import Insight
from tuilab.lab.insight.mistakes import EXAMPLES, MATRIX, confusion, counted, matrix
from tuilab.lab.moments import Moment
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.text import clean
from tuilab.training.baselines import COMPARED, Baseline, against, interval, simple, spread
from tuilab.training.better import Better
from tuilab.training.calibration import Reliability, Temperature, reliability, temperature
from tuilab.training.predict import outputs
from tuilab.training.tally import balanced_error, baseline, f1s, precisions, recalls, unequal
from tuilab.words import count, number, percent, plural
from tuilab.words.table import aligned

_STATES = {
    "calibrated": "within the noise of a perfect model",
    "overconfident": "overconfident",
    "underconfident": "not confident enough",
    "off": "too sure in some places, not sure enough in others",
}


class TrustInsight(Insight, frozen=True, kw_only=True, eq=False):
    """Of `examples` of a part, dev where there is one; `temperature` is of dev alone."""

    iteration: int
    part: str
    examples: int
    wrong: int
    classes: tuple[str, ...]
    confusion: Array
    """(K, K + 1), as that of the mistakes."""
    reliability: Reliability | None
    """None where no probability is finite."""
    temperature: Temperature | None
    interval: tuple[float, float]
    """Of the error of the network on the examples that it is compared on, Wilson's at 95 %."""
    group: str
    """The column whose rows of one value err alike, as all intervals take into account; empty where there is none."""
    baselines: tuple[Baseline, ...]
    """On at most `COMPARED` of the examples, and the network on the same ones."""

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """That of the newest weights; there is nothing to choose."""
        return cls.of(lab.moment(experiment, snapshot.name if snapshot else ""))

    @classmethod
    def of(cls, moment: Moment) -> Self:
        """That of a moment, on dev; without one on train, and that is said.

        Raises `BadInput` where there are no classes.
        """
        dataset, network = moment.problem.dataset, moment.problem.network
        if not network.task.of_classes:
            words = network.task.words
            figures = " and ".join(words.measures)
            raise BadInput(
                f"{words.task} has no classes, and so no probabilities to trust: its {figures} tell how far off"
            )
        name = "dev" if len(dataset.dev.y) else "train"
        part = dataset.parts[name]
        places = spread(len(part.y), EXAMPLES)
        truth = part.y[places]
        z = outputs(network, moment.parameters, part.X[places])
        with np.errstate(all="ignore"):  # weights that exploded are looked at, too
            said, chances = network.task.predict(z), network.task.probabilities(z)
        right = said == truth
        compared = spread(len(truth), COMPARED)
        group = None if part.group is None else part.group[places]
        alike = None if group is None else group[compared]
        simply = _simple(dataset, name)
        return cls(
            iteration=moment.iteration,
            part=name,
            examples=len(truth),
            wrong=int((~right).sum()),
            classes=dataset.classes,
            confusion=confusion(truth, said, len(dataset.classes)),
            reliability=reliability(chances[np.arange(len(said)), said], right, group=group),
            temperature=temperature(z, truth, network.task.predict, group) if name == "dev" else None,
            interval=interval(~right[compared], alike),
            group=moment.problem.experiment.columns.group if group is not None else "",
            baselines=against(simply, said[compared], truth[compared], len(dataset.classes), alike),
        )

    @cached_property
    def tally(self) -> Tally:
        """The predictions counted by class."""
        return counted(self.confusion)

    @property
    def error(self) -> float:
        """The share misclassified."""
        return self.wrong / self.examples

    @cached_property
    def said(self) -> str:
        """The error beside what one class alone gives, whether the probabilities hold, and which temperature helps."""
        said = f"Iteration {count(self.iteration)}, {self.part}: error {percent(self.error)}"
        if unequal(self.tally.examples):
            said += f", balanced {percent(balanced_error(self.tally))}"
        said += f"; always one class {percent(baseline(self.tally.examples))}."
        alike = f"Rows of one {clean(self.group, 40)} count as alike as they err." if self.group else ""
        return "\n".join(filter(None, [said, self._calibration, self._cooled if self.part == "dev" else "", alike]))

    @property
    def _calibration(self) -> str:
        known = self.reliability
        if known is None:
            return "Its weights are not finite: it says no probabilities."
        examples = int(known.examples.sum())
        share = float(known.right @ known.examples) / examples
        told = f"Says {percent(share + known.gap)} on average, {percent(share)} is right. ECE {percent(known.ece)}"
        noise = f"a perfect model has up to {percent(known.noise)} on {plural(examples, 'example')}, 99 times of 100"
        return f"{told} ({plural(len(known.says), 'bin')} of equal size; {noise}): {_STATES[known.state]}."

    @property
    def _cooled(self) -> str:
        known = self.temperature
        if known is None:
            why = "what is said of dev tells nothing of its labels, or less" if self.wrong else "dev has no mistakes"
            return f"No temperature is fitted: {why}."
        low, high = known.interval
        told = f"at least {number(low)}" if high is None else f"{number(low)} to {number(high)}"
        kept = "no prediction" if not known.changed else plural(known.changed, "prediction")
        shown = "" if low > 1 or (high is not None and high < 1) else "; 1 may be as good"
        said = (
            f"T = {number(known.value)} ({told} at 95 %, likelihood ratio{shown}), fitted on dev, takes its NLL from "
        )
        return f"{said}{number(known.before)} to {number(known.after)} there and changes {kept}."

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What simple models come to, the classes, the bins."""
        return (*self._compared, "", *self._classes, *(("", *_bins(self.reliability)) if self.reliability else ()))

    @property
    def _compared(self) -> tuple[str, ...]:
        """With the balanced errors where classes are unequal."""
        network = self.baselines[0].better
        how = "Student's t" if network.grouped else "Newcombe"
        rows: list[tuple[str, ...]] = [("", "error", "Wilson", "balanced", f"better, {how}")]
        balanced = percent(balanced_error(self.tally)) if self.examples <= COMPARED else "–"
        rows.append(("network", percent(network.errors[1]), _range(self.interval), balanced, ""))
        for one in self.baselines:
            told = (one.name, percent(one.error), _range(one.interval), percent(one.balanced_error))
            rows.append((*told, _better(one.better)))
        if not unequal(self.tally.examples):
            rows = [(*row[:3], row[4]) for row in rows]
        return aligned(rows, "lr")

    @property
    def _classes(self) -> tuple[str, ...]:
        rows: list[Sequence[str]] = [("class", "examples", "recall", "precision", "F1")]
        figures = (recalls(self.tally), precisions(self.tally), f1s(self.tally))
        for name, examples, *shares in zip(self.classes, self.tally.examples, *figures, strict=True):
            rows.append((clean(name, 30), count(examples), *map(percent, shares)))
        return aligned(rows, "lr")

    @property
    def text(self) -> str:
        """The sentences, the tables, and the confusion matrix."""
        return "\n".join([self.said, "", *self.lines, "", MATRIX, *matrix(self.confusion, self.classes)])


@lru_cache(maxsize=2)
def _simple(dataset: Dataset, name: str) -> dict[str, Array]:
    """What the baselines say of the examples of a part that are compared; no weights of a run change it."""
    part = dataset.parts[name]
    chosen = spread(len(part.y), EXAMPLES)
    chosen = chosen[spread(len(chosen), COMPARED)]
    return simple(dataset, part.at(chosen))


def _bins(known: Reliability) -> tuple[str, ...]:
    rows: list[Sequence[str]] = [("bin", "examples", "says", "is right", "a perfect model, 95 %")]
    columns = (known.examples, known.says, known.right, known.low, known.high)
    for place, (examples, says, right, low, high) in enumerate(zip(*(c.tolist() for c in columns), strict=True), 1):
        mark = "" if low <= right <= high else " !"
        rows.append((str(place), count(examples), percent(says), percent(right) + mark, _range((low, high))))
    return aligned(rows, "r")


def _range(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * low:.1f}{' to ' if low < 0 else '–'}{100 * high:.1f}"


def _better(known: Better) -> str:
    """By how many points the network is better, where McNemar's test, or Student's of groups, shows it."""
    if not known.shown:
        return "not shown"
    return f"{100 * known.difference:.1f} ({_range(known.interval)})"
