"""What others ask of a trainer: they leave a file, it looks between iterations. Only the trainer writes the log."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.runs.files import entries, look_up, make_within, read_at, remove, replacing, writing
from tuilab.runs.folder import RunFolder
from tuilab.runs.journal import RETRY
from tuilab.text import clean

Request = Literal["stop", "pause", "resume", "step", "save", "start", "accept"]
"""`start` is for a run that is queued: it asks whoever works off the queue for a trainer. `accept` tells the next
trainer that the data have changed and are to be taken as they are."""
REQUESTS: tuple[Request, ...] = get_args(Request)
LIVE = ("optimization.learning_rate", "regularization.lambd", "dropout.keep_prob")
"""Paths of the experiment that may change while a run goes on."""
SOURCES = ("data.source", "data.dev_source", "data.test_source")
"""Paths that may be given anew when a run is resumed: the same files lie elsewhere now."""
COMPUTE = ("compute.engine", "compute.device", "compute.threads", "compute.precision")
"""Paths of what computes a run, which may be another thing from there on."""
ANEW = (*LIVE, "optimization.iterations", *COMPUTE, *SOURCES)
"""All paths that may change then."""
_OPPOSITE: dict[Request, Request] = {"pause": "resume", "resume": "pause"}
_EDIT = "set "
"""What the name of a request to change a value begins with; the path of the value follows."""
_LONGEST = 16_384
"""Bytes of a value's text, which may be a path."""
_Identity = tuple[int, int]


def ask(folder: RunFolder, request: Request, *, why: str = "", lasting: bool = True) -> None:
    """Leave `request` for the trainer; asking twice is asking once, and the last of pause and resume counts.

    `why` is what the log will say of a stop, `lasting` is as in `replacing`. Raises `BadInput` if it cannot be left.
    """
    _leave(_file(folder, request), why.encode(), lasting=lasting)
    if opposite := _OPPOSITE.get(request):
        with writing(_file(folder, opposite)):
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
    """Take `request` back, if it was asked for. Raises OSError."""
    remove(_file(folder, request))


def forget(folder: RunFolder) -> None:
    """Take back what was asked of a trainer that is gone, but for the edits: those still hold for the next one.

    What cannot be read is left, as it will be by the next trainer. Raises `BadInput` for what cannot be taken back.
    """
    try:
        asked = pending(folder)
    except BadInput:
        return
    with writing(folder.requests_folder):
        for request in asked:
            done(folder, request)


class Asked(Struct, frozen=True):
    """What was asked of a trainer and is not met yet."""

    requests: tuple[Request, ...]
    edits: dict[str, str]
    """Values as text by path."""
    why: str = ""
    """The run is to stop, if somebody has said so."""


class Inbox:
    """The trainer's end. What cannot be seen or read is passed over until it can be; nothing is raised.

    What cannot be removed is met once, and removed as soon as the disk lets it go.
    """

    def __init__(self, folder: RunFolder, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._clock = folder.requests_folder, clock
        self._left: dict[str, tuple[_Identity, str]] = {}
        """What was met and could not be removed: which file that was, and why."""
        self._seen: dict[str, _Identity] = {}
        """Which files the last look found."""
        self._retry = clock()
        """When to try again to remove those."""
        self.fault = ""
        """What the last look could not read, and what lies there still; empty if nothing."""

    def look(self) -> Asked:
        """What is asked now."""
        faults: list[str] = []
        edits: dict[str, str] = {}
        self._seen = {}
        try:
            names = entries(self._folder)
        except BadInput as error:
            self.fault = f"requests: {error.message}"
            return Asked((), {})
        still = self._left.keys() & names.keys()
        self._left = {name: self._left[name] for name in still if self._is_still(name, self._left[name][0])}
        for name in sorted(names.keys() - self._left.keys()):
            try:
                if (file := self._file_of(name)) is None:  # taken back meanwhile
                    continue
                if name.startswith(_EDIT):
                    content = read_at(self._folder / name, 0, _LONGEST)
                    edits[name.removeprefix(_EDIT)] = content.decode(errors="replace")
                self._seen[name] = file
            except BadInput as error:
                faults.append(f"request {name}: {error.message}")
        self._clear()
        faults += [f"request {name}: cannot be removed: {why}" for name, (_, why) in self._left.items()]
        self.fault = clean("; ".join(faults))
        asked = tuple(request for request in REQUESTS if request in self._seen)
        return Asked(asked, edits, self._why() if "stop" in asked else "")

    def _why(self) -> str:
        try:
            return clean(read_at(self._folder / "stop", 0, _LONGEST).decode(errors="replace"))
        except BadInput:  # it is a stop all the same
            return ""

    def met(self, *requests: Request) -> None:
        """Takes requests back that the last look found; what came since, under the same name, is left."""
        for request in requests:
            self._take(request)

    def met_edits(self, paths: Iterable[str]) -> None:
        """The same of requests for other values, by the paths of these."""
        for path in paths:
            self._take(_EDIT + path)

    def _take(self, name: str) -> None:
        if file := self._seen.get(name):
            self._remove(name, file)

    def _clear(self) -> None:
        """Tries again, now and then, to remove what was met."""
        if self._left and self._clock() >= self._retry:
            for name, (file, _) in list(self._left.items()):
                self._remove(name, file)

    def _remove(self, name: str, file: _Identity) -> None:
        """Removes the request `name` unless another has come in its place; one that stays is not met again."""
        self._left.pop(name, None)
        if not self._is_still(name, file):
            return
        try:
            remove(self._folder / name)
        except OSError as error:
            self._left[name] = (file, error.strerror or str(error))
            self._retry = self._clock() + RETRY

    def _is_still(self, name: str, file: _Identity) -> bool:
        """Whether the request `name` is that which `file` tells, as far as can be seen."""
        try:
            return self._file_of(name) == file
        except BadInput:
            return True

    def _file_of(self, name: str) -> _Identity | None:
        """What tells a request from a later one of the same name; None if it is gone. Raises `BadInput`."""
        found = look_up(self._folder / name)
        return (found.st_ino, found.st_mtime_ns) if found else None


def _leave(file: Path, content: bytes = b"", *, lasting: bool = True) -> None:
    with writing(file):
        # As open as the run: of another person's, its trainer is to read it, and its owner to leave more beside it.
        make_within(file.parent, shared=True)
        with replacing(file, lasting=lasting, shared=True) as opened:
            opened.write(content)


def _file(folder: RunFolder, request: Request) -> Path:
    return folder.requests_folder / request
