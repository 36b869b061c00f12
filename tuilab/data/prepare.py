"""The one way from an experiment to the arrays that a network is trained and measured on: a list of steps.

A step takes the data as the steps before it left them. What it learns, it learns of the training part alone and keeps
in the data set, so that dev, test and whatever comes later go through the same numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data import augment, files, normalize, sources
from tuilab.data.columns.encoders import fit, told, unknown
from tuilab.data.columns.reading import Values
from tuilab.data.dataset import Dataset, Part
from tuilab.data.image_folder import is_colored
from tuilab.data.mapped import as_type, blocks, chosen, is_mapped
from tuilab.data.memory import refuse_too_large
from tuilab.data.packing import packed
from tuilab.data.shift import LEVEL, p_value
from tuilab.data.split import draw, hold_out, thin
from tuilab.data.strays import doubt
from tuilab.data.table import Floats
from tuilab.data.telltale import suspect
from tuilab.data.unlike import shift_text, unlike
from tuilab.errors import BadInput
from tuilab.events import Parts, Target, part_name
from tuilab.experiment import Experiment
from tuilab.nn.task import number_task
from tuilab.streams import stream

Prepare = Callable[[Experiment], Dataset]
"""As `prepare`: from an experiment to its data. Raises `BadInput`."""

_BESIDE = 2**25
"""Bytes that wait beside X while it is reordered, about."""
_BLOCK = 2**17
"""Numbers that are moved at a time: what a cache holds."""


def prepare(experiment: Experiment, read: sources.Read = files.load) -> Dataset:
    """The data of `experiment`, loaded with `read` or generated, and led through the `STEPS`. Raises `BadInput`.

    Random numbers come from the seed's streams "data" (generated points, the choice of a subset, comparisons of
    parts), "split" and "augmentation". X is of the network's precision; it was float32 all the way where the file was.
    """
    dataset = sources.load(experiment, read)
    for number, step in enumerate(STEPS):
        stages.at("preparing", number / len(STEPS))
        dataset = step(dataset, experiment)
    stages.at("preparing", 1)
    return dataset


def widen(dataset: Dataset, experiment: Experiment) -> Dataset:
    """float32 stays what it is only where the network's precision is that."""
    if experiment.network.precision == "float32":
        return dataset

    def part(old: Part) -> Part:
        if old.X.dtype != np.float64 and not is_mapped(old.X):
            needed = old.X.nbytes + 8 * old.X.size
            refuse_too_large(needed, f"{len(old.X)} examples in float64", path="network.precision")
        return replace(old, X=as_type(old.X, np.float64))

    return dataset.each(part)


def group(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Marks which group each example is of, where a column tells."""
    roles = [one.role for one in dataset.columns]
    if "group" not in roles:
        return dataset
    at = roles.index("group")
    return dataset.each(lambda part: replace(part, group=np.unique(part.X[:, at], return_inverse=True)[1]))


def split(dataset: Dataset, experiment: Experiment) -> Dataset:
    """The shares of the source; a part with a file of its own, whose share is 0, is there already."""
    wanted, rng, train = experiment.split, stream(experiment.seed, "split"), dataset.train
    shares, held = (wanted.train + wanted.train_dev, wanted.dev, wanted.test), _held(dataset)
    first, *others = draw(dataset.codes, len(dataset.classes), shares, rng, held)
    kept, out = first, first[:0]
    if wanted.train_dev:
        groups = None if train.group is None else train.group[first]
        pair = wanted.train, wanted.train_dev
        kept, out = (first[at] for at in hold_out(dataset.codes[first], len(dataset.classes), pair, rng, groups))
    indices = (kept, out, *others)
    X = _reordered(train.X, indices)
    ends = np.cumsum([len(index) for index in indices])
    drawn = [train.of(X[end - len(index) : end], index) for end, index in zip(ends, indices, strict=True)]
    dev, test = (old if len(old.y) else part for old, part in zip((dataset.dev, dataset.test), drawn[2:], strict=True))
    whole = replace(dataset, train=drawn[0], train_dev=drawn[1], dev=dev, test=test)
    if held is None:
        return whole
    parts = {part_name(name): part for name, part in whole.parts.items() if len(part.y)}
    said = (note for name, part in parts.items() for note in thin(name, part.y, dataset.classes, part.group))
    return replace(whole, notes=(*dataset.notes, *said))


def worsen(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Noise on dev and test alone, where it is asked for: a data mismatch to practice on."""
    if not (share := experiment.split.dev_noise):
        return dataset
    if any(is_mapped(part.X) for part in dataset.parts.values()):
        raise BadInput("must be 0 where the data are larger than memory", path="split.dev_noise")
    rng, sigma = stream(experiment.seed, "mismatch"), share * dataset.train.X.std(axis=0)
    dev, test = (
        replace(part, X=part.X + sigma * rng.standard_normal(part.X.shape)) for part in (dataset.dev, dataset.test)
    )
    return replace(dataset, dev=dev, test=test)


def mislabel(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Another class at random for a share of the examples, where it is asked for: wrong labels to practice on.

    Those of test stay right. Raises `BadInput` where there are no classes.
    """
    if not (share := experiment.split.wrong_labels):
        return dataset
    if not dataset.classes:
        raise BadInput("must be 0 where there are no classes", path="split.wrong_labels")
    rng = stream(experiment.seed, "labels")

    def part(old: Part) -> Part:
        y = old.y.copy()
        chosen = rng.permutation(len(y))[: round(share * len(y))]
        y[chosen] = (y[chosen] + rng.integers(1, len(dataset.classes), len(chosen))) % len(dataset.classes)
        return replace(old, y=y)

    return replace(dataset, train=part(dataset.train), train_dev=part(dataset.train_dev), dev=part(dataset.dev))


def encode(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Columns of many kinds become numbers, as the training part has them: `Encoders` keeps what it says."""
    if not dataset.columns:
        return dataset
    places = [at for at, one in enumerate(dataset.columns) if one.role == "feature"]
    if len(places) < len(dataset.columns):
        dataset = _in_place(dataset, len(places), lambda X: X[:, places])
    raw = {name: np.asarray(part.X, np.float64) for name, part in dataset.parts.items()}
    encoders = fit([dataset.columns[at] for at in places], raw["train"], experiment.columns.categories)
    n, examples = len(encoders.features), sum(map(len, raw.values()))
    refuse_too_large(8 * examples * n, f"{n:,} inputs made of {len(places):,} columns", path="columns.categories")
    notes = [*dataset.notes, *told(encoders)]
    notes += [f"{name}: {said}" for name, X in raw.items() for said in unknown(encoders, X)]
    return replace(
        _in_place(dataset, n, encoders.apply),
        features=encoders.features,
        mean=np.zeros(n),
        scale=np.ones(n),
        columns=(),
        aside=tuple(one.name for one in dataset.columns if one.role != "feature"),
        encoders=encoders,
        notes=tuple(notes),
    )


def _in_place(dataset: Dataset, n: int, made: Callable[[Values], Values]) -> Dataset:
    """The same data with n features, `made` of some rows at a time, in the memory of X where that has room."""

    def part(old: Part) -> Part:
        return replace(old, X=packed(old.X, (len(old.y), n), lambda rows: made(np.asarray(old.X[rows], np.float64))))

    return dataset.each(part)


def compare(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Notes what is to be said of parts from files: dev and test must be of one distribution, train need not."""
    if not (experiment.data.dev_source or experiment.data.test_source or experiment.split.dev_noise):
        return dataset
    notes, rng = [], stream(experiment.seed, "data")
    held_out = "train-dev tells" if len(dataset.train_dev.y) else "a share in split.train_dev would tell"
    for one, other, advice in (
        ("dev", "test", "choose both from the data that you want to do well on"),
        ("train", "dev", f"{held_out} variance from this difference"),
    ):
        first, second = dataset.parts[one], dataset.parts[other]
        if len(first.y) and len(second.y):
            p = p_value(first, second, rng)
            if p < LEVEL:
                notes.append(f"{one} and {other} do not look alike (two-sample test, p = {p:.2g}): {advice}")
    shift = unlike(dataset.train, dataset.dev, dataset.features) if len(dataset.dev.y) else None
    if shift and shift.features:
        notes.append(f"dev is unlike train: {'; '.join(map(shift_text, shift.features))}")
    return replace(dataset, notes=(*dataset.notes, *notes), shift=shift)


def add_copies(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Changed copies of the training examples; columns of many kinds are no image, however many they are."""
    random = stream(experiment.seed, "augmentation")
    planes = 0 if dataset.encoders else 3 if is_colored(dataset.features) else 1
    X, y = augment.augment(dataset.train.X, dataset.train.y, experiment.augmentation, random, planes)
    group, rows, times = dataset.train.group, dataset.train.rows, 1 + experiment.augmentation.copies
    if times > 1:  # a copy is as its original is, and tells no more than that
        group = np.tile(np.arange(len(dataset.train.y)) if group is None else group, times)
        rows = None if rows is None else rows.repeated(times)
    return replace(dataset, train=Part(X, y, group, rows))


def measure(dataset: Dataset, experiment: Experiment) -> Dataset:
    """μ and σ of what is trained on, changed copies among it.

    A pixel that all but one of the originals leave empty has a σ near 0: of the originals alone, it would make inputs
    of hundreds of the copies that were turned into it. Those of a target always: without them J would be in the square
    of its units, and α with it.
    """
    for name, part in dataset.parts.items():
        if must := dataset.task.unfit(part.y):
            raise BadInput(f"{must} for this task: {part_name(name)} has others", path="task")
    if dataset.target is not None:
        dataset = replace(dataset, target=_measured(dataset.target, dataset))
    if not experiment.inputs.normalize:
        return dataset
    mean, scale = normalize.moments(dataset.train.X, dataset.marks)
    return replace(dataset, mean=mean, scale=scale)


def _measured(target: Target, dataset: Dataset) -> Target:
    """Mean and σ of the targets of train, and the σ of each part's own."""
    spread = {
        name: (float(mean[0]), float(np.std(part.y)), float(scale[0]))
        for name, part in dataset.parts.items()
        if len(part.y)
        for mean, scale in [normalize.moments(part.y.astype(np.float64)[:, None])]
    }
    deviation = Parts(**{name: deviation for name, (_, deviation, _) in spread.items()})
    mean, _, scale = spread["train"]
    mean, scale = number_task(target).units(dataset.train.y, mean, scale)
    return structs.replace(target, mean=mean, scale=scale, deviation=deviation)


def standardize(dataset: Dataset, experiment: Experiment) -> Dataset:
    """(x − μ)/σ, in place; a target as well."""
    if experiment.inputs.normalize:
        for part in dataset.parts.values():
            normalize.normalize(part.X, dataset.mean, dataset.scale)
    if (target := dataset.target) is None:
        return dataset
    return dataset.each(lambda part: replace(part, y=(part.y - target.mean) / target.scale))


def narrow(dataset: Dataset, experiment: Experiment) -> Dataset:
    """X in the network's precision. Raises `BadInput` for a number that float32 does not hold."""

    def part(old: Part) -> Part:
        with np.errstate(over="ignore"):
            X = as_type(old.X, experiment.network.precision)
        # What is not copied is as finite as it was when it was loaded.
        if X is not old.X and not all(np.isfinite(X[rows]).all() for rows in blocks(X)):
            raise BadInput(
                f"holds no number as large as {np.abs(old.X).max():.3g}, which the inputs have; "
                "normalize them or take float64",
                path="network.precision",
            )
        return replace(old, X=X)

    return dataset.each(part)


STEPS: tuple[Callable[[Dataset, Experiment], Dataset], ...] = (
    widen,
    group,
    doubt,
    split,
    suspect,
    encode,
    worsen,
    mislabel,
    compare,
    add_copies,
    measure,
    standardize,
    narrow,
)
"""Each once, in this order."""


def _reordered(X: Floats, parts: Sequence[NDArray[np.int64]]) -> Floats:
    """The rows of X in the order of `parts`, each ascending: in place where it may be changed, as it may be large.

    The rows of the first part move up, block by block, to places that nobody reads any more; the others wait beside.
    """
    first, rest = parts[0], np.concatenate(parts[1:])
    if not X.flags.writeable:
        return X[np.concatenate(parts)]
    width = max(1, _BESIDE // (X.itemsize * max(1, len(rest))))
    rows = max(1, _BLOCK // min(width, X.shape[1]))
    for stripe in [X] if is_mapped(X) else _stripes(X, width):
        stages.check()
        _reorder(stripe, first, rest, rows)
    return X


def _reorder(stripe: NDArray[Any], first: NDArray[np.int64], rest: NDArray[np.int64], rows: int) -> None:
    """Brings the items at `first`, so many at a time, and then those at `rest` to the front of a stripe."""
    beside = chosen(stripe, rest)
    for at in range(0, len(first), rows):
        stripe[at : at + rows][: len(first) - at] = stripe[first[at : at + rows]]
    stripe[len(first) :] = beside


def _stripes(X: Floats, width: int) -> Iterator[NDArray[Any]]:
    """The columns of X (m, n), so many at a time: (m,) items of as many bytes, which are moved in one piece each."""
    for start in range(0, X.shape[1] if len(X) else 0, width):
        item = X.itemsize * min(width, X.shape[1] - start)
        yield np.ndarray((len(X),), f"V{item}", X, X.itemsize * start, X.strides[:1])


def _held(dataset: Dataset) -> tuple[str, NDArray[Any]] | None:
    """What decides which examples may be in one part: "group" or "time", and the (m,) values of that column."""
    if dataset.train.group is not None:
        return "group", dataset.train.group
    for at, one in enumerate(dataset.columns):
        if one.role == "time":
            return one.role, dataset.train.X[:, at]
    return None
