"""Outliers: a few training examples make most of the error, and a bigger network would only run after them.

Whether they are mistakes of whoever wrote the target down, or of a kind that the columns do not tell of, nobody can see
but a person: what is sure is how many there are, and what the error is without them.
"""

from tuilab.experiment import Experiment
from tuilab.training.course import Course
from tuilab.training.outliers import makes_most, outliers_text
from tuilab.training.recipe import against_outliers
from tuilab.training.states.condition import Condition


def find(course: Course, experiment: Experiment) -> Condition | None:
    one, target = course.outliers.train, course.target
    if one is None or target is None or not makes_most(one):
        return None
    return Condition(
        state="outliers",
        sentence=outliers_text(one, course.examples.train, "train"),
        actions=against_outliers(experiment, one, target.name, course.examples),
    )
