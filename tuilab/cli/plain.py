"""What the panels show, in sentences: for screen readers and logs. One thought a line, no glyph carries a meaning."""

import numpy as np

from tuilab.events import Column
from tuilab.lab import Snapshot
from tuilab.runs import ACTIVE
from tuilab.text import clean
from tuilab.words import duration

FLAT = 0.01
"""A curve that changed by less than this share of itself is flat."""


def sentences(snapshot: Snapshot, before: Snapshot | None) -> list[str]:
    """What is to be said of a run; of the verdict and its actions only what was not said of `before`."""
    lines = [_status(snapshot), *_curves(snapshot)]
    if before is None and snapshot.about.parent:
        lines.insert(0, f"The run was made from {clean(snapshot.about.parent)}.")
    if snapshot.trouble:
        lines.append(f"Trouble: {clean(snapshot.trouble)}.")
    if before is None or before.diagnosis.sentence != snapshot.diagnosis.sentence or snapshot.status not in ACTIVE:
        lines += _verdict(snapshot)
    return lines


def trend(values: Column) -> str:
    """Where a curve of shape (n,) is going: the median of its last tenth against that of the tenth before."""
    if len(values) < 4:
        return ""
    size = max(2, len(values) // 10)
    now, then = np.median(values[-size:]), np.median(values[-2 * size : -size])
    if not (np.isfinite(now) and np.isfinite(then)):
        return "not finite"
    if abs(now - then) <= FLAT * max(abs(now), abs(then)):
        return "flat"
    return "falling" if now < then else "rising"


def _status(snapshot: Snapshot) -> str:
    made, planned = snapshot.view.iteration, snapshot.experiment.optimization.iterations
    text = f"{snapshot.name} is {snapshot.status}: iteration {made:,} of {planned:,}, {100 * made // planned} percent"
    if snapshot.status in ACTIVE and snapshot.eta is not None:
        text += f", {duration(snapshot.eta)} left"
    elif snapshot.view.finished is not None:
        text += f", after {snapshot.view.seconds:.1f} s; {clean(snapshot.view.finished.reason)}"
    return f"{text}."


def _curves(snapshot: Snapshot) -> list[str]:
    cost, error = snapshot.view.cost, snapshot.view.error
    lines = []
    if len(cost):
        parts = f"data {cost.data[-1]:.4g} plus penalty {cost.penalty[-1]:.4g}"
        lines.append(f"Cost {cost.total[-1]:.4g}{_going(cost.total)}: {parts}.")
    measured = []
    for name, values, last in (
        ("Train", error.train, snapshot.error.train),
        ("dev", error.dev, snapshot.error.dev),
        ("test", np.empty(0), snapshot.error.test),
    ):
        if last is not None:
            measured.append(f"{name} error {_percent(last)}{_going(values)}")
    if measured:
        lines.append(f"{'; '.join(measured)}.")
    return lines


def _going(values: Column) -> str:
    direction = trend(values)
    return f", {direction}" if direction else ""


def _verdict(snapshot: Snapshot) -> list[str]:
    diagnosis = snapshot.diagnosis
    numbers = [
        f"{name} {_percent(value)}"
        for name, value in (
            ("bias", diagnosis.bias),
            ("variance", diagnosis.variance),
            ("give or take by chance", diagnosis.sampling_error),
        )
        if value is not None
    ]
    lines = [f"Verdict: {clean(diagnosis.sentence)}"]
    if numbers:
        lines.append(f"{', '.join(numbers).capitalize()}.")
    lines += [
        f"Action {number}: {clean(action.label)}, because {clean(action.why)}."
        for number, action in enumerate(diagnosis.actions, 1)
    ]
    return lines


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f} percent"
