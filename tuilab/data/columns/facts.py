"""What is known of a file before anybody decides: its columns as judged, its label, and how it would be split."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.columns.decisions import decisions, own_marks
from tuilab.data.columns.far_off import far_off
from tuilab.data.columns.kinds import Decision, Judged, judge
from tuilab.data.columns.outsiders import Outsiders, set_aside
from tuilab.data.columns.reader import labels_of, quantity, unlabeled
from tuilab.data.columns.reading import OwnMarks, Values
from tuilab.data.columns.relation import Tells, tells
from tuilab.data.columns.sheet import Sheet
from tuilab.data.label import is_default
from tuilab.data.split import Split, draw
from tuilab.data.table import Labels, as_numbers, rank_labels
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.experiment.fields import ColumnsSection
from tuilab.nn.task import wants_numbers
from tuilab.streams import stream

_SURE = 20.0
"""−ln of a chance that is taken for none."""
_GROUPS = (2, 20)
"""Rows that a group has on average."""


@dataclass(frozen=True, eq=False)
class Facts:
    """A file of columns: what its cells tell under the decisions in `wanted`."""

    sheet: Sheet
    wanted: ColumnsSection
    decided: Mapping[str, Decision]
    own: OwnMarks
    judged: tuple[Judged, ...]
    """The features, those left out among them."""
    shares: tuple[float, float, float]
    """Of train, dev and test."""
    seed: int
    task: str
    """As the experiment has it."""
    asked: tuple[Outsiders, ...] = ()
    """Rows that may be no examples: the sheet has them no more."""
    default_label: bool = False
    """Whether nobody chose the column of the labels."""

    @cached_property
    def features(self) -> tuple[Judged, ...]:
        """Those that are not left out by a decision."""
        return tuple(one for one in self.judged if one.column.name not in self.wanted.drop)

    @property
    def inputs(self) -> tuple[Judged, ...]:
        """Those of them that are learned from: not what decides which rows stand together."""
        return tuple(one for one in self.features if one.column.name not in (self.wanted.group, self.wanted.time))

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """By the name of a column that may be that of groups what is the same in all rows with one value of it."""
        return {one.column.name: found for one in self.features if (found := self._functions(one))}

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is read as it stands: numbers with a decimal point between commas, nothing missing or decided."""
        numbers = all(
            one.reading is not None and one.reading.is_plain and not one.missing and not one.doubtful
            for one in self.judged
        )
        return numbers and self.sheet.is_plain and not self.decided

    @cached_property
    def labeled(self) -> NDArray[np.bool_]:
        """(m,): the rows that have a label."""
        return ~unlabeled(self.sheet.columns[self.sheet.label], self.own)

    @cached_property
    def label(self) -> Judged:
        """The label's column."""
        return judge([self.sheet.columns[self.sheet.label]], self.decided, self.own)[0]

    @cached_property
    def target(self) -> tuple[Labels, tuple[str, ...]] | BadInput:
        """y of the labeled rows and the classes, or why there are none."""
        label = self.sheet.columns[self.sheet.label].rows(self.labeled)
        try:
            if (numbers := quantity(label)) is not None:
                return numbers, ()
        except BadInput as fault:
            return fault
        there, codes = np.unique(label.codes, return_inverse=True)
        texts = labels_of(judge([label], self.decided)[0], [label.texts[code] for code in there])
        try:
            y, names = rank_labels(codes, texts)
        except BadInput as fault:
            return fault
        if wants_numbers(self.task):
            with suppress(ValueError):  # words: the run says so
                return (as_numbers(y, list(map(float, names))) if names else y), ()
        return y, names

    @cached_property
    def split(self) -> Split | None:
        """The rows (of those with a label) of train, dev and test, as a run would draw them; None where none can be."""
        if isinstance(self.target, BadInput):
            return None
        y, classes = self.target
        codes = y if classes else np.zeros(len(y), np.int64)
        held = next(
            (
                (role, self.values(one))
                for role in ("group", "time")
                for one in self.judged
                if one.column.name == getattr(self.wanted, role)
            ),
            None,
        )
        with suppress(BadInput):
            return draw(codes, len(classes), self.shares, stream(self.seed, "split"), held)
        return None

    def values(self, one: Judged) -> Values:
        """(rows with a label,) what a column holds: values, or codes of its texts where something is asked of it."""
        values = one.values if len(one.values) else one.column.codes.astype(np.float64)
        return values if self.labeled.all() else values[self.labeled]

    @cached_property
    def far(self) -> dict[str, Values]:
        """By its name the numbers of each column of numbers, be it the label, that are far from all its others."""
        numbers = [one for one in (*self.judged, self.label) if one.reading and one.reading.kind == "number"]
        return {one.column.name: far_off(one.values) for one in numbers}

    @cached_property
    def group(self) -> NDArray[np.int64] | None:
        """(rows with a label,) which group each is of, where a column is decided to tell."""
        column = next((one for one in self.judged if one.column.name == self.wanted.group), None)
        return None if column is None else np.unique(self.values(column), return_inverse=True)[1]

    @cached_property
    def tells(self) -> dict[str, Tells]:
        """By its name how much each column says of y, where that is known and it is no name of the rows."""
        if isinstance(self.target, BadInput):
            return {}
        tells = {}
        for one in stages.through("relating the columns of", self.judged):
            if one.kind not in ("identifier", "text"):
                tells[one.column.name] = self._tells(one, *self.target)
        return tells

    def _tells(self, one: Judged, y: Labels, classes: tuple[str, ...]) -> Tells:
        numbers = one.reading is not None and one.reading.kind != "category"
        return tells(self.values(one), y, len(classes), numbers, self.group)

    def _functions(self, one: Judged) -> list[str]:
        """Names of other columns that are the same in all rows with one value of this one, beyond chance."""
        different, m = one.column.different, len(one.column)
        excess = m - different
        if not _GROUPS[0] <= m / different <= _GROUPS[1] or different < 10 or one.kind in ("date", "boolean"):
            return []
        if (
            one.reading is not None
            and one.reading.kind == "number"
            and not np.array_equal(one.values, np.round(one.values))
        ):
            return []
        _, first, codes = np.unique(one.column.keys, return_index=True, return_inverse=True)
        found = []
        for other in (*self.features, self.label):
            if other is one or other.kind == "constant":
                continue
            keys, chance = other.column.keys, -np.log(other.column.alike) * excess
            if chance > _SURE and (keys == keys[first[codes]]).all():
                found.append(other.column.name)
        enough = 1 if one.reading is None or one.reading.kind == "category" else 2
        return found if len(found) >= enough else []


def facts(sheet: Sheet, experiment: Experiment) -> Facts:
    """What `sheet`, the source of `experiment`, tells under what that decides of its columns. Raises `BadInput`."""
    wanted, split = experiment.columns, experiment.split
    decided, own = decisions(wanted, sheet), own_marks(wanted, sheet)
    shares = (split.train + split.train_dev, split.dev, split.test)
    sheet, judged, asked = set_aside(sheet, wanted, decided, own)
    return Facts(
        sheet,
        wanted,
        decided,
        own,
        tuple(judged),
        shares,
        experiment.seed,
        experiment.task,
        asked,
        is_default(experiment),
    )
