"""What a trainer is told by signals: to end in good order, or to save a checkpoint."""

import signal
from types import FrameType
from typing import Self

_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


class Signals:
    """SIGTERM and SIGINT ask for the end, SIGUSR1 (SLURM's warning, `--signal=USR1@120`) for a checkpoint.

    They are heard within a `with` block, in the main thread; outside of it they do what they do to any process.
    """

    def __init__(self) -> None:
        self.ends: list[str] = []
        """The names of those that ask for the end."""
        self.save = False
        """Whether a checkpoint was asked for; whoever saves it takes that back."""

    def __enter__(self) -> Self:
        self._before = [signal.signal(number, self._hear) for number in _HEARD]
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in zip(_HEARD, self._before, strict=True):
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGUSR1:
            self.save = True
        else:
            self.ends.append(signal.Signals(number).name)
