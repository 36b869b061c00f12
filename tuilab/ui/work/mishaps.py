"""What nobody expected: the traceback goes into the app's log, a sentence to the person, and the app goes on."""

import os
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tuilab.errors import BadInput
from tuilab.runs.files import make_folder, open_private

LOG = "app.log"
"""Its name, beside the runs."""
_LONGEST = 1_000_000
"""Bytes of it; then it begins anew."""


def as_refusal(error: Exception, home: Path) -> BadInput:
    """`error` in a sentence; if it is no `BadInput`, its traceback is written into the log first."""
    if isinstance(error, BadInput):
        return error
    said = (error.strerror if isinstance(error, OSError) else "") or str(error) or "no more is known"
    where = "; app.log has the details" if _record(error, home / LOG) else ""
    return BadInput(f"{type(error).__name__}: {said.splitlines()[0]}{where}")


def _record(error: Exception, log: Path) -> bool:
    """Whether it could be written down."""
    text = f"{datetime.now().isoformat(timespec='seconds')}\n{''.join(traceback.format_exception(error))}\n"
    with suppress(OSError):
        make_folder(log.parent)
        with os.fdopen(open_private(log, os.O_WRONLY | os.O_APPEND), "ab") as file:
            if file.tell() > _LONGEST:
                file.truncate(0)
            file.write(text.encode(errors="replace"))
        return True
    return False
