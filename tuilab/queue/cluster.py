"""A cluster that exists already: trials are submitted to a Dask scheduler, which nothing else here knows.

The trials of a sweep are made, claimed and counted where the sweep lies; a worker elsewhere trains one in a folder of
its own and sends it back (`tuilab.runs.parcel`). What comes back is deserialized as bytes alone. A trial is told from
others by what it trains, so that a sweep that is killed and gone on with joins those that still go on.
"""

import asyncio
import logging
import re
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError as Cancelled
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tuilab.errors import BadInput
from tuilab.experiment import loads
from tuilab.queue.sweep import TRIES, SweepFolder, crashes, is_left
from tuilab.queue.trials import TrialQueue
from tuilab.runs import Appender, RunFolder, Store, Waiting, ask, claim, last_words, read_at, release, writing
from tuilab.runs.parcel import BrokenOff, failed, own_version, packed, unlike, unpack
from tuilab.runs.requests import forget
from tuilab.text import clean

CONNECT = 10.0
"""Seconds that a scheduler has to answer."""
LOSSES = 5
"""So often a trial may be lost with its workers before that counts as a crash: one that ends them does so each time."""
DEEP = 2
"""Trials a thread of the cluster that are submitted: one is trained, one waits for it."""
LOOK = 1.0
"""Seconds between two looks of a trial elsewhere whether it is still wanted."""
PACE = 0.2
LIMIT = 2**20
"""Bytes of an experiment."""
_ADDRESS = re.compile(r"(?:tcp|tls)://\[?([^\[\]/]+)\]?:([0-9]{1,5})")


class SchedulerGone(Exception):
    """The scheduler does not answer any longer; what it had is begun anew by whoever goes on with the sweep."""


@contextmanager
def _answered() -> Iterator[None]:
    """Raises `SchedulerGone` where the scheduler does not answer."""
    try:
        yield
    except (OSError, TimeoutError, RuntimeError, Cancelled, asyncio.CancelledError) as error:
        raise SchedulerGone(clean(str(error), 200)) from None


class Cluster:
    """The scheduler at `address`, `tcp://host:port` or `tls://host:port`; with the files of `tls` (ca, cert, key)."""

    def __init__(self, address: str, tls: tuple[str, str, str] | None = None) -> None:
        """Raises `BadInput` if it is not there, or it or one of its workers has another version of tuilab."""
        try:
            import distributed
        except ImportError:
            raise BadInput("needs Dask: pip install 'tuilab[cluster]'", path="--cluster") from None
        for name in ("distributed", *logging.root.manager.loggerDict):
            if name.split(".")[0] in ("distributed", "asyncio"):  # what matters is said in one line
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        if not (there := _ADDRESS.fullmatch(address)):
            raise BadInput(f"must be tcp://host:port or tls://host:port, not {clean(address, 100)!r}", path="--cluster")
        if address.startswith("tls") != (tls is not None):
            raise BadInput(
                "an encrypted line takes both: --cluster tls://host:port and --tls CA,CERT,KEY", path="--tls"
            )
        self.address, self._back = clean(address, 200), threading.Event()
        try:
            socket.create_connection((there[1], int(there[2])), CONNECT).close()  # a wrong one is told at once
            security = None
            if tls is not None:
                ca, cert, key = tls
                security = distributed.Security(
                    tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True
                )
            self._client = distributed.Client(
                address, timeout=CONNECT, security=security, set_as_default=False, deserializers=["msgpack"]
            )
        except (OSError, OverflowError, ValueError, TypeError, RuntimeError) as error:
            said = clean(str(error).partition("\n")[0], 200)
            raise BadInput(f"no scheduler answers at {self.address}: {said}", path="--cluster") from None
        self._refuse_others()

    def _refuse_others(self) -> None:
        found = self._client.get_versions(packages=["tuilab"])
        processes = {"the scheduler": found["scheduler"]}
        processes |= {f"the worker {clean(address, 100)}": one for address, one in found["workers"].items()}
        for who, found in processes.items():
            theirs = (found.get("packages") or {}).get("tuilab")
            if theirs != own_version():
                has = f"has tuilab {clean(str(theirs), 60)}" if theirs else "has no tuilab"
                self.close()
                raise BadInput(unlike(f"{who} {has}"), path="--cluster")

    @property
    def is_there(self) -> bool:
        """Whether the scheduler still answers."""
        return bool(self._client.status == "running")

    @property
    def threads(self) -> int:
        """What its workers train at once; 0 while there is none."""
        with _answered():
            return sum(self._client.nthreads().values())

    def submit(self, name: str, experiment: str, tries: int, stop: str) -> Any:
        """A future of the parcel of a trial; the same trial is trained once, whoever submits it."""
        told = sha256(f"{stop}\n{tries}\n{own_version()}\n{experiment}".encode()).hexdigest()
        return self._client.submit(train, name, experiment, own_version(), stop, key=f"{name}-{told[:16]}", pure=False)

    def wait(self, seconds: float) -> None:
        """Waits until a trial is over, or so long."""
        self._back.wait(seconds)
        self._back.clear()

    def stop(self, futures: list[Any], name: str) -> None:
        """Has those trials ended that go on, and begins no other."""
        with suppress(SchedulerGone), _answered():
            self._event(name).set()
            self._client.cancel(futures)

    def begin(self, name: str) -> None:
        """Takes back that trials were to end."""
        with _answered():
            self._event(name).clear()

    def _event(self, name: str) -> Any:
        import distributed

        return distributed.Event(name, client=self._client)

    def close(self) -> None:
        """Lets go of the scheduler."""
        with suppress(SchedulerGone), _answered():
            self._client.close(timeout=CONNECT)


class ClusterWorker:
    """Has the trials of a sweep trained by a cluster; what comes back stands in the sweep as if trained here."""

    def __init__(self, sweep: SweepFolder, cluster: Cluster) -> None:
        self._sweep, self._cluster = sweep, cluster
        self._trials = TrialQueue(sweep, asked=True)
        self._going: dict[RunFolder, Any] = {}
        self._again: list[RunFolder] = []
        """Those that came to nothing, and have another try."""
        self._losses = Counter[RunFolder]()
        """How often each was lost with the worker that had it."""
        self._name = f"tuilab-{sha256(f'{socket.gethostname()}:{sweep.path}'.encode()).hexdigest()[:16]}"
        cluster.begin(self._name)

    def look(self) -> bool:
        """Takes in what has come back, and submits what there is room for; whether there is anything to wait for.

        Raises `SchedulerGone`, and `BadInput` for what cannot be written.
        """
        self._trials.look()
        if self._trials.stopped:
            self.stop()
            return False
        if not self._cluster.is_there:
            raise SchedulerGone
        for back in [one for one, future in self._going.items() if future.done()]:
            self._receive(back)
        room = DEEP * max(1, self._cluster.threads) - len(self._going)
        while room > 0 and (folder := self._next()):
            room -= self._submit(folder)
        return bool(self._going or self._again or self._trials.ready)

    def rest(self, seconds: float) -> None:
        """Waits until a trial comes back, but no longer than that."""
        self._cluster.wait(min(seconds, PACE) if self._trials.ready else seconds)

    def stop(self) -> None:
        """Has those stopped that go on; whoever goes on with the sweep begins them anew."""
        if self._going and self._cluster.is_there:
            self._cluster.stop(list(self._going.values()), self._name)
        for folder in self._going:
            release(folder)
        self._going.clear()

    def _next(self) -> RunFolder | None:
        return self._again.pop() if self._again else self._trials.take()

    def _submit(self, folder: RunFolder) -> bool:
        """Claims a trial and sends it off; False if somebody else has it, or it is over."""
        try:
            claim(folder, trains=False)
        except BadInput:
            return False
        if not is_left(folder):
            release(folder)
            return False
        forget(folder)
        experiment = read_at(folder.experiment_file, 0, LIMIT).decode()
        before = crashes(folder) + self._losses[folder]
        self._going[folder] = self._cluster.submit(folder.name, experiment, before, self._name)
        return True

    def _receive(self, folder: RunFolder) -> None:
        """Takes in what a trial came to; where that is nothing, it has another try if one is left."""
        try:
            unpack(self._parcel(folder), folder)
        except TimeoutError:
            return
        except BadInput as error:
            lost = isinstance(error, BrokenOff)
            self._losses[folder] += lost
            if not lost or self._losses[folder] % LOSSES == 0:
                with writing(folder.log_file), Appender(folder.log_file) as log:
                    log.append(failed(error.message, time.time()))
            if is_left(folder) and crashes(folder) < TRIES:
                self._again.append(folder)
        del self._going[folder]
        release(folder)

    def _parcel(self, folder: RunFolder) -> object:
        """What the cluster gives back of a trial.

        Raises TimeoutError where that takes long, or is being trained anew because the worker that had it is gone;
        `BrokenOff` where it gives an error instead: `train` raises none, so that it says nothing of the trial.
        """
        future = self._going[folder]
        try:
            return future.result(timeout=CONNECT)
        except (Exception, asyncio.CancelledError) as error:
            if not self._cluster.is_there:
                raise SchedulerGone from None
            if isinstance(error, TimeoutError) and future.status != "error":
                raise
            said = clean(str(error).partition("\n")[0], 300)
            raise BrokenOff(f"was lost on the cluster: {type(error).__name__}: {said}") from None


_free: list[Waiting] = []
"""Trainers of this process of a cluster that wait for a run."""
_lock = threading.Lock()


def train(name: str, experiment: str, version: str, stop: str) -> bytes:
    """The parcel of a run that is trained here: what a worker of the cluster does. `stop` names the event that ends it.

    Nothing is raised: an error would come back as a pickle.
    """
    with TemporaryDirectory(prefix="tuilab-", dir=_place()) as home:
        store = Store(Path(home))
        folder = RunFolder(store.runs / name)
        words = ""
        try:
            if version != own_version():
                raise BadInput(f"tuilab {own_version()} cannot train for tuilab {clean(version, 60)}")
            store.create_as(name, loads(experiment), lambda made: None)
            with _trainer(folder) as trainer:
                trainer.take(folder, last=False)
                _wait(folder, trainer, stop)
            words = last_words(folder)
        except Exception as error:  # whatever it is, it is said where the sweep is
            words = str(error) or type(error).__name__
        return packed(folder, words)


@contextmanager
def _trainer(folder: RunFolder) -> Iterator[Waiting]:
    """One that waits, or a new one; it is kept for the next trial if it still waits then."""
    with _lock:
        trainer = next((one for one in _free if one.waits), None)
        _free[:] = [one for one in _free if one is not trainer and one.waits]
    trainer = trainer or Waiting(folder, leashed=True)
    try:
        yield trainer
    finally:
        if trainer.hear() and trainer.waits:
            with _lock:
                _free.append(trainer)


def _wait(folder: RunFolder, trainer: Waiting, stop: str) -> None:
    """Until the run is over, or no longer wanted."""
    wanted = True
    while not trainer.hear():
        readable, _, _ = select.select([trainer], [], [], LOOK)
        if not readable and wanted and _is_over(stop):
            ask(folder, "stop")
            wanted = False


def _is_over(stop: str) -> bool:
    """Whether nobody wants it any longer; also if the scheduler does not answer, and nobody can have it."""
    from distributed import Event, get_client

    try:
        return bool(Event(stop, client=get_client()).is_set())
    except Exception:
        return True


def _place() -> str | None:
    """Where a worker keeps what is its own: whoever starts it anew removes what a killed one has left."""
    from distributed import get_worker

    with suppress(ValueError):  # not on a worker
        return str(get_worker().local_directory)
    return None
