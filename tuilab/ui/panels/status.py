"""What a run is doing: its state, how far it is, how fast, how long still."""

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tuilab.lab import Snapshot
from tuilab.runs import ACTIVE
from tuilab.text import clean
from tuilab.training.batches import batches_per_epoch
from tuilab.ui.words import STATUS_GLYPHS, count, duration, plural, rate

IDLE = "No run yet. Press r to train this experiment."


class RunStatus(Static):
    """Two lines about the run; `idle` where there is none."""

    snapshot: reactive[Snapshot | None] = reactive(None, layout=False)
    idle = reactive(IDLE)

    def render(self) -> Content:
        if self.snapshot is None:
            return Content(f"○ {self.idle}")
        return Content("\n").join(status_lines(self.snapshot, self.content_size.width))


def status_lines(snapshot: Snapshot, width: int) -> list[Content]:
    """The state with a bar as long as fits in `width` cells, and the figures."""
    made, planned = snapshot.view.iteration, snapshot.experiment.optimization.iterations
    share = min(1.0, made / planned)
    head = f"{STATUS_GLYPHS[snapshot.status]} {snapshot.status}  {clean(snapshot.name)}  "
    tail = f" {int(100 * share):3d} %"
    length = max(0, min(60, width - len(head) - len(tail)))
    done = round(share * length)
    style = {"done": "$text-success", "diverged": "$text-error", "failed": "$text-error", "dead": "$text-error"}
    color = style.get(snapshot.status, "$text-primary")
    first = Content.assemble((head, f"bold {color}"), ("━" * done, color), ("─" * (length - done), "$text-muted"), tail)
    return [first, Content(" · ".join(_figures(snapshot)))]


def _figures(snapshot: Snapshot) -> list[str]:
    view = snapshot.view
    parts = [f"iteration {count(view.iteration)} / {count(snapshot.experiment.optimization.iterations)}"]
    if updates := epoch_updates(snapshot):
        parts.append(f"epoch {count(view.iteration // updates)}")
    if snapshot.rate is not None and snapshot.status != "paused":
        parts.append(rate(snapshot.rate))
    if snapshot.status in ACTIVE:
        if snapshot.status == "paused":
            parts.append("p goes on, . makes one step")
        elif snapshot.status == "no progress":
            parts.append("its trainer gives no sign of life")
        elif snapshot.eta is not None:
            parts.append(f"{duration(snapshot.eta)} left")
    elif view.finished is not None and snapshot.status in ("failed", "diverged"):
        parts.append(clean(view.finished.reason))
    elif snapshot.status == "dead":
        parts.append("its trainer is gone; p goes on from its last checkpoint")
    else:
        parts.append(f"{view.seconds:.1f} s")
    if view.damaged:
        parts.append(f"{plural(view.damaged, 'damaged line')} left out")
    return parts


def epoch_updates(snapshot: Snapshot) -> int | None:
    """How many updates an epoch has; None while the number of examples is not known."""
    examples = snapshot.view.started.examples.train if snapshot.view.started else None
    if not examples:
        return None
    batch = snapshot.experiment.optimization.batch_size
    return 1 if batch == "full" else batches_per_epoch(examples, batch)
