"""How much memory a program may take here, and the one refusal of what would need more, before it is allocated."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tuilab.control_groups import MINE, MOUNTED, folders
from tuilab.errors import BadInput

SHARE = 0.8
"""Of the memory there is, what a run may need by estimate."""


def total() -> int:
    """Bytes of memory: the machine's, or those that a container or a batch job was given of it."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine, *_limits()])


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


def _limits(mine: Path = MINE, mounted: Path = MOUNTED) -> Iterator[int]:
    """What the control group of this process and those around it allow, in version 2 and in version 1."""
    for folder in folders("memory", mine, mounted):
        for name in ("memory.max", "memory.limit_in_bytes"):
            with suppress(OSError, ValueError):  # not mounted here, or "max": no limit
                yield int((folder / name).read_text())
