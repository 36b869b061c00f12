"""How a run is doing."""

from collections.abc import Mapping

from tuilab.engines.batches import batches_per_epoch
from tuilab.events import Parts
from tuilab.lab.watching import Snapshot
from tuilab.runs import ACTIVE, Status
from tuilab.text import clean
from tuilab.training import Diagnosis
from tuilab.training.diagnosis import HIGH_BIAS, HIGH_VARIANCE
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


def made(iteration: int, planned: int) -> str:
    """`iteration 1,200 of 15,000`."""
    return f"iteration {count(iteration)} of {count(planned)}"


def course(snapshot: Snapshot, keys: Mapping[Status, str] | None = None) -> list[str]:
    """What is amiss, how far the run is, how long it still takes or how it ended, how fast it is.

    `keys` says what a key would do in some states.
    """
    view = snapshot.view
    parts = [clean(snapshot.trouble)] if snapshot.trouble else []
    parts += [made(view.iteration, snapshot.experiment.optimization.iterations), *_outlook(snapshot)]
    parts += [keys[snapshot.status]] if keys and snapshot.status in keys else []
    if snapshot.rate is not None and snapshot.status != "paused":
        parts.append(rate(snapshot.rate))
    if updates := epoch_updates(snapshot):
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


def errors(error: Parts[float], diagnosis: Diagnosis) -> list[str]:
    """The errors of the parts, that of dev with what chance alone leaves open."""
    parts = [f"train error {percent(error.train)}", f"dev {percent(error.dev)}"]
    if diagnosis.interval is not None:
        low, high = map(percent, diagnosis.interval)
        parts[-1] += f" ({low.removesuffix(' %')} to {high} by chance)"
    return parts if error.test is None else [*parts, f"test {percent(error.test)}"]


def verdict(diagnosis: Diagnosis) -> list[str]:
    """The numbers behind a verdict, each with the bar above which it is high, and where the base error comes from."""
    told = (("bias", diagnosis.bias, HIGH_BIAS), ("variance", diagnosis.variance, HIGH_VARIANCE))
    numbers = [f"{name} {percent(value)} (bar {100 * bar:g} %)" for name, value, bar in told if value is not None]
    base, excess = diagnosis.base_error, diagnosis.excess
    if excess is not None and excess != diagnosis.variance:
        numbers[-1] = f"{numbers[-1].removesuffix(')')}, {percent(excess)} of it above the base error)"
    return [*numbers, f"base error {percent(base.value)} ({base.origin})"] if base is not None else numbers
