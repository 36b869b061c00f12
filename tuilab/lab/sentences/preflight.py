"""What the checks before a run have found, in a line or two each."""

from collections.abc import Sequence

from tuilab.text import clean
from tuilab.training.preflight import CHECKS, PreflightCheck

MARKS = {True: "✓", False: "✗", None: "?"}
"""By whether a check holds."""


def check_lines(check: PreflightCheck) -> list[str]:
    """The check with its mark and figures, and where it does not hold what to do."""
    lines = [f"{MARKS[check.holds]} {clean(check.name)}: {clean(check.said, 300)}"]
    return lines if check.holds else [*lines, f"  → {clean(check.advice, 300)}"]


def outcome(found: Sequence[PreflightCheck], over: bool) -> str:
    """How many of the checks hold; how far they are while they go on."""
    if not over:
        return f"{len(found)} of at most {len(CHECKS)} checks …"
    wrong, open_ = (sum(one.holds is asked for one in found) for asked in (False, None))
    held = f"{wrong} of {len(found)} checks {'does' if wrong == 1 else 'do'} not hold"
    if not open_:
        return f"{held}." if wrong else f"All {len(found)} checks hold: nothing speaks against training."
    proves = f"{open_} {'proves' if open_ == 1 else 'prove'} nothing"
    return f"{held}, {proves}." if wrong else f"No check speaks against training; {proves}."
