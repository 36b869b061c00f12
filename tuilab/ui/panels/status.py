"""What a run is doing: its state, how far it is, how fast, how long still."""

from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.lab import RunSummary, Snapshot
from tuilab.lab.sentences.run import STATUS_SIGNS, course
from tuilab.runs import ACTIVE, Status
from tuilab.text import clean
from tuilab.words import count, plural

IDLE = "No run yet: r trains this, P checks it first, D takes your data."


class RunStatus(Container):
    """Two lines about the run; `idle` where there is none. Each is written anew only when it says another thing.

    Why a run is over may take a third one.
    """

    snapshot: var[Snapshot | None] = var(None)
    idle = var(IDLE)

    def compose(self) -> ComposeResult:
        yield Static(markup=False)
        yield Static(markup=False, classes="course")

    def watch_snapshot(self) -> None:
        """Writes the lines of the run as it stands now."""
        self._say()

    def watch_idle(self) -> None:
        """Writes what there is to say without a run."""
        self._say()

    def on_resize(self) -> None:
        self._say()

    def _say(self) -> None:
        if self.snapshot is None:
            lines = [Content(line) for line in f"○ {self.idle}".split("\n", 1)]
        else:
            lines = status_lines(self.snapshot, self.content_size.width)
        over = self.snapshot is not None and self.snapshot.status not in ACTIVE
        self.set_class(over and lines[-1].cell_length > self.content_size.width, "-long")
        for shown, line in zip_longest(self.query(Static), lines, fillvalue=Content()):
            if isinstance(shown, Static) and shown.content != line:
                shown.update(line, layout=False)


def idle_text(runs: tuple[RunSummary, ...]) -> str:
    """What to do while no run is shown."""
    going = sum(run.status in ACTIVE for run in runs)
    if not runs:
        return IDLE
    still = f", {count(going)} still going" if going else ""
    return f"{IDLE}\n  {plural(len(runs), 'earlier run')}{still}: press b."


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
    return [first, Content(" · ".join(course(snapshot, KEYS)))]


KEYS: dict[Status, str] = {"paused": "p goes on, . makes one step", "dead": "p goes on from its last checkpoint"}
"""What a key would do."""
