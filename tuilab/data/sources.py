"""The first step: what the experiment's sources hold, under the features and classes of the first one."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from tuilab.data import datasets, files, generate
from tuilab.data.columns.reading import Reading
from tuilab.data.dataset import Dataset, Part, unnormalized
from tuilab.data.label import is_default, refuse_names
from tuilab.data.mapped import is_mapped
from tuilab.data.row_numbers import SourceRows, chosen_numbers
from tuilab.data.split import stratified
from tuilab.data.table import Table, as_numbers
from tuilab.errors import BadInput
from tuilab.events import Target
from tuilab.experiment import GENERATED, SHIPPED, Experiment
from tuilab.experiment.fields import ColumnsSection
from tuilab.nn.task import CLASSIFICATION, for_numbers, wants_numbers
from tuilab.streams import stream
from tuilab.text import clean

Read = Callable[[str, str, str, ColumnsSection, Sequence[Reading]], Table]
"""As `files.load`: source, label column, the place in the experiment that names the source, what is decided of columns,
and the readings of another file's, by which this one's are read."""


def load(experiment: Experiment, read: Read = files.load) -> Dataset:
    """All examples of the source as the training part; dev and test where they have files of their own, else empty.

    Random numbers come from the seed's stream "data" (generated points, the choice of a subset). Raises `BadInput`.
    """
    data = experiment.data
    found = _table(experiment, read)
    if is_default(experiment):
        refuse_names(found)
    table, note = _asked(found, experiment)
    others = structs.replace(experiment.columns, drop_rows=(), keep_rows=())  # whose rows are those of the source alone
    dev, test = (
        read(source, data.label, path, others, table.columns) if source else None
        for source, path in ((data.dev_source, "data.dev_source"), (data.test_source, "data.test_source"))
    )
    none = Part(X=table.X[:0], y=table.y[:0])
    dataset = unnormalized(
        Part(table.X, table.y, rows=_rows(table)),
        none if dev is None else _aligned(dev, table, "data.dev_source", data.dev_source),
        none if test is None else _aligned(test, table, "data.test_source", data.test_source),
        table.features,
        table.classes,
    )
    if not table.classes:
        dataset = replace(dataset, target=target_of(experiment, table.label))
    notes = (*filter(None, [note]), *table.notes)
    dataset = replace(dataset, columns=table.columns, notes=notes, label=table.label)
    places = {"data.source": table, "data.dev_source": dev, "data.test_source": test}
    return replace(dataset, files=tuple(one.origin.noted(place) for place, one in places.items() if one and one.origin))


def target_of(experiment: Experiment, name: str) -> Target:
    """A target as it stands in its source, of the task that the experiment asks for; else of a regression."""
    return Target(name=name, task=for_numbers(experiment.task).name, mean=0.0, scale=1.0)


def _table(experiment: Experiment, read: Read) -> Table:
    data, rng = experiment.data, stream(experiment.seed, "data")
    if data.source in GENERATED:
        examples = generate.DEFAULT_EXAMPLES if data.examples == "all" else data.examples
        return generate.generate(data.source, examples, data.noise, rng)
    table = (
        datasets.load(data.source)
        if data.source in SHIPPED
        else read(data.source, data.label, "data.source", experiment.columns, ())
    )
    return table if data.examples == "all" else _subset(table, data.examples, rng)


def _asked(table: Table, experiment: Experiment) -> tuple[Table, str]:
    """The table as the task asks for it, and what is to be said of a task that was guessed. Raises `BadInput`."""
    label, numbers = clean(table.label, 60), not table.classes
    if wants_numbers(experiment.task) and not numbers:
        return replace(table, y=_numbers(table, "task"), classes=()), ""
    if not numbers or experiment.data.source in GENERATED:
        if numbers and experiment.task == CLASSIFICATION.name:
            raise BadInput(f'must be "regression" (or "auto"): {experiment.data.source} has no classes', path="task")
        return table, ""
    said = f'the label "{label}" has {len(np.unique(table.y))} different numbers in {len(table.y)} examples'
    if experiment.task == CLASSIFICATION.name:
        raise BadInput(
            f'{said}, which is a quantity rather than classes: let the task be "regression"; put them into ranges '
            "(low, middle, high); name the column that holds the classes (data.label); or, if they are classes, "
            'write words ("c7")',
            path="task",
        )
    guess = f"{said}: a quantity, so this is a regression (in words, c7 for 7, they would be classes)"
    return table, guess if experiment.task == "auto" else ""


def _numbers(table: Table, path: str) -> NDArray[np.float64]:
    """The labels of a table as numbers. Raises `BadInput` where they are words."""
    values = [_value(name) for name in table.classes]
    if None in values:
        word = table.classes[values.index(None)]
        raise BadInput(
            f'must be "classification" (or "auto"): the label "{clean(table.label, 60)}" holds words, as {word!r}',
            path=path,
        )
    return as_numbers(table.y, [value for value in values if value is not None])


def _value(name: str) -> float | None:
    try:
        return float(name)
    except ValueError:
        return None


def _subset(table: Table, examples: int, rng: np.random.Generator) -> Table:
    """A stratified draw of `examples` from `table`, in the table's order."""
    available = len(table.y)
    if examples > available:
        raise BadInput(f"the source has {available} examples, not {examples}", path="data.examples")
    if examples < len(table.classes):
        raise BadInput(
            f"{examples} examples cannot hold one of each of the {len(table.classes)} classes", path="data.examples"
        )
    codes = table.y if table.classes else np.zeros(available, np.int64)
    chosen = stratified(codes, np.array([examples, available - examples]), rng)[0]
    numbers = chosen_numbers(table.numbers, chosen) if len(table.numbers) else table.numbers
    return replace(table, X=table.X[chosen], y=table.y[chosen], numbers=numbers)


def _aligned(other: Table, table: Table, path: str, source: str) -> Part:
    """The examples of `other`, their features and classes in the order of those in `table`."""
    features = _columns(table.features, other.features)
    if features is None:
        names = ", ".join(clean(name, 40) for name in table.features[:5])
        raise BadInput(
            f"must have the {len(table.features)} features of data.source ({names} …), has {len(other.features)}",
            path=path,
            file=clean(source),
        )
    in_order = features == list(range(len(features)))
    X = other.X if in_order and is_mapped(other.X) else np.ascontiguousarray(other.X[:, features])
    if not table.classes:
        return Part(X, _numbers(other, path) if other.classes else other.y, rows=_rows(other))
    known = {name: index for index, name in enumerate(table.classes)}
    if not other.classes:
        raise BadInput("has numbers for labels, data.source has classes", path=path, file=clean(source))
    if unknown := [name for name in other.classes if name not in known]:
        raise BadInput(
            f"has the class {unknown[0]!r}, which no example of data.source has", path=path, file=clean(source)
        )
    codes = np.array([known[name] for name in other.classes])
    return Part(X, codes[other.y], rows=_rows(other))


def _rows(table: Table) -> SourceRows | None:
    """Where its examples stand in its file, if it is of one."""
    if table.origin is None or not len(table.numbers):
        return None
    return SourceRows(table.origin.source, table.numbers, table.images)


def _columns(wanted: tuple[str, ...], found: tuple[str, ...]) -> list[int] | None:
    """Where each wanted feature stands among those found: by name, or by place where one side has no names."""
    if set(wanted) == set(found):
        places = {name: place for place, name in enumerate(found)}
        return [places[name] for name in wanted]
    numbered = {tuple(f"x{number}" for number in range(1, len(names) + 1)) == names for names in (wanted, found)}
    return list(range(len(wanted))) if True in numbered and len(wanted) == len(found) else None
