"""What others ask of a trainer: they leave a file, it looks between iterations. Only the trainer writes the log."""

from pathlib import Path
from typing import Literal, get_args

from tuilab.runs.files import make_folder, replacing, writing
from tuilab.runs.folder import RunFolder

Request = Literal["stop"]
REQUESTS: tuple[Request, ...] = get_args(Request)


def ask(folder: RunFolder, request: Request) -> None:
    """Leave `request` for the trainer; asking twice is asking once. Raises `BadInput` if it cannot be left."""
    file = _file(folder, request)
    with writing(file):
        make_folder(file.parent)
        with replacing(file):
            pass


def pending(folder: RunFolder) -> tuple[Request, ...]:
    """What has been asked and not yet done: one stat for each kind of request."""
    return tuple(request for request in REQUESTS if _file(folder, request).exists())


def done(folder: RunFolder, request: Request) -> None:
    """Take `request` back, by the trainer that has met it. Raises OSError."""
    _file(folder, request).unlink(missing_ok=True)


def _file(folder: RunFolder, request: Request) -> Path:
    return folder.requests_folder / request
