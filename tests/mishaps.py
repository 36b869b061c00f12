"""The app's log in tests: whoever lives through a fault must not hide it."""

import re
from pathlib import Path

from tuilab.ui.work.mishaps import LOG

_OURS = re.compile(r'File ".*tuilab/(?!ui/app\.py", line \d+, in run_action)')


def our_mishaps(home: Path) -> str:
    """The tracebacks in the log that pass through a line of ours; Textual's own are its business."""
    log = home / LOG
    told = log.read_text().split("\n\n") if log.exists() else []
    return "\n\n".join(one for one in told if _OURS.search(one))
