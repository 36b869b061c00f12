"""How much memory a program may take here, and the one refusal of what would need more, before it is allocated."""

import os
import re
from pathlib import Path, PurePosixPath

from tuilab.errors import BadInput

SHARE = 0.8
"""Of the memory there is, what a run may need by estimate."""
_GROUPS, _GROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def total() -> int:
    """Bytes of memory: the machine's, or those that a container or a batch job was given of it (control groups, v2)."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine, *_limits(_GROUPS, _GROUP)])


def fits(needed: int) -> bool:
    """Whether so many bytes are no more than a run may take here."""
    return needed <= SHARE * total()


def refuse_too_large(needed: int, what: str, *, path: str = "") -> None:
    """Raises `BadInput` if `what` would need more bytes than a run may take here."""
    if not fits(needed):
        memory = total()
        raise BadInput(
            f"{what} would need about {gibibytes(needed)} of memory; "
            f"{gibibytes(int(SHARE * memory))} of this machine's {gibibytes(memory)} may be used",
            path=path,
        )


def gibibytes(count: int) -> str:
    """A number of bytes as a person reads it, in MiB below one GiB."""
    return f"{count / 2**30:,.1f} GiB" if count >= 2**30 else f"{count / 2**20:,.1f} MiB"


def _limits(groups: Path, group: Path) -> list[int]:
    """What the control group of this process and those around it allow; empty where there are none."""
    try:
        found = re.search(r"^0::(/.*)$", group.read_text(), re.MULTILINE)
    except OSError:
        return []
    own = PurePosixPath(found[1] if found else "/")
    limits = []
    for around in (own, *own.parents):
        try:
            limits.append(int((groups / str(around).lstrip("/") / "memory.max").read_text()))
        except (OSError, ValueError):  # not mounted here, or "max": no limit
            continue
    return limits
