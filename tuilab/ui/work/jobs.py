"""The one way off the UI thread: work in a thread of its own, its answers back on the UI thread.

A job has a name; of one name a single job goes on at a time. What a second one does is said by the way it is begun:
it is refused (`do`), it waits and overtakes (`ask`), or it takes the place of the first (`follow`). Every job knows
for how long its answer is wanted, and a stale one is dropped. Whatever a thread raises arrives as a `BadInput`.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from tuilab.errors import BadInput
from tuilab.stages import Ended, Stage, heard
from tuilab.ui.work.mishaps import as_refusal

T = TypeVar("T")
Refused = Callable[[BadInput], object]


class Owner(Protocol):
    """On whose thread the answers arrive: a screen, a widget."""

    def call_later(self, callback: Callable[[], None]) -> bool:
        """Has `callback` called on the UI thread; False if that will never be. Any thread may ask."""
        ...


def always() -> bool:
    """The answer is wanted whatever happens meanwhile."""
    return True


WAIT, NEXT = 1.0, 0.25
"""Seconds of a job until its stage is told, and between two times."""
ENDED = "was ended before it was done"
"""What is said of work that a person ended."""


class Job(Generic[T]):
    """A piece of work and what becomes of its answers. `over` is set once nobody wants them any more.

    `left` is set once the work itself is not wanted; what is only stale goes on, as another may wait for the same.
    """

    def __init__(self, then: Callable[[T], object], refused: Refused, still: Callable[[], bool]) -> None:
        self.over, self.left = threading.Event(), threading.Event()
        self.hears = False
        """Whether the work says how far it is."""
        self.stage: Stage | None = None
        """How far it was when that was last said; None in the first second, and behind the last stage."""
        self._due = monotonic() + WAIT
        self.keeps = False
        """Whether it may write, so that it is done though nobody hears of it."""
        self._then, self._refused, self._still = then, refused, still
        self._lock = threading.Lock()
        self._answers: list[T] = []

    def hear(self, stage: Stage | None) -> bool:
        """Takes how far the work is; whether that is to be told. From the thread. Raises `Ended`."""
        self.hears = True
        if self.left.is_set():
            raise Ended
        if stage is None:
            return False
        over = stage.share == 1
        if monotonic() < self._due and not (over and self.stage):
            return False
        self.stage, self._due = None if over else stage, monotonic() + NEXT
        return True

    def put(self, answer: T) -> bool:
        """Keeps `answer` in place of one that was not delivered yet; whether there was none. From the thread."""
        with self._lock:
            waits = bool(self._answers)
            self._answers[:] = [answer]
        return not waits

    def deliver(self) -> None:
        """Gives the newest answer to whoever wants it. On the UI thread."""
        with self._lock:
            answers, self._answers = self._answers, []
        for answer in answers:
            if self._is_wanted():
                self._then(answer)

    def refuse(self, error: BadInput) -> None:
        """Says why there is no answer. On the UI thread."""
        if self._is_wanted():
            self._refused(error)

    def _is_wanted(self) -> bool:
        return not self.over.is_set() and self._still()


class Tell(Generic[T]):
    """What a job that gives many answers is handed: it tells each, of which only the newest counts."""

    def __init__(self, job: Job[T], back: Callable[[], bool]) -> None:
        self._job, self._back = job, back
        self.over = job.over

    def __call__(self, answer: T) -> None:
        if self._job.put(answer) and not self._back():
            self.over.set()


_LONG = threading.Lock()


def alone(work: Callable[[Tell[T]], None]) -> Callable[[Tell[T]], None]:
    """`work` that computes for long: once no other such work goes on, and not at all if nobody wants it by then.

    Work whose room was closed ends when it looks up: of rooms that are opened and closed in haste one takes a core.
    """

    def in_turn(tell: Tell[T]) -> None:
        with _LONG:
            if not tell.over.is_set():
                work(tell)

    return in_turn


class Jobs:
    """The jobs of `owner`; what nobody expected is written into the log in `home`. Call it on the UI thread."""

    def __init__(self, owner: Owner, home: Path, told: Callable[[], None] = lambda: None) -> None:
        """`told` is called when there is something new to be said of the `stage`."""
        self._owner, self._home, self._told = owner, home, told
        self._going: dict[str, Job[Any]] = {}
        self._waiting: dict[str, Callable[[], None]] = {}

    @property
    def stage(self) -> Stage | None:
        """How far the job is that says so, if any does."""
        return next((job.stage for job in self._going.values() if job.stage is not None), None)

    def leave(self) -> bool:
        """Ends all work of which one is told to be far from done; whether there is any."""
        if self.stage is None:
            return False
        for job in self._going.values():
            if job.hears:
                job.left.set()
        return True

    def goes_on(self, name: str) -> bool:
        """Whether a job called `name` has not ended yet."""
        return name in self._going

    def do(
        self,
        name: str,
        work: Callable[[], T],
        then: Callable[[T], object],
        refused: Refused,
        still: Callable[[], bool] = always,
    ) -> bool:
        """Does `work` unless a job of that name goes on; whether it does.

        The process does not end before it is done: it may write.
        """
        if name in self._going:
            return False
        self._begin(name, Job(then, refused, still), lambda tell: tell(work()), daemon=False)
        return True

    def ask(
        self,
        name: str,
        work: Callable[[], T],
        then: Callable[[T], object],
        refused: Refused,
        still: Callable[[], bool] = always,
    ) -> None:
        """Asks a question. If one of that name is being answered, its answer is dropped, and the newest comes next."""
        if name in self._going:
            self._going[name].over.set()
            self._waiting[name] = lambda: self.ask(name, work, then, refused, still)
        else:
            self._begin(name, Job(then, refused, still), lambda tell: tell(work()))

    def follow(self, name: str, work: Callable[[Tell[T]], None], then: Callable[[T], object], refused: Refused) -> None:
        """Has `work` tell answers until it ends or `Tell.over` is set; one of that name is told to end."""
        self.end(name)
        self._begin(name, Job(then, refused, always), work)

    def end(self, *names: str) -> None:
        """Drops what the jobs of these names, or all, have still to say; all are told to end but those that write."""
        for name in names or tuple(self._going):
            self._waiting.pop(name, None)
            if (job := self._going.pop(name, None)) is not None:
                job.over.set()
                if not job.keeps:
                    job.left.set()

    def _begin(self, name: str, job: Job[T], work: Callable[[Tell[T]], None], *, daemon: bool = True) -> None:
        self._going[name], job.keeps = job, not daemon
        tell = Tell(job, lambda: _back(self._owner, lambda: self._deliver(job)))

        def hear(stage: Stage | None) -> None:
            if job.hear(stage):
                _back(self._owner, self._told)

        def run() -> None:
            refusal = None
            try:
                with heard(hear):
                    work(tell)
            except Ended:
                refusal = BadInput(ENDED)
            except Exception as error:
                refusal = as_refusal(error, self._home)
            _back(self._owner, lambda: self._end(name, job, refusal))

        try:
            threading.Thread(target=run, name=name, daemon=daemon).start()
        except RuntimeError as error:  # no room for another thread
            self._end(name, job, as_refusal(error, self._home))

    def _deliver(self, job: Job[Any]) -> None:
        try:
            job.deliver()
        except Exception as error:  # what cannot be shown is not shown again
            job.refuse(as_refusal(error, self._home))
            job.over.set()

    def _end(self, name: str, job: Job[Any], refusal: BadInput | None) -> None:
        self._deliver(job)
        if refusal is not None:
            with suppress(Exception):  # whoever would say it is gone
                job.refuse(refusal)
        if self._going.get(name) is job:
            del self._going[name]
            if job.stage is not None:
                self._told()
            if (following := self._waiting.pop(name, None)) is not None:
                following()


def _back(owner: Owner, callback: Callable[[], None]) -> bool:
    """Whether `callback` will be called on the UI thread; it will not where the app has ended."""
    try:
        return owner.call_later(callback)
    except RuntimeError:  # its loop is closed
        return False
