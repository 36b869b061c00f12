"""What a log tells of the data: their files, the number that is predicted, and how dev is unlike train."""

from typing import Annotated

from msgspec import Meta, Struct

from tuilab.events.figures import Parts
from tuilab.events.ranges import MAXIMUM_TIME, Count, KnobPath, Named


class DataFile(Struct, frozen=True, kw_only=True):
    """A file that a run's data were read from, as it was then."""

    place: KnobPath
    """What names it in the experiment: `data.source`, …"""
    file: Annotated[str, Meta(max_length=10_000)]
    size: Count
    """Bytes."""
    modified: Annotated[int, Meta(ge=0, lt=MAXIMUM_TIME)]
    """When its content was written, in seconds since the epoch."""
    checksum: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """The SHA-256 of its content."""


class Target(Struct, frozen=True, kw_only=True):
    """A number that is predicted: trained as (y − mean)/scale, both of the training part.

    What the errors are in such units, its task knows.
    """

    name: Named
    task: Named = "regression"
    """A name among `tuilab.nn.TASKS`; in the logs of earlier versions there was no other of numbers."""
    mean: float
    scale: Annotated[float, Meta(gt=0)]
    deviation: Parts[Annotated[float, Meta(ge=0)]] = Parts()
    """σ of the targets of each part, in their units."""


MeanAndSigma = tuple[float, Annotated[float, Meta(ge=0)]]


class FeatureShift(Struct, frozen=True, kw_only=True):
    """A feature whose values in dev are others than in train."""

    name: Named
    train: MeanAndSigma
    dev: MeanAndSigma


class Shift(Struct, frozen=True, kw_only=True):
    """How dev is unlike train, where it is of another source; see `tuilab.data.unlike`."""

    noise: Annotated[float, Meta(ge=0)] = 0.0
    """σ of the noise that dev has more than train, as a share of each feature's σ; 0 of none to be seen."""
    images: bool = False
    features: Annotated[tuple[FeatureShift, ...], Meta(max_length=100)] = ()
    """Those that are farthest off."""
