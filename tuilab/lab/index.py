"""What a list says of the runs that are over, kept in one file, so that no process need read their logs again.

The file is a hint that anybody may rebuild. It is read as a stranger's: what is not a summary with every value in its
range, or not of a run that is over, is left out, and nothing is believed of a folder that has changed since.
"""

import zlib
from collections.abc import Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import Struct, structs

from tuilab import experiment as experiments
from tuilab import runs
from tuilab.experiment import Experiment
from tuilab.lab.summary import RunSummary
from tuilab.runs import ACTIVE, Stamps, Status
from tuilab.runs.about import MAXIMUM_LABEL, MAXIMUM_NOTE, MAXIMUM_PARENT
from tuilab.runs.files import STALE
from tuilab.text import clean

VERSION = 5
OVER: frozenset[Status] = frozenset(get_args(Status)) - ACTIVE - {"not readable"}
"""A run of such a status stays as it is until one of its files changes."""
_LARGEST = 2**14
"""Bytes of an entry; of a run of which there is more to be kept, the log is read again."""
_DEFAULTS = Experiment()
"""Of an experiment only what is not as here is kept."""


class Entry(Struct, frozen=True, gc=False):
    """What was found of a run that is over, and the stamps of what it was found in (`LISTED`)."""

    stamps: Stamps
    summary: RunSummary


class _Remembered(Struct, frozen=True):
    version: int
    crc: int
    """The CRC-32 of `runs`: a flipped byte makes it slow, not wrong."""
    defaults: int
    """That of the defaults: when one changes, the experiments are read again."""
    runs: msgspec.Raw
    """Entries by name."""


def recall(file: Path, names: Set[str]) -> dict[str, Entry]:
    """What `file` says of the runs called so; nothing where it cannot be made sense of."""
    try:
        content = runs.read_at(file, 0, _LARGEST * (len(names) + 1))
        kept = msgspec.json.decode(content, type=_Remembered)
        if (kept.version, kept.crc, kept.defaults) != (VERSION, zlib.crc32(kept.runs), defaults()):
            return {}
        entries = msgspec.json.decode(kept.runs, type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError):  # BadInput is a ValueError
        return {}
    found = {}
    decoder = msgspec.json.Decoder(Entry)
    for name in entries.keys() & names:
        with suppress(ValueError, RecursionError):
            entry = decoder.decode(entries[name])
            if _is_sane(name, entry.summary):
                found[name] = entry
    return found


def remember(file: Path, entries: Mapping[str, Entry]) -> None:
    """Keeps `entries` in `file`, whole or not at all; where that cannot be, nothing is lost but time."""
    raw = {name: msgspec.Raw(msgspec.json.encode(_kept(entry))) for name, entry in entries.items()}
    kept = msgspec.json.encode({name: one for name, one in raw.items() if len(one) < _LARGEST})
    with suppress(OSError):
        runs.tidy(file.parent, STALE)
        with runs.replacing(file) as opened:
            opened.write(msgspec.json.encode(_Remembered(VERSION, zlib.crc32(kept), defaults(), msgspec.Raw(kept))))


def defaults() -> int:
    """The CRC-32 of all that an experiment is by default."""
    return zlib.crc32(msgspec.json.encode(_DEFAULTS))


def _kept(entry: Entry) -> dict[str, Any]:
    summary, experiment = structs.asdict(entry.summary), entry.summary.experiment
    return {
        "stamps": entry.stamps,
        "summary": summary | {"experiment": experiment and experiments.changed(experiment, _DEFAULTS)},
    }


def _is_sane(name: str, summary: RunSummary) -> bool:
    """Whether a summary could be of the run called so: over, every text as `summary` makes it, its experiment sound.

    May raise `BadInput` instead.
    """
    about, experiment = summary.about, summary.experiment
    if experiment is None or experiment.title or experiment.about:
        return False
    experiments.check(experiment)
    texts = (
        (summary.title, clean(summary.title)),
        (about.parent, clean(about.parent, MAXIMUM_PARENT)),
        (about.label, clean(about.label, MAXIMUM_LABEL)),
        (about.note, clean(about.note, MAXIMUM_NOTE)),
    )
    told = summary.name == name and not summary.fault and summary.status in OVER
    return told and all(text == cleaned for text, cleaned in texts)
