"""How many cores this process may use: not what the machine has, but what the job was given."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_MINE = Path("/proc/self/cgroup")


def cores(mine: Path = _MINE, mounted: Path = _CGROUPS) -> int:
    """Whole cores, at least 1: those that the process may run on, and no more than its control groups give it time for.

    `mine` says in which groups the process is, `mounted` is where groups lie (cgroups(7)); any group on the way down
    may set a limit: `cpu.max` in version 2, `cpu.cfs_quota_us` in version 1.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, int(min([usable, *_quotas(mine, mounted)])))


def _quotas(mine: Path, mounted: Path) -> Iterator[float]:
    """The cores' worth of time that each group on the way allows, where it sets a limit."""
    for folder in _groups(mine, mounted):
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = (folder / "cpu.max").read_text().split()
            yield int(quota) / int(period)  # "max" is no number
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = ((folder / f"cpu.cfs_{what}_us").read_text() for what in ("quota", "period"))
            if int(quota) > 0:  # -1: no limit
                yield int(quota) / int(period)


def _groups(mine: Path, mounted: Path) -> Iterator[Path]:
    """The process's groups that may limit its cores, and all those above them."""
    try:
        lines = mine.read_text().splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        # Version 1 mounts each controller, or a pair of them, in a folder of its own; version 2 has one tree.
        roots = [mounted / name for name in {controllers, "cpu"}] if controllers else [mounted, mounted / "unified"]
        inner = Path(path.lstrip("/"))
        for root in roots:
            yield from (root / part for part in (inner, *inner.parents))
