"""What a run is doing: its state, how far it is, how fast, how long still."""

from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.lab import Snapshot
from tuilab.lab.signs import STATUS_SIGNS
from tuilab.runs import ACTIVE
from tuilab.text import clean
from tuilab.training.batches import batches_per_epoch
from tuilab.words import count, duration, plural, rate

IDLE = "No run yet. Press r to train this experiment."


class RunStatus(Container):
    """Two lines about the run; `idle` where there is none. Each is written anew only when it says another thing."""

    snapshot: var[Snapshot | None] = var(None)
    idle = var(IDLE)

    def compose(self) -> ComposeResult:
        yield Static(markup=False)
        yield Static(markup=False)

    def watch_snapshot(self) -> None:
        """Says it."""
        self._say()

    def watch_idle(self) -> None:
        """Says it."""
        self._say()

    def on_resize(self) -> None:
        self._say()

    def _say(self) -> None:
        if self.snapshot is None:
            lines = [Content(line) for line in f"○ {self.idle}".split("\n", 1)]
        else:
            lines = status_lines(self.snapshot, self.content_size.width)
        for shown, line in zip_longest(self.query(Static), lines, fillvalue=Content()):
            if isinstance(shown, Static) and shown.content != line:
                shown.update(line, layout=False)


def status_lines(snapshot: Snapshot, width: int) -> list[Content]:
    """The state with a bar as long as fits in `width` cells, and the figures."""
    made, planned = snapshot.view.iteration, snapshot.experiment.optimization.iterations
    share = min(1.0, made / planned)
    head = f"{STATUS_SIGNS[snapshot.status]} {snapshot.status}  {clean(snapshot.name)}  "
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
    if snapshot.trouble:
        parts.insert(0, clean(snapshot.trouble))
    if snapshot.status in ACTIVE:
        parts += _outlook(snapshot)
    elif view.finished is not None and snapshot.status in ("failed", "diverged"):
        parts.append(clean(view.finished.reason))
    elif snapshot.status == "dead":
        parts.append("its trainer is gone; p goes on from its last checkpoint")
    else:
        parts.append(f"{view.seconds:.1f} s")
    if snapshot.rate is not None and snapshot.status != "paused":
        parts.append(rate(snapshot.rate))
    if updates := epoch_updates(snapshot):
        parts.append(f"epoch {count(view.iteration // updates)}")
    if view.damaged:
        parts.append(f"{plural(view.damaged, 'damaged line')} left out")
    return parts


def _outlook(snapshot: Snapshot) -> list[str]:
    if snapshot.status == "paused":
        return ["p goes on, . makes one step"]
    if snapshot.status == "queued":
        return ["it begins when there is a core for it"]
    if snapshot.status == "no progress":
        return ["its trainer gives no sign of life"]
    return [] if snapshot.eta is None else [f"{duration(snapshot.eta)} left"]


def epoch_updates(snapshot: Snapshot) -> int | None:
    """How many updates an epoch has; None while the number of examples is not known."""
    examples = snapshot.view.started.examples.train if snapshot.view.started else None
    if not examples:
        return None
    batch = snapshot.experiment.optimization.batch_size
    return 1 if batch == "full" else batches_per_epoch(examples, batch)
