"""Where the run that is shown came from, and what it says of a lesson: a line each."""

from collections.abc import Callable
from functools import partial

from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.experiment import Experiment
from tuilab.lab import Snapshot
from tuilab.lab.comparison import changes
from tuilab.lab.sentences.better import better_line
from tuilab.text import clean
from tuilab.training.better import Better
from tuilab.ui.work.jobs import Jobs

BetterThan = Callable[[Snapshot, Snapshot], Better]
"""What the mistakes of a parent and its child show. Runs in a thread. Raises `BadInput` where they show nothing."""


class Lineage(Static):
    """One line about a child; nothing for a run without a parent. `overlays` holds the parent if it is still there."""

    snapshot: var[Snapshot | None] = var(None)
    overlays: var[tuple[Snapshot, ...]] = var(())

    def __init__(self, jobs: Jobs, better: BetterThan) -> None:
        super().__init__(markup=False)
        self._jobs, self._better = jobs, better
        self._known: tuple[tuple[str, str], Better | None] = (("", ""), None)
        """What was asked of which run and its parent, once both were over."""

    def watch_snapshot(self) -> None:
        """Writes where the run came from."""
        self._update()

    def watch_overlays(self) -> None:
        """Writes what was changed from the parent, now that it is known."""
        self._update()

    def _update(self) -> None:
        run, parent = self.snapshot, None if self.snapshot is None else parent_of(self.snapshot, self.overlays)
        if run and parent and run.view.finished and parent.view.finished and self._known[0] != (run.name, parent.name):
            pair = run.name, parent.name
            self._known = pair, None
            self._jobs.ask("better", partial(self._better, parent, run), partial(self._take, pair), lambda error: None)
        known = self._known[1] if run and parent and self._known[0] == (run.name, parent.name) else None
        text = "" if run is None else lineage(run, parent, known)
        self.display = bool(text)
        if (said := Content(text)) != self.content:  # an update lays everything out again
            self.update(said)

    def _take(self, pair: tuple[str, str], known: Better) -> None:
        if self._known[0] == pair:
            self._known = pair, known
            self._update()


def parent_of(snapshot: Snapshot, overlays: tuple[Snapshot, ...]) -> Snapshot | None:
    """The run among `overlays` that another was made from."""
    return next((overlay for overlay in overlays if overlay.name == snapshot.about.parent), None)


def lineage(snapshot: Snapshot, parent: Snapshot | None, known: Better | None = None) -> str:
    """`↳ from circles-0001: λ 0.0 → 3.0 · keep_prob 1.0 → 0.8`; nothing for a run without a parent.

    What is `known` of which is better comes first: of very many changes the last may have no room.
    """
    name = clean(snapshot.about.parent)
    if not name:
        return ""
    if parent is None:
        return f"↳ from {name}"
    told = " · ".join(changes(parent.experiment, snapshot.experiment)) or "the same experiment"
    return f"↳ from {name}: " + (f"{better_line(known)} · " if known else "") + clean(told)


class DifferenceLine(Static):
    """One line where the panels hold another experiment than the run that is shown; nothing where it is the same."""

    snapshot: var[Snapshot | None] = var(None)
    experiment: var[Experiment | None] = var(None)
    """What the panels hold."""

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Says whether it is another experiment now."""
        if (old and old.experiment) != (new and new.experiment):
            self._update()

    def watch_experiment(self) -> None:
        """Says whether it is another experiment now."""
        self._update()

    def _update(self) -> None:
        text = difference(self.snapshot, self.experiment)
        self.display = bool(text)
        self.update(Content(text), layout=False)


def difference(snapshot: Snapshot | None, panels: Experiment | None) -> str:
    """`≠ in the panels: λ 0.7 → 1.0`; nothing where they hold what the run trains."""
    if snapshot is None or panels is None or snapshot.experiment == panels:
        return ""
    if snapshot.experiment.name != panels.name:
        return f"≠ in the panels is another experiment: {clean(panels.name)}"
    return f"≠ in the panels: {clean(' · '.join(changes(snapshot.experiment, panels)))}"


class Claims(Static):
    """One line of what the run says of a lesson's claims; nothing where there is nothing to say."""

    claims = var("")

    def watch_claims(self, claims: str) -> None:
        """Shows the line."""
        self.display = bool(claims)
        self.update(Content(claims), layout=False)
