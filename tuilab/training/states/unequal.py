"""Unequal classes: whoever always says the frequent one is hardly ever wrong, and finds nothing of the rare ones."""

from tuilab.experiment import Experiment
from tuilab.text import clean
from tuilab.training.action import Action, action, applicable, more_time
from tuilab.training.course import Course
from tuilab.training.states.condition import Condition
from tuilab.training.tally import balanced_error, baseline, recalls, unequal
from tuilab.words import percent


def find(course: Course, experiment: Experiment) -> Condition | None:
    """Where the rare classes do not weigh more already, nor the threshold is moved; then it is bias like any other."""
    tally = course.tally.train
    examples = tally.examples if tally else course.labels.train
    if not examples or not unequal(examples) or experiment.optimization.class_weights != "none":
        return None
    if experiment.diagnosis.threshold != 0.5:
        return None
    frequent = examples.index(max(examples))
    said = f"always saying {_name(course, frequent)} has an error of {percent(baseline(examples))}"
    if tally is None:
        sentence = f"Unequal classes: {said}, and this network is hardly better."
    else:
        # Of classes that are found as seldom, the rarest.
        found = {k: recall for k, recall in enumerate(recalls(tally)) if recall is not None}
        worst = min(found, key=lambda k: (found[k], examples[k]))
        share = percent(examples[worst] / sum(examples))
        sentence = (
            f"Unequal classes: {share} are {_name(course, worst)}, of which it finds {percent(found[worst])} (recall); "
            f"{said}."
        )
    why = "in the cost the rare classes then count as much as the frequent ones"
    weights = action("balanced class weights", why, {"optimization.class_weights": "balanced"})
    return Condition(
        state="unequal",
        sentence=sentence,
        actions=applicable(experiment, [weights, *_threshold(course), more_time(experiment, course.stopped_early)]),
    )


def _threshold(course: Course) -> list[Action]:
    """That which is best on dev, if it finds more there than the one in use does."""
    found, now = course.threshold, course.tally.dev
    if found is None or now is None or balanced_error(found.tally) >= balanced_error(now):
        return []
    why = f"best on dev, where it was chosen: balanced error {percent(balanced_error(found.tally))}"
    return [action(f"threshold {found.value:g}", why, {"diagnosis.threshold": found.value})]


def _name(course: Course, k: int) -> str:
    return f'"{clean(course.classes[k], 30)}"' if k < len(course.classes) else f"class {k}"
