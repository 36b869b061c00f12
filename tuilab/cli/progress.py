"""Progress on stderr: one line that rewrites itself on a terminal, a line now and then without one."""

import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import zip_longest
from types import FrameType

from tuilab.cli.line import rewrite
from tuilab.cli.plain import sentences
from tuilab.errors import BadInput
from tuilab.lab import Follower, Lab, Snapshot
from tuilab.lab.sentences.queue import stall_text
from tuilab.lab.sentences.run import course, errors, of_target
from tuilab.runs import ACTIVE
from tuilab.text import is_screen

POLL = 0.05
AT_ONCE = 8
"""Runs that are looked at so often; of more each is more seldom, as those who train them want the cores."""
PLAIN_INTERVAL = 10.0
"""Seconds between two lines where nothing can be rewritten."""


def follow(
    follower: Follower,
    *,
    plain: bool = False,
    interrupt: Callable[[], None] | None = None,
    save: Callable[[], None] = lambda: None,
) -> tuple[Snapshot, int]:
    """Follows a run to its end and shows its progress; returns the end and the signal that interrupted it, or 0.

    The first SIGINT or SIGTERM calls `interrupt` (to ask the run to stop) and goes on to the end; without one, or at
    the second, it raises KeyboardInterrupt. SIGUSR1 calls `save` (to ask the run for a checkpoint).
    """
    show = _Sentences() if plain else _OneLine() if is_screen(sys.stderr) else _Lines()
    asked = False
    with signals(save) as caught:
        while True:
            snapshot = follower.poll()
            if snapshot.status not in ACTIVE:
                show.end(snapshot)
                return snapshot, caught[0] if caught else 0
            show.progress(snapshot)
            if caught and not asked and interrupt is not None:
                asked = True
                interrupt()
            elif len(caught) > asked:
                raise KeyboardInterrupt
            time.sleep(POLL)


def follow_all(
    followers: Sequence[Follower], caught: Sequence[int], interrupt: Callable[[], None], look_after: Callable[[], None]
) -> list[Snapshot]:
    """Follows runs of which some are queued to the end of all, and says now and then how many are in which state.

    The first of the signals that are `caught` calls `interrupt`; at the second it raises KeyboardInterrupt. While any
    run is queued it calls `look_after`.
    """
    due, said, asked, snapshots = 0.0, "", False, list[Snapshot]()
    while True:
        snapshots = [
            seen if seen is not None and seen.status not in ACTIVE else follower.poll()
            for follower, seen in zip_longest(followers, snapshots)
        ]
        states = Counter(snapshot.status for snapshot in snapshots)
        text = f"{len(snapshots)} runs: {', '.join(f'{number} {state}' for state, number in states.items())}"
        over = not ACTIVE & states.keys()
        if text != said and (over or time.monotonic() >= due):
            said, due = text, time.monotonic() + 1.0
            print(text, file=sys.stderr, flush=True)
        if over:
            return snapshots
        if "queued" in states:
            look_after()
        if caught and not asked:
            asked = True
            interrupt()
        elif len(caught) > asked:
            raise KeyboardInterrupt
        going = sum(states[state] for state in ACTIVE)
        time.sleep(POLL * max(1, going / AT_ONCE))


def to_the_end(lab: Lab, names: Sequence[str], caught: Sequence[int]) -> list[Snapshot]:
    """Follows the runs called `names` to the end of all; the first of the signals that are `caught` stops them."""

    def stop() -> None:
        for name in names:
            with suppress(BadInput):  # it may be over by now
                lab.stop(name)

    tell = stall_teller(lab)

    def look_after() -> None:
        lab.wake()
        tell()

    return follow_all([lab.follow(name) for name in names], caught, stop, look_after)


def stall_teller(lab: Lab) -> Callable[[], None]:
    """What says why nothing of the queue is begun: once, until that is over."""
    told = False

    def tell() -> None:
        nonlocal told
        with suppress(BadInput):
            stall = lab.stall()
            if stall is not None and not told:
                print(stall_text(stall), file=sys.stderr, flush=True)
            told = stall is not None

    return tell


def sentence(snapshot: Snapshot) -> str:
    """`circles-0001 running, 8 %: iteration 1,200 of 15,000, 1 s left, 21,000 it/s, …`."""
    view, planned = snapshot.view, snapshot.experiment.optimization.iterations
    parts = course(snapshot)
    if len(view.cost):
        parts.append(f"cost {view.cost.total[-1]:.4g}")
    if snapshot.error.train is not None:
        parts += [*errors(snapshot.error, snapshot.diagnosis), *of_target(snapshot)]
    return f"{snapshot.name} {snapshot.status}, {100 * view.iteration // planned} %: {', '.join(parts)}"


class _Lines:
    """A whole line every now and then, for logs and screen readers."""

    def __init__(self) -> None:
        self._due = 0.0

    def progress(self, snapshot: Snapshot) -> None:
        if (now := time.monotonic()) >= self._due:
            self._due = now + PLAIN_INTERVAL
            print(sentence(snapshot), file=sys.stderr, flush=True)

    def end(self, snapshot: Snapshot) -> None:
        print(sentence(snapshot), file=sys.stderr, flush=True)


class _Sentences:
    """What the panels show, now and then and at the end, for screen readers and logs."""

    def __init__(self) -> None:
        self._due = 0.0
        self._before: Snapshot | None = None

    def progress(self, snapshot: Snapshot) -> None:
        if (now := time.monotonic()) >= self._due:
            self._due = now + PLAIN_INTERVAL
            self.end(snapshot)

    def end(self, snapshot: Snapshot) -> None:
        print("\n".join(sentences(snapshot, self._before)), file=sys.stderr, flush=True)
        self._before = snapshot


class _OneLine:
    """One line of a terminal, rewritten at most four times a second and cut to its width."""

    def __init__(self) -> None:
        self._due = 0.0

    def progress(self, snapshot: Snapshot) -> None:
        if (now := time.monotonic()) >= self._due:
            self._due = now + 0.25
            rewrite(sentence(snapshot))

    def end(self, snapshot: Snapshot) -> None:
        rewrite(sentence(snapshot))
        sys.stderr.write("\n")


@contextmanager
def signals(save: Callable[[], None] = lambda: None) -> Iterator[list[int]]:
    """The SIGINT and SIGTERM received so far; the handlers from before come back at the end."""
    caught: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        caught.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    before[signal.SIGUSR1] = signal.signal(signal.SIGUSR1, lambda number, frame: save())
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
