"""The base error: what the best there could be would get wrong, and how that is known."""

from msgspec import Struct

from tuilab.data.bayes import bayes_error
from tuilab.experiment import GENERATED, Experiment

STATED = {
    # wdbc.names: a separating plane in three of the features, 97.5 % right by repeated tenfold cross-validation.
    "breast-cancer": (0.025, "2.5 % is the best in the data's own notes"),
    # optdigits.names: the nearest neighbor, 98.00 % right on these images after the 3823 of the training part.
    "digits": (0.02, "2 % is the best in the data's own notes"),
}
"""Of the shipped sets; SOURCES.md beside them says where each is stated."""


class BaseError(Struct, frozen=True, kw_only=True):
    """A fraction, and where it comes from in a few words for a person."""

    value: float
    origin: str


def base_error(experiment: Experiment) -> BaseError:
    """That of the experiment: a number of its own, else what is known of its source. The first takes up to a second."""
    data, given = experiment.data, experiment.diagnosis.base_error
    if given != "auto":
        return BaseError(value=given, origin="as the experiment says")
    if data.source in GENERATED:
        origin = f"the Bayes error of {data.source} with noise {data.noise:g}"
        return BaseError(value=bayes_error(data.source, data.noise), origin=origin)
    if data.source in STATED:
        value, origin = STATED[data.source]
        return BaseError(value=value, origin=origin)
    return BaseError(value=0.0, origin="an assumption: nothing is known of these data")
