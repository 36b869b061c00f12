"""What others ask of a trainer: they leave a file, it looks between iterations. Only the trainer writes the log."""

from pathlib import Path
from typing import Literal, get_args

from tuilab.runs.files import entries, make_folder, read_at, remove, replacing, writing
from tuilab.runs.folder import RunFolder

Request = Literal["stop", "pause", "resume", "step", "save", "start"]
"""`start` is for a run that is queued: it asks whoever works off the queue for a trainer."""
REQUESTS: tuple[Request, ...] = get_args(Request)
LIVE = ("optimization.learning_rate", "regularization.lambd", "dropout.keep_prob")
"""Paths of the experiment that may change while a run goes on."""
LENGTH = "optimization.iterations"
"""The path that may change, besides, when a run is resumed."""
_OPPOSITE: dict[Request, Request] = {"pause": "resume", "resume": "pause"}
_EDIT = "set "
"""What the name of a request to change a value begins with; the path of the value follows."""
_LONGEST = 1000
"""Bytes of a value's text."""


def ask(folder: RunFolder, request: Request) -> None:
    """Leave `request` for the trainer; asking twice is asking once, and the last of pause and resume counts.

    Raises `BadInput` if it cannot be left.
    """
    _leave(_file(folder, request))
    if opposite := _OPPOSITE.get(request):
        done(folder, opposite)


def ask_edit(folder: RunFolder, path: str, value: str) -> None:
    """Ask the trainer to give the experiment's `path` another value, as text. Raises `BadInput` if it cannot be left.

    Of several for the same path the last one counts.
    """
    _leave(folder.requests_folder / (_EDIT + path), value.encode()[:_LONGEST])


def pending(folder: RunFolder) -> tuple[Request, ...]:
    """What has been asked and not yet done, without the edits. Raises `BadInput`."""
    names = entries(folder.requests_folder)
    return tuple(request for request in REQUESTS if request in names)


def pending_edits(folder: RunFolder) -> dict[str, str]:
    """The values that were asked for, as text by path. Raises `BadInput`."""
    names = sorted(name for name in entries(folder.requests_folder) if name.startswith(_EDIT))
    return {
        name.removeprefix(_EDIT): read_at(folder.requests_folder / name, 0, _LONGEST).decode(errors="replace")
        for name in names
    }


def done(folder: RunFolder, request: Request) -> None:
    """Take `request` back, by the trainer that has met it. Raises OSError."""
    remove(_file(folder, request))


def done_edit(folder: RunFolder, path: str) -> None:
    """Take a request to edit `path` back. Raises OSError."""
    remove(folder.requests_folder / (_EDIT + path))


def forget(folder: RunFolder) -> None:
    """Take back what was asked of a trainer that is gone, but for the edits: those still hold for the next one.

    Raises `BadInput` if that cannot be.
    """
    with writing(folder.requests_folder):
        for request in pending(folder):
            done(folder, request)


def _leave(file: Path, content: bytes = b"") -> None:
    with writing(file):
        make_folder(file.parent)
        with replacing(file) as opened:
            opened.write(content)


def _file(folder: RunFolder, request: Request) -> Path:
    return folder.requests_folder / request
