"""A file explained: each column with what it holds, the label, what may spoil a result, and the advised split."""

import math
from dataclasses import replace
from typing import BinaryIO

import numpy as np
from msgspec import Struct, structs

from tuilab import stages
from tuilab.data import datasets, files, parquet_file
from tuilab.data.advice import advised_split
from tuilab.data.array_columns import way_of
from tuilab.data.columns.column import NumberColumn
from tuilab.data.columns.facts import Facts, facts
from tuilab.data.columns.kinds import Judged
from tuilab.data.columns.outsiders import is_sum
from tuilab.data.columns.sheet import Above, Alone, Sheet, read_sheet, sheet_of
from tuilab.data.columns.traps import Trap, traps
from tuilab.data.columns.ways import together
from tuilab.data.csv_file import CSV, TSV, read_columns
from tuilab.data.header import NoNames
from tuilab.data.parquet_file import PARQUET
from tuilab.data.split import totals
from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED, Experiment
from tuilab.experiment.fields import ColumnsSection
from tuilab.nn.task import CLASSIFICATION, for_numbers
from tuilab.text import clean

BARS = 8
"""Of a histogram."""
SUPPOSED = 0.1
"""The error of which the standard error is told."""


class ColumnReport(Struct, frozen=True, kw_only=True):
    """What a column holds."""

    name: str
    kind: str
    used: bool
    """False where a decision, or the same value in every row, leaves it out."""
    evidence: str
    alternatives: tuple[str, ...]
    """What else it may be said to be."""
    missing: int
    doubtful: tuple[str, ...]
    """Texts that do not fit, the first ten."""
    lowest: float | None = None
    highest: float | None = None
    """Of numbers, and of dates in days since 1970-01-01."""
    levels: dict[str, int] = {}
    """Of categories: how many rows have each, the most frequent twenty."""
    different: int
    """Different texts."""
    histogram: tuple[int, ...] = ()
    """Rows in each of `BARS` equal ranges of a number."""
    tells: float | None = None
    """Which share of the label's mean square it takes away alone (`relation`); None where that is not known."""


class SplitReport(Struct, frozen=True, kw_only=True):
    """The split that suits so many examples."""

    shares: tuple[float, float, float]
    dev_examples: int
    standard_error: float | None
    """Of a dev error of `SUPPOSED`; of numbers, of the mean square as a share of itself."""
    dev_groups: int | None = None
    """About as many values of columns.group are in dev, where rows of one value stay together."""
    of_groups: float | None = None
    """What the standard error is where the rows of one value err alike; else it is between the two."""


class DataReport(Struct, frozen=True, kw_only=True):
    """All that `tuilab data` says of a file."""

    file: str
    rows: int
    delimiter: str
    """Empty of a file that is no text, as is the encoding."""
    encoding: str
    columns: tuple[ColumnReport, ...]
    label: str
    task: str
    """A name among `tuilab.nn.TASKS`; empty where the label is for none."""
    classes: dict[str, int]
    """How many rows each has."""
    baseline: float | None
    """The error of always saying the most frequent class."""
    traps: tuple[Trap, ...]
    proposed: dict[str, str]
    """What would decide all questions that can be decided by a setting: values of [columns] as TOML has them."""
    split: SplitReport

    @property
    def open(self) -> int:
        """Traps that a person must decide on."""
        return sum(trap.open for trap in self.traps)


def report(experiment: Experiment) -> DataReport:
    """What the source of `experiment` holds, under what that decides of its columns. Raises `BadInput`.

    What is no UTF-8 is shown as latin-1, a first row like data as data, lines above the names of the columns and rows
    that may be no examples are left out; each is said to be a question.
    """
    found = facts(_sheet(experiment), experiment)
    trapped, known = _leaving_some(traps(found), found), files.format_of(experiment.data.source)
    if known and known.inputs:
        trapped = [structs.replace(one, way=one.way and way_of(one.way, found.label.column.name)) for one in trapped]
    y, names = ((), ()) if isinstance(found.target, BadInput) else found.target
    counts = np.bincount(y, minlength=len(names)).tolist() if names else []
    examples = int(found.labeled.sum())
    return DataReport(
        file=clean(experiment.data.source),
        rows=len(found.sheet.numbers),
        delimiter=found.sheet.delimiter,
        encoding=found.sheet.encoding,
        columns=tuple(_column(found, one) for one in stages.through("summing up", found.judged)),
        label=found.label.column.name,
        task=CLASSIFICATION.name if names else for_numbers(found.task).name if len(y) else "",
        classes=dict(zip(names, counts, strict=True)),
        baseline=1 - max(counts) / sum(counts) if counts else None,
        traps=tuple(trapped),
        proposed=together([trap.way for trap in trapped if trap.way], experiment.columns),
        split=_split(examples, _groups(found), classes=bool(names)),
    )


def _leaving_some(trapped: list[Trap], found: Facts) -> list[Trap]:
    """The same; where nothing to learn from would be left, a near copy of the label, or else numbers, stay instead."""
    gone = {trap.column for trap in trapped if trap.way and trap.way.key in ("drop", "group", "time")}
    if {one.column.name for one in found.inputs} - gone:
        return trapped
    numbers = {one.column.name for one in found.inputs if one.reading and one.reading.kind == "number"}
    left_out = [trap for trap in trapped if trap.way and trap.way.key == "drop" and trap.way.turned]
    stay = [trap for trap in left_out if trap.name == "leak"] or [one for one in left_out if one.column in numbers]
    return [structs.replace(trap, way=trap.way and trap.way.turned) if trap in stay else trap for trap in trapped]


def _sheet(experiment: Experiment) -> Sheet:
    """The source as text: as it stands in a .csv file; of arrays, their numbers as Python writes them."""
    data, wanted = experiment.data, experiment.columns
    if data.source in GENERATED:
        raise BadInput("is made from the seed: there is nothing to explain", path="data.source")
    if data.source not in SHIPPED and files.format_of(data.source) in (CSV, TSV):
        with files.watched(data.source) as file:
            return _text(file, data.label, wanted)
    if data.source not in SHIPPED and files.format_of(data.source) is PARQUET:
        with files.watched(data.source) as file:
            return parquet_file.read_sheet(file, data.label)
    if data.source in SHIPPED:
        return sheet_of(datasets.load(data.source))
    images = ColumnsSection(side=wanted.side, color=wanted.color)
    return sheet_of(files.load(data.source, data.label, columns=images))


def _text(file: BinaryIO, label: str, wanted: ColumnsSection) -> Sheet:
    """The cells of a file of text; what may be no part of the table, or no names, is shown as that would be."""
    try:
        found = read_columns(file, label, wanted)
        if found is None or any(is_sum(one.numbers) for one in found.columns if isinstance(one, NumberColumn)):
            return read_sheet(file, label, wanted, guess=True)  # in which the number of each row is known
        return found
    except NoNames:
        bare = structs.replace(wanted, header="none")
        return replace(read_sheet(file, label, bare, guess=True), unnamed=True)
    except Above as found:
        return _text(file, label, structs.replace(wanted, skip=found.lines))
    except Alone as found:
        return _text(file, label, structs.replace(wanted, drop_rows=(*wanted.drop_rows, *found.rows)))


def _groups(found: Facts) -> int | None:
    """How many values the column has that is decided to keep its rows together."""
    return None if found.group is None else int(found.group.max(initial=-1)) + 1


def _split(examples: int, groups: int | None, *, classes: bool) -> SplitReport:
    shares = advised_split(max(1, examples))
    dev, dev_groups = int(totals(examples, shares)[1]), None if groups is None else int(totals(groups, shares)[1])

    def error(size: int | None) -> float | None:
        return math.sqrt(SUPPOSED * (1 - SUPPOSED) / size if classes else 2 / size) if size else None

    return SplitReport(
        shares=shares,
        dev_examples=dev,
        standard_error=error(dev),
        dev_groups=dev_groups,
        of_groups=error(dev_groups),
    )


def _column(found: Facts, one: Judged) -> ColumnReport:
    column, filled = one.column, one.values[~np.isnan(one.values)]
    numeric = one.question != "" if one.reading is None else one.reading.kind != "category"
    bounds = numeric and len(filled) > 0
    levels = sorted(column.cells, key=lambda cell: -cell[1])[:20] if one.kind in ("category", "boolean") else []
    marks = one.reading.marks if one.reading else frozenset()
    tells = found.tells.get(column.name)
    return ColumnReport(
        name=column.name,
        kind=one.kind,
        used=column.name not in found.wanted.drop and (one.kind != "constant" or found.is_plain),
        evidence=one.evidence,
        alternatives=tuple(one.alternatives),
        missing=one.missing,
        doubtful=tuple(clean(text) for text in one.doubtful[:10]),
        lowest=float(filled.min()) if bounds else None,
        highest=float(filled.max()) if bounds else None,
        levels={clean(text): n for text, n in levels if text.casefold() not in marks},
        different=one.different,
        histogram=tuple(np.histogram(filled, BARS)[0].tolist()) if bounds else (),
        tells=None if tells is None else round(tells.share, 4),
    )


def holds(one: ColumnReport) -> str:
    """The range of a column, or its levels, in a few words."""
    if one.lowest is not None and one.highest is not None:
        if one.kind == "date":
            return " … ".join(str(np.datetime64(int(day), "D")) for day in (one.lowest, one.highest))
        return f"{one.lowest:.5g} … {one.highest:.5g}"
    if one.levels:
        shown = ", ".join(f"{name} {n:,}" for name, n in list(one.levels.items())[:3])
        return f"{shown}{', …' if len(one.levels) > 3 else ''}"
    return f"{one.different:,} different"
