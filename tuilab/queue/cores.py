"""How many cores this process may use: not what the machine has, but what the job was given."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tuilab.control_groups import MINE, MOUNTED, folders


def cores(mine: Path = MINE, mounted: Path = MOUNTED) -> int:
    """Whole cores, at least 1: those that the process may run on, and no more than its control groups give it time for.

    They say so in `cpu.max` in version 2, in `cpu.cfs_quota_us` in version 1.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, int(min([usable, *_quotas(mine, mounted)])))


def _quotas(mine: Path, mounted: Path) -> Iterator[float]:
    """The cores' worth of time that each group on the way allows, where it sets a limit."""
    for folder in folders("cpu", mine, mounted):
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = (folder / "cpu.max").read_text().split()
            yield int(quota) / int(period)  # "max" is no number
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = ((folder / f"cpu.cfs_{what}_us").read_text() for what in ("quota", "period"))
            if int(quota) > 0:  # -1: no limit
                yield int(quota) / int(period)
