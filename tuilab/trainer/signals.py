"""What a trainer is told by signals: to end in good order, or to save a checkpoint."""

import signal
from types import FrameType


class Signals:
    """SIGTERM and SIGINT ask for the end, SIGUSR1 (SLURM's warning, `--signal=USR1@120`) for a checkpoint."""

    def __init__(self) -> None:
        """Hears from now on; to be made in the main thread."""
        self.ends: list[str] = []
        """The names of those that ask for the end."""
        self.save = False
        """Whether a checkpoint was asked for; whoever saves it takes that back."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGUSR1:
            self.save = True
        else:
            self.ends.append(signal.Signals(number).name)
