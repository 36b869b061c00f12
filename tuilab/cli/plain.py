"""What the panels show, in sentences: for screen readers and logs. One thought a line, no glyph carries a meaning."""

from tuilab.lab import Snapshot
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.insight.machine import MachineInsight
from tuilab.runs import ACTIVE
from tuilab.text import clean


def sentences(snapshot: Snapshot, before: Snapshot | None) -> list[str]:
    """What is to be said of a run; of the verdict and its actions only what was not said of `before`."""
    seen = CurvesInsight.of(snapshot)
    lines = [seen.progress, *seen.going]
    if before is None and snapshot.about.parent:
        lines.insert(0, f"The run was made from {clean(snapshot.about.parent)}.")
    if snapshot.view.machine:
        lines += MachineInsight.of(snapshot).said.split("\n")
    if snapshot.trouble:
        lines.append(f"Trouble: {clean(snapshot.trouble)}.")
    if before is None or before.diagnosis.sentence != snapshot.diagnosis.sentence or snapshot.status not in ACTIVE:
        lines += seen.verdict
    return lines
