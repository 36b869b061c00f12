"""Numbers side by side: points of curves, and the signal through the layers."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import astuple

from tuilab.events.ranges import MOST_LAYERS, Column, ErrorFigures, ErrorValue, Iterations, Numbers, Share


class Columns(Struct, frozen=True, kw_only=True):
    """Numbers side by side: every field is a column, all of one length; one that may be absent is None then."""

    def __post_init__(self) -> None:
        if len({len(column) for column in astuple(self) if column is not None}) > 1:
            raise ValueError("columns of different lengths")


class LoggedPoints(Struct, frozen=True, kw_only=True, gc=False):
    """Points of curves over the iterations, which ascend; every field has a number for each."""

    iteration: Iterations


class Costs(LoggedPoints, frozen=True, gc=False):
    """Points of the cost curve, each after `iteration` updates, as the training pass met it (its batch, its masks).

    Where many iterations fall between two points, the lowest and the highest total of the stretch are kept.
    """

    data: Numbers
    penalty: Numbers

    def __post_init__(self) -> None:
        if not len(self.iteration) == len(self.data) == len(self.penalty):
            raise ValueError("columns of different lengths")
        if len(self.iteration) > 1:
            _check_ascent(self.iteration)


class Errors(LoggedPoints, frozen=True, gc=False):
    """Points of the error curves (as the task has it), in evaluation mode; a part that is empty is all NaN."""

    train: ErrorFigures
    dev: ErrorFigures
    dev_cost: Numbers | None = None
    """Mean loss over the dev part, without a penalty; absent in the logs of earlier versions."""
    train_dev: ErrorFigures | None = None
    """None where nothing was held out for it."""

    def __post_init__(self) -> None:
        count = len(self.iteration)
        if not count == len(self.train) == len(self.dev):
            raise ValueError("columns of different lengths")
        for perhaps in (self.dev_cost, self.train_dev):
            if perhaps is not None and len(perhaps) != count:
                raise ValueError("columns of different lengths")
        if len(self.iteration) > 1:
            _check_ascent(self.iteration)


def _check_ascent(iteration: Iterations) -> None:
    if sorted(iteration) != list(iteration):
        raise ValueError("iterations that do not ascend")


class Layers(Columns, frozen=True):
    """The signal through the network, a row a layer from the first hidden one to the output; NaN: does not apply."""

    mean: Column
    """Of the layer's activations (the output: of its logits)."""
    std: Column
    dead: Column
    """Share of ReLU units that are 0 for every example looked at."""
    near_linear: Column
    """Share of tanh's z with |z| < 0.5, where tanh is nearly a straight line."""
    gradient_norm: Column
    """‖∂J/∂W‖."""
    weight_norm: Column
    """‖W‖ (Frobenius)."""
    update_ratio: Column
    """‖ΔW‖/‖W‖ of the update that follows."""
    predicted: Column
    """gainˡ, by which a linear network with W = gain·I scales its input; NaN for any other."""
    alike: Column | None = None
    """Share of units with the incoming weights and the bias of another one; None in the logs of earlier versions."""
    data_gradient_norm: Column | None = None
    """‖∂J/∂W‖ without the penalty: what back-propagation brings; None in the logs of earlier versions."""

    @property
    def brought(self) -> Column:
        """What back-propagation brings, as far as it is known."""
        return self.gradient_norm if self.data_gradient_norm is None else self.data_gradient_norm


if TYPE_CHECKING:
    Report = Layers
else:
    _SHARES = ("dead", "near_linear", "alike")

    def _as_read(name: str) -> Any:
        """The type of a column where it is read: a number a layer in a tuple, of which a view makes arrays.

        Whether all have as many is seen where they are held against the layers of the network.
        """
        number = ErrorValue | Literal["inf"]
        if name in _SHARES:
            number = Share
        elif name == "mean":
            number = float | Literal["inf", "-inf"]
        return Annotated[tuple[number | Literal["nan"], ...], Meta(min_length=1, max_length=MOST_LAYERS)]

    Report = msgspec.defstruct(
        "Report",
        [
            (one.name, _as_read(one.name)) if one.required else (one.name, _as_read(one.name) | None, None)
            for one in msgspec.structs.fields(Layers)
        ],
        frozen=True,
        kw_only=True,
        gc=False,
    )
