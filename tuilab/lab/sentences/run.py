"""How a run is doing."""

from collections.abc import Mapping, Sequence

from tuilab.engines.batches import batches_per_epoch
from tuilab.events import Parts, Tally
from tuilab.lab.watching import Snapshot
from tuilab.runs import ACTIVE, Status
from tuilab.text import clean
from tuilab.training import Diagnosis
from tuilab.training.degree import HIGH_BIAS, HIGH_VARIANCE
from tuilab.training.gaps import Gap
from tuilab.training.tally import balanced_error, baseline, precisions, recalls
from tuilab.words import count, duration, percent, plural, rate

STATUS_SIGNS: dict[Status, str] = {
    "queued": "·",
    "starting": "…",
    "running": "▶",
    "paused": "‖",
    "no progress": "?",
    "stopping": "…",
    "done": "✓",
    "stopped": "■",
    "diverged": "✗",
    "failed": "✗",
    "dead": "✗",
    "not readable": "–",
}
"""What stands for a status at a glance, beside the word."""

BARS = {"avoidable bias": HIGH_BIAS, "variance": HIGH_VARIANCE, "data mismatch": HIGH_VARIANCE}
"""Above which a gap is high."""
WORST = 4
"""Classes that are told of."""


def made(iteration: int, planned: int) -> str:
    """`iteration 1,200 of 15,000`."""
    return f"iteration {count(iteration)} of {count(planned)}"


def course(snapshot: Snapshot, keys: Mapping[Status, str] | None = None) -> list[str]:
    """What is amiss, how far the run is, how long it still takes or how it ended, how fast it is.

    `keys` says what a key would do in some states.
    """
    view, outlook = snapshot.view, _outlook(snapshot)
    told = view.finished is not None and clean(view.finished.reason) in outlook
    parts = [clean(snapshot.trouble)] if snapshot.trouble else []
    parts += [made(view.iteration, snapshot.experiment.optimization.iterations), *outlook]
    parts += [f"trained {snapshot.elsewhere}"] if snapshot.elsewhere else []
    parts += [keys[snapshot.status]] if keys and snapshot.status in keys else []
    if snapshot.rate is not None and snapshot.status != "paused" and not told:  # why it ended needs the room
        parts.append(rate(snapshot.rate))
    if (updates := epoch_updates(snapshot)) and not told:
        parts.append(f"epoch {count(view.iteration // updates)}")
    if view.damaged:
        parts.append(f"{plural(view.damaged, 'damaged line')} left out")
    return parts


def _outlook(snapshot: Snapshot) -> list[str]:
    view = snapshot.view
    match snapshot.status:
        case "queued":
            return ["it begins when there is a core for it"]
        case "no progress":
            return ["its trainer gives no sign of life"]
        case "dead":
            return ["its trainer is gone"]
        case "failed" | "diverged" if view.finished is not None:
            return [clean(view.finished.reason)]
        case "done" if view.finished is not None and view.iteration < snapshot.experiment.optimization.iterations:
            return [clean(view.finished.reason)]
        case "paused":
            return []
        case status if status in ACTIVE:
            return [] if snapshot.eta is None else [f"{duration(snapshot.eta)} left"]
        case _:
            return [f"{view.seconds:.1f} s"]


def epoch_updates(snapshot: Snapshot) -> int | None:
    """How many updates an epoch has; None while the number of examples is not known."""
    examples = snapshot.view.started.examples.train if snapshot.view.started else None
    if not examples:
        return None
    batch = snapshot.experiment.optimization.batch_size
    return 1 if batch == "full" else batches_per_epoch(examples, batch)


def decay_text(decay: float) -> str:
    """By how much an update shrinks the weights."""
    return f"1 − αλ/m = {decay:.8g}"


def examples_text(examples: Parts[int]) -> str:
    """How many examples each part has."""
    return ", ".join(f"{part} {number}" for part, number in examples.told.items())


def errors(error: Parts[float], diagnosis: Diagnosis) -> list[str]:
    """The errors of the parts, that of dev with what chance alone leaves open."""
    told = {"train error": error.train, "train-dev": error.train_dev, "dev": error.dev, "test": error.test}
    parts = {
        name: f"{name} {percent(figure)}"
        for name, figure in told.items()
        if figure is not None or name in ("train error", "dev")
    }
    if diagnosis.balanced.train is None:  # else it is told of the balanced error
        parts["dev"] += _by_chance(diagnosis)
    return list(parts.values())


def of_target(snapshot: Snapshot) -> list[str]:
    """What the errors are in other words, where the task has any."""
    target = snapshot.view.started.target if snapshot.view.started else None
    if target is None or snapshot.error.train is None:
        return []
    task = snapshot.view.task
    return task.sentences(target.name, task.in_other_words(snapshot.error.told, target.deviation.told))


def verdict(diagnosis: Diagnosis) -> list[str]:
    """The numbers behind a verdict: each gap with its interval and the bar above which it is high, the base error."""
    told = [_gap(gap, diagnosis) for gap in diagnosis.gaps]
    if diagnosis.base_error is not None:
        told.append(f"base error {percent(diagnosis.base_error.value)} ({diagnosis.base_error.origin})")
    return told


def largest(diagnosis: Diagnosis) -> str:
    """The largest gap with its interval, beside the base error: in a line what the verdict is told of."""
    if not diagnosis.gaps:
        return ""
    gap = max(diagnosis.gaps, key=lambda gap: gap.value)
    said = f"largest gap: {gap.name} {percent(gap.value)}" + (f" ({_ends(gap)})" if gap.interval else "")
    return said if diagnosis.base_error is None else f"{said} · base {percent(diagnosis.base_error.value)}"


def intervals(diagnosis: Diagnosis) -> list[str]:
    """What the intervals of the gaps are."""
    alike = diagnosis.group and f", rows of one {clean(diagnosis.group, 40)} counted as alike as they err"
    return [f"intervals at 95 %: {gap.method}{alike}" for gap in diagnosis.gaps[:1] if gap.interval is not None]


def _ends(gap: Gap) -> str:
    """Of its interval, in percent."""
    return " to ".join(f"{round(100 * end, 1) + 0.0:.1f}" for end in gap.interval or ())


def _gap(gap: Gap, diagnosis: Diagnosis) -> str:
    beside = [_ends(gap)] if gap.interval else []
    beside += [f"bar {100 * BARS[gap.name]:g}"] if gap.name in BARS else []
    if gap.name == "overfitting to dev" and diagnosis.compared:
        beside.append(f"{plural(diagnosis.compared, 'run')} on this dev set")
    excess = diagnosis.excess
    if gap.name == "variance" and excess is not None and percent(excess) != percent(gap.value):
        beside.append(f"{gap.between[0]} {100 * abs(excess):.2f} {'above' if excess > 0 else 'below'} base")
    return f"{gap.name} {percent(gap.value)}" + (f" ({', '.join(beside)})" if beside else "")


def _by_chance(diagnosis: Diagnosis) -> str:
    if diagnosis.interval is None:
        return ""
    low, high = map(percent, diagnosis.interval)
    return f" ({low.removesuffix(' %')} to {high} by chance)"


def by_class(snapshot: Snapshot) -> list[str]:
    """Where classes are unequal: the balanced errors, what always saying one class gives, and each class on its own.

    Of dev, or without it of train; of many classes those that are found worst.
    """
    view, balanced = snapshot.view, snapshot.diagnosis.balanced
    if view.started is None or view.finished is None or balanced.train is None:
        return []
    part, one = next(
        (name, one) for name in ("dev", "train") if (one := getattr(view.finished.tally, name)) is not None
    )
    always = percent(baseline(one.examples))
    dev = percent(balanced.dev) + _by_chance(snapshot.diagnosis)
    lines = [f"balanced error: train {percent(balanced.train)}, dev {dev}; always one class: {always}"]
    lines += _classes(view.started.classes, one, part)
    if (best := view.finished.threshold) is not None:
        chosen = f"threshold {best.value:g}, the best on dev, where it was chosen: "
        lines.append(f"{chosen}balanced error {percent(balanced_error(best.tally))}")
        lines += (
            _classes(view.started.classes, best.tally, "dev")
            if best.value != snapshot.experiment.diagnosis.threshold
            else []
        )
    return lines


def _classes(names: Sequence[str], one: Tally, part: str) -> list[str]:
    """Recall and precision of each class, of many classes those that are found worst."""
    figures = zip(names, one.examples, recalls(one), precisions(one), strict=False)
    told = [(recall, name, examples, precision) for name, examples, recall, precision in figures if recall is not None]
    return [
        f"{clean(name, 30)}, {count(examples)} of {part}: recall {percent(recall)}, precision {percent(precision)}"
        for recall, name, examples, precision in sorted(told, key=lambda row: row[0])[:WORST]
    ]
