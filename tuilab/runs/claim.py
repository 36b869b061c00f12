"""Who trains a run: at most one process, told by evidence that outlives it.

Claims are numbered folders in the run's `claims`, each with the process that made it. The highest number holds the
run, until it is dead or has said beside its claim that it is through with it; of one on another host, of which nothing
can be told, a person may say there that it has ended. A claim is never removed or changed: whoever finds its holder
dead or through contends for the next number, and the one rename that makes it can succeed once only, so that no
sequence of kills and races ends in two trainers.
"""

import os
import re
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from tuilab.errors import BadInput
from tuilab.runs.files import entries, look_up, make_within, open_private, replacing, settle, settling, writing
from tuilab.runs.folder import RunFolder
from tuilab.runs.holder import Holder, describe, lives, read_holder, where
from tuilab.text import clean
from tuilab.words import duration, last_sign

_HOLDER = "trainer.json"
_RELEASED = "released"
_ENDED = "ended"
SILENT = 60.0
"""Seconds without a sign of life, before which nobody's word that a trainer has ended is taken."""


class Elsewhere(Struct, frozen=True):
    """A trainer of which it cannot be told from here whether it lives."""

    host: str
    silence: float
    """Seconds since the log, or at least its claim, was written."""


def claim(folder: RunFolder, pid: int | None = None, *, trains: bool = True) -> None:
    """Make process `pid`, by default this one, the run's one trainer for as long as it lives.

    If it does not train itself, but has the run trained elsewhere, its death is no crash of the run.

    Whoever starts a trainer claims the run for it, so that anyone can tell at once whether it lives, however long it
    takes to begin. To claim what the process has already is nothing. Raises `BadInput` naming the holder if another
    trainer has the run, or may have it on another host.
    """
    trainer = structs.replace(describe(pid or os.getpid()), trains=trains)
    if look_up(folder.path) is None:
        raise BadInput("is gone", file=clean(str(folder.path)))
    with writing(folder.claims_folder):
        make_within(folder.claims_folder, shared=True)
        while True:
            number = _last(folder)
            holder = _holder(folder, number) if number else None
            held = bool(number) and _holds(folder, number, holder) is not False
            if held and holder == trainer:
                return
            if held:
                raise held_by(folder)
            if _take(folder, number + 1, trainer):
                return


def release(folder: RunFolder, pid: int | None = None) -> None:
    """Says that process `pid`, by default this one, is through with the run and lives on; nothing if it has no claim.

    Where that cannot be written, the run is held until the process ends.
    """
    number = _last(folder)
    holder = _holder(folder, number) if number else None
    if holder is not None and structs.replace(holder, trains=True) == describe(pid or os.getpid()):
        with suppress(OSError):
            os.close(open_private(_released_file(folder, number), os.O_WRONLY, shared=True))


def elsewhere(folder: RunFolder) -> Elsewhere | None:
    """The trainer that has the run, if it cannot be told from here whether it lives. Raises `BadInput`."""
    number = _last(folder)
    holder = _holder(folder, number) if number else None
    if holder is None or _holds(folder, number, holder) is not None:
        return None
    return Elsewhere(clean(holder.host, 100), max(0.0, time.time() - _last_sign(folder, number)))


def declare_ended(folder: RunFolder) -> None:
    """Takes a person's word that the trainer elsewhere that has the run has ended: it counts as one that was killed.

    Raises `BadInput` where the evidence is against it: it lives here, or gave a sign of life less than `SILENT` ago.
    """
    number, found = _last(folder), elsewhere(folder)
    if found is None:
        if number and _holds(folder, number, _holder(folder, number)):
            raise held_by(folder)
        return
    if found.silence < SILENT:
        raise BadInput(
            f"is held on {found.host}, which gave a sign of life {duration(found.silence)} ago: "
            f"it counts as ended after {duration(SILENT)}",
            file=clean(str(folder.path)),
        )
    file = _holder_file(folder, number).with_name(_ENDED)
    with writing(file):
        os.close(open_private(file, os.O_WRONLY, shared=True))


def alive(folder: RunFolder) -> bool | None:
    """Whether the run has a trainer that lives; a zombie does not. None if that cannot be told.

    It cannot where the trainer is on another host, or in a container that counts its processes by itself.

    Raises `BadInput` if the folder cannot be read.

    Look before the log is read, not after: a trainer that ends in between has written its last line, and would
    otherwise seem to have died without one.
    """
    number = _last(folder)
    return _holds(folder, number, _holder(folder, number)) if number else False


def deaths(folder: RunFolder) -> int:
    """How many trainers are gone that never said that they were through with the run. Raises `BadInput`."""
    held = [number for number in _numbers(folder) if look_up(_released_file(folder, number)) is None]
    if held and held[-1] == _last(folder) and alive(folder) is not False:
        held.pop()
    holders = (_holder(folder, number) for number in held)
    return sum(holder is None or holder.trains for holder in holders)


def _numbers(folder: RunFolder) -> list[int]:
    """The numbers of all claims, in order."""
    return sorted(int(name) for name in entries(folder.claims_folder) if re.fullmatch("[0-9]{4,9}", name))


def _last(folder: RunFolder) -> int:
    """The number of the latest claim, 0 if there is none."""
    return max(_numbers(folder), default=0)


def _holder_file(folder: RunFolder, number: int) -> Path:
    return folder.claims_folder / f"{number:04}" / _HOLDER


def _released_file(folder: RunFolder, number: int) -> Path:
    return _holder_file(folder, number).with_name(_RELEASED)


def _holder(folder: RunFolder, number: int) -> Holder | None:
    """Who made claim `number`; None if that cannot be read."""
    return read_holder(_holder_file(folder, number), Holder)


def _take(folder: RunFolder, number: int, trainer: Holder) -> bool:
    """Contend for claim `number`, which need not outlive the power: no trainer does. Raises OSError."""
    with settling(folder.claims_folder, shared=True) as temporary:
        with replacing(temporary / _HOLDER, lasting=False, shared=True) as file:
            file.write(msgspec.json.encode(trainer))
        return settle(temporary, folder.claims_folder / f"{number:04}", lasting=False)


def held_by(folder: RunFolder) -> BadInput:
    """Who has the run, as the refusal of another trainer; and what to do if that one has ended, where it is unknown."""
    number = _last(folder)
    holder = _holder(folder, number)
    place = clean(str(_holder_file(folder, number).parent))
    if holder is None:
        message = f"is held by a trainer that cannot be told; if there is none, remove {place}"
    elif lives(holder, partial(_last_sign, folder, number)):
        message = f"is being trained by process {holder.pid} on {clean(holder.host, 100)}"
    else:
        silence = max(0.0, time.time() - _last_sign(folder, number))
        message = (
            f"is held by process {holder.pid} {where(holder)}, {last_sign(silence)}; if that has ended, remove {place}"
        )
    return BadInput(message, file=clean(str(folder.path)))


def whereabouts(folder: RunFolder) -> str:
    """Where the trainer is that has the run, if it cannot be told from here whether it lives; else empty."""
    number = _last(folder)
    holder = _holder(folder, number) if number else None
    return where(holder) if holder is not None and _holds(folder, number, holder) is None else ""


def _last_sign(folder: RunFolder, number: int) -> float:
    """When the log, or at least the claim, was written last, in seconds since the epoch."""
    found = filter(None, map(look_up, (folder.log_file, _holder_file(folder, number))))
    return max((one.st_mtime for one in found), default=0.0)


def _holds(folder: RunFolder, number: int, holder: Holder | None) -> bool | None:
    """Whether claim `number`, made by `holder`, still holds; None if that cannot be told."""
    over = (_released_file(folder, number), _holder_file(folder, number).with_name(_ENDED))
    return False if any(map(look_up, over)) else lives(holder, partial(_last_sign, folder, number))
