"""A run that was trained where nobody else sees its folder, as bytes to be sent, and what is taken of such bytes.

They are a stranger's. Which files there are is said by the fields of `Parcel`, so that no name can lead anywhere, and
nothing in them is packed or a link. Of the rest nothing is believed: log, weights, model and checkpoint are read, as
any stranger's are, before one of them stands in the run, and the log, which says that the run is over, comes last.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.events import Finished
from tuilab.experiment import Experiment
from tuilab.runs.checkpoint import latest_file
from tuilab.runs.files import look_up, make_within, read_at, replacing, settling, writing
from tuilab.runs.folder import RunFolder, read_experiment
from tuilab.runs.log import Tail
from tuilab.runs.model import read_model
from tuilab.runs.standing import standing
from tuilab.runs.view import RunView, fold
from tuilab.runs.weights import load_weights
from tuilab.text import clean

LARGEST = 2**30
"""Bytes of a parcel: weights three times, and the log."""
_WORDS = 10_000
_CHECKPOINT = "000001.npz"


def own_version() -> str:
    """The version of this tuilab."""
    try:
        return version("tuilab")
    except PackageNotFoundError:  # read from a folder that was never installed
        return "0+unknown"


def unlike(which: str) -> str:
    """That somebody has, or is of, another version than this."""
    return f"{which}, and this is tuilab {own_version()}: a cluster must have the same"


class BrokenOff(BadInput):
    """A run that somebody or something has ended elsewhere, which is no fault of its own."""


class Parcel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent of a run: the content of its files, empty of those that there are not."""

    version: str
    """Of the tuilab that has trained it."""
    log: bytes = b""
    weights: bytes = b""
    model: bytes = b""
    checkpoint: bytes = b""
    """The newest one."""
    words: str = ""
    """Why there is no more of it."""


class _Sender(Struct):
    version: str


def packed(folder: RunFolder, words: str = "") -> bytes:
    """What there is of the run in `folder`. Raises `BadInput` for what cannot be read."""
    checkpoint = latest_file(folder)
    return encoded(
        Parcel(
            version=own_version(),
            log=_content(folder.log_file),
            weights=_content(folder.weights_file),
            model=_content(folder.model_file),
            checkpoint=_content(checkpoint) if checkpoint else b"",
            words=words,
        )
    )


def encoded(parcel: Parcel) -> bytes:
    """The parcel as MessagePack."""
    return msgspec.msgpack.encode(parcel)


def unpack(content: object, folder: RunFolder) -> None:
    """Puts the run that `content` holds into `folder`, which has its experiment.

    Raises `BadInput`, with `folder` as it was, for anything but such a run that was trained to its end, by this version
    of tuilab; the message says what became of it elsewhere, and `BrokenOff` that it was stopped there.
    """
    parcel = _decoded(content)
    with writing(folder.path), settling(folder.path.parent) as temporary:
        copy = RunFolder(temporary)
        _put(parcel, copy, folder.experiment_file)
        _check(copy, read_experiment(folder), parcel.words)
        _put(parcel, folder)


def _decoded(content: object) -> Parcel:
    if not isinstance(content, bytes) or len(content) > LARGEST:
        raise BadInput(f"is no run: what was sent is no bytes, or more than {LARGEST:,}")
    try:
        other = msgspec.msgpack.decode(content, type=_Sender).version
        if other != own_version():
            raise BadInput(unlike(f"was trained by tuilab {clean(other, 60)}"))
        return msgspec.msgpack.decode(content, type=Parcel)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(f"is no run: {clean(str(error), 120)}") from None


def _put(parcel: Parcel, folder: RunFolder, experiment_file: Path | None = None) -> None:
    """Writes what is in it into the folder of the run, the log last. Raises OSError."""
    files = {folder.weights_file: parcel.weights, folder.model_file: parcel.model}
    if parcel.checkpoint:
        make_within(folder.checkpoints_folder, shared=True)
        files[folder.checkpoints_folder / _CHECKPOINT] = parcel.checkpoint
    if experiment_file is not None:
        files[folder.experiment_file] = _content(experiment_file)
    for path, content in {**files, folder.log_file: parcel.log}.items():
        if content:
            with replacing(path, lasting=experiment_file is None, shared=True) as file:
                file.write(content)


def _check(folder: RunFolder, experiment: Experiment, words: str) -> None:
    """Raises `BadInput` unless the run in `folder` is one of that experiment which is over, and sound."""
    view = _view(folder)
    end = view.finished
    if end is None or end.status == "failed":
        raise BadInput(f"failed there: {clean((end.reason if end else words) or 'its trainer ended', _WORDS)}")
    if end.status == "stopped":
        raise BrokenOff("was stopped there")
    started = view.started
    hidden, iterations = tuple(experiment.network.hidden), experiment.optimization.iterations
    if started is None or started.layers[1:-1] != hidden or started.iterations != iterations:
        raise BadInput("is another run: its log is not of this experiment")
    stands = standing(folder)  # which refuses a checkpoint of another experiment
    if stands.checkpoint is None or stands.damaged or not stands.checkpoint.header.experiment:
        raise BadInput("is another run, or damaged: no checkpoint says that it is of this experiment")
    if end.status == "done" or look_up(folder.weights_file):
        model, parameters = read_model(folder), load_weights(folder.weights_file)
        if model is None or not model.layers == started.layers == parameters.sizes:
            raise BadInput("is damaged: its weights are not of its network")


def _view(folder: RunFolder) -> RunView:
    """What its log says. Raises `BadInput` for one with a line that is no event."""
    tail, view = Tail(folder.log_file), RunView()
    while not tail.at_end:
        view = fold(view, tail.read())
    if tail.damaged:
        raise BadInput(f"is damaged: {tail.damaged:,} lines of its log are no event")
    return view


def failed(reason: str, now: float) -> Finished:
    """The line of the log that says of a run that a trainer elsewhere has failed with it."""
    return Finished(time=now, status="failed", reason=clean(reason, _WORDS), iteration=0, seconds=0.0)


def _content(path: Path) -> bytes:
    """What is in a file; nothing if there is none. Raises `BadInput`."""
    found = look_up(path)
    return read_at(path, 0, found.st_size) if found else b""
