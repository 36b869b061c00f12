"""Data once: the data sets that a process has prepared, so that who asks for the same again gets the same."""

import threading
from collections import OrderedDict
from concurrent.futures import Future, wait

from tuilab import stages
from tuilab.data import files, memory, sources
from tuilab.data.dataset import Dataset
from tuilab.data.prepare import prepare
from tuilab.experiment import Experiment

KEPT = 8
"""Data sets at most."""
SHARE = 0.25
"""Of the memory there is, what all of them may take; the newest stays whatever it takes."""

LOOK = 0.1
"""Seconds between two looks whether an answer is still waited for, which another thread prepares."""

Key = tuple[object, ...]


class Prepared:
    """The newest data sets. Many threads may ask; what two ask for at a time is prepared once."""

    def __init__(self, read: sources.Read = files.load) -> None:
        self._read, self._lock = read, threading.Lock()
        self._kept: OrderedDict[Key, Future[Dataset]] = OrderedDict()

    @staticmethod
    def key(experiment: Experiment) -> Key:
        """All that the data depend on: sections of the experiment, its seed and precision, and the files' stamps."""
        data = experiment.data
        stamps = (files.stamp(source) for source in (data.source, data.dev_source, data.test_source))
        sections = (data, experiment.columns, experiment.split, experiment.inputs, experiment.augmentation)
        return *sections, experiment.task, experiment.seed, experiment.network.precision, *stamps

    def dataset(self, experiment: Experiment) -> Dataset:
        """As `prepare`, with arrays that are shared and read-only. Raises `BadInput`."""
        key = self.key(experiment)
        while True:
            with self._lock:
                found = self._kept.get(key)
                future = found or self._kept.setdefault(key, Future())
                self._kept.move_to_end(key)
            if found is None:
                try:
                    future.set_result(prepare(experiment, self._read).protected())
                except BaseException as error:
                    with self._lock:
                        del self._kept[key]
                    future.set_exception(error)
                    raise
                self._make_room()
            while not wait([future], LOOK).done:
                stages.check()
            if not isinstance(future.exception(), stages.Ended):  # by another one, who waits no more
                return future.result()

    def _make_room(self) -> None:
        """Forgets the oldest as long as there are too many, or too large ones."""
        allowed = SHARE * memory.total()
        with self._lock:
            done = [(key, future.result().nbytes) for key, future in self._kept.items() if future.done()]
            while len(done) > 1 and (len(done) > KEPT or sum(size for _, size in done) > allowed):
                del self._kept[done.pop(0)[0]]


class Newest:
    """The data of one run after the other, prepared anew where they are not those of the run before."""

    def __init__(self) -> None:
        self._key: Key = ()
        self._kept: Dataset | None = None

    def dataset(self, experiment: Experiment, read: sources.Read) -> Dataset:
        """As `prepare`, with arrays that are shared and read-only. Raises `BadInput`."""
        key = Prepared.key(experiment)
        if self._kept is None or key != self._key:
            self._kept = None  # before there are others: either may fill the memory
            self._key, self._kept = key, prepare(experiment, read).protected()
        return self._kept
