"""Where the run that is shown came from, and what it says of a lesson: a line each."""

from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.experiment import Experiment
from tuilab.lab import Snapshot
from tuilab.lab.comparison import changes
from tuilab.text import clean


class Lineage(Static):
    """One line about a child; nothing for a run without a parent. `overlays` holds the parent if it is still there."""

    snapshot: var[Snapshot | None] = var(None)
    overlays: var[tuple[Snapshot, ...]] = var(())

    def watch_snapshot(self) -> None:
        """Writes where the run came from."""
        self._update()

    def watch_overlays(self) -> None:
        """Writes what was changed from the parent, now that it is known."""
        self._update()

    def _update(self) -> None:
        text = "" if self.snapshot is None else lineage(self.snapshot, self.overlays)
        self.display = bool(text)
        self.update(Content(text))


def lineage(snapshot: Snapshot, overlays: tuple[Snapshot, ...]) -> str:
    """`↳ from circles-0001: λ 0.0 → 3.0 · keep_prob 1.0 → 0.8`; nothing for a run without a parent."""
    name = snapshot.about.parent
    if not name:
        return ""
    parent = next((overlay for overlay in overlays if overlay.name == name), None)
    if parent is None:
        return f"↳ from {clean(name)}"
    told = " · ".join(changes(parent.experiment, snapshot.experiment)) or "the same experiment"
    return f"↳ from {clean(name)}: {clean(told)}"


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
        self.update(Content(text))


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
        self.update(Content(claims))
