"""The verdict on a run that diverged: on its signal, its penalty, or its step."""

from msgspec.structs import replace

from tuilab.engines.problem import decay_of
from tuilab.experiment import Experiment
from tuilab.training.course import ALL, Course
from tuilab.training.diagnosis import OF_ANY_NUMBERS, Diagnosis
from tuilab.training.line import with_way_back
from tuilab.training.recipe import against_divergence, against_growth
from tuilab.training.states import exploded


@OF_ANY_NUMBERS
def diagnose_divergence(experiment: Experiment, course: Course = ALL) -> Diagnosis:
    """The verdict on a run whose cost left the finite numbers: nothing can be said of its errors, only of its step."""
    told = _diverged(experiment, course)
    return replace(told, actions=with_way_back(told.actions, experiment, course.steps, course.before))


def _diverged(experiment: Experiment, course: Course) -> Diagnosis:
    """By what it diverged."""
    if found := exploded.find(course, experiment):
        return Diagnosis(state="exploded", sentence=f"Diverged. {found.sentence}", actions=found.actions)
    if (decay := _decay(experiment, course)) is not None and decay < -1:
        said = (
            f"Diverged by the penalty: 1 − αλ/m is {decay:.3g}, so each update flips the weights and makes them larger."
        )
        return Diagnosis(state="diverged", sentence=said, actions=against_growth(experiment, decay))
    return Diagnosis(
        state="diverged",
        sentence="Diverged: the steps are too large, the cost left the finite numbers.",
        actions=against_divergence(experiment),
    )


def _decay(experiment: Experiment, course: Course) -> float | None:
    """1 − αλ/m, by which every update multiplied the weights; None where there is no such factor, or m is not known."""
    examples = sum(course.labels.train or ())
    return decay_of(experiment, experiment.regularization.penalty(examples)) if examples else None
