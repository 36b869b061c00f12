"""The base error: what the best there could be would get wrong, and how that is known."""

from msgspec import Struct

from tuilab.data.bayes import bayes_error
from tuilab.data.generate import SHAPES, SURFACES
from tuilab.events import Target
from tuilab.experiment import Experiment
from tuilab.nn.task import task_of

STATED = {
    # wdbc.names: a separating plane in three of the features, 97.5 % right by repeated tenfold cross-validation.
    "breast-cancer": (0.025, 2),
    # optdigits.names: the nearest neighbor, 98.00 % right on these images after the 3823 of the training part.
    "digits": (0.02, 10),
}
"""Of the shipped sets, each with its number of classes; SOURCES.md beside them says where each is stated."""


ASSUMED = "assumed"
"""The origin of a base error of which nothing is known."""


class BaseError(Struct, frozen=True, kw_only=True):
    """A fraction, and where it comes from in a few words for a person."""

    value: float
    origin: str


def base_error(experiment: Experiment, target: Target | None = None) -> BaseError:
    """That of the experiment: a number of its own, else what is known of its source. The first takes up to a second.

    Of a `target` that is a number it is what its noise alone makes.
    """
    given, wrong = experiment.diagnosis.base_error, experiment.split.wrong_labels
    if given != "auto":
        return BaseError(value=given, origin="given")
    if target is not None:
        return _of_noise(experiment, target)
    known, classes = _of_classes(experiment)
    if wrong:
        origin = f"{known.origin}, and {100 * wrong:g} % wrong labels"
        return BaseError(value=_mislabeled(known.value, wrong, classes), origin=origin)
    return known


def _of_classes(experiment: Experiment) -> tuple[BaseError, int]:
    """Of right labels; and how many classes there are, 2 where nothing is known."""
    data = experiment.data
    if data.source in SHAPES:
        known = BaseError(value=bayes_error(data.source, data.noise), origin=f"Bayes, noise {data.noise:g}")
        return known, SHAPES[data.source].classes
    if data.source in STATED:
        value, classes = STATED[data.source]
        return BaseError(value=value, origin="the best in the data's notes"), classes
    return BaseError(value=0.0, origin=ASSUMED), 2


def _mislabeled(error: float, share: float, classes: int) -> float:
    """The error beside labels of which a `share` is another class at random.

    Who says the right one is called wrong there; who errs anyway is called right by one in K − 1 of those labels.
    """
    return (1 - share) * error + share * (1 - error / (classes - 1))


def _of_noise(experiment: Experiment, target: Target) -> BaseError:
    noise = experiment.diagnosis.noise
    if noise == "auto":
        if experiment.data.source not in SURFACES:
            return BaseError(value=0.0, origin=ASSUMED)
        noise = experiment.data.noise
    value = task_of(target).base_error(noise)
    if value is None:
        return BaseError(value=0.0, origin=ASSUMED)
    return BaseError(value=value, origin=f"noise σ {noise:g}")
