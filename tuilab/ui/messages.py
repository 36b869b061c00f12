"""What travels upward in the app. Each message carries one frozen value."""

from pathlib import Path
from threading import Event

from textual.message import Message

from tuilab.errors import BadInput
from tuilab.lab import Plan, RunSummary, Snapshot
from tuilab.lessons import Verification
from tuilab.nn import GradientReport, Sweep


class Edited(Message):
    """Somebody changed a field: the text `raw` stands at `path`, right or wrong."""

    def __init__(self, path: str, raw: str) -> None:
        super().__init__()
        self.path, self.raw = path, raw


class Planned(Message):
    """What a run of the experiment would train."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


class Refused(Message):
    """Bad input. `doing` says to a person what was not done; empty if nobody asked for anything."""

    def __init__(self, error: BadInput, doing: str = "") -> None:
        super().__init__()
        self.error, self.doing = error, doing


class Started(Message):
    """The run called `name` has been started."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class Followed(Message):
    """A run as it stands now, told by the follower that `source` ends. A later one makes an earlier one needless.

    `aside`: it is not the run that is shown, but its parent.
    """

    def __init__(self, snapshot: Snapshot, source: Event, aside: bool = False) -> None:
        super().__init__()
        self.snapshot, self.source, self.aside = snapshot, source, aside

    def can_replace(self, message: Message) -> bool:
        """Whether `message`, the one that waits, may be dropped for this one."""
        if not isinstance(message, Followed):
            return False
        return message.source is self.source and message.aside is self.aside


class Checked(Message):
    """A gradient check has ended; it was made `where`."""

    def __init__(self, report: GradientReport, where: str) -> None:
        super().__init__()
        self.report, self.where = report, where


class Swept(Message):
    """The errors of the difference quotients over ε have been measured."""

    def __init__(self, sweep: Sweep) -> None:
        super().__init__()
        self.sweep = sweep


class Listed(Message):
    """The runs in the store, newest first; `whole`: all of them."""

    def __init__(self, runs: tuple[RunSummary, ...], whole: bool = True) -> None:
        super().__init__()
        self.runs, self.whole = runs, whole


class Compared(Message):
    """Several runs as they stand now. A later one makes an earlier one needless."""

    def __init__(self, runs: tuple[Snapshot, ...]) -> None:
        super().__init__()
        self.runs = runs

    def can_replace(self, message: Message) -> bool:
        """Whether `message`, the one that waits, may be dropped for this one."""
        return isinstance(message, Compared)


class Verified(Message):
    """The claims of `lesson` that have been checked so far, in order; `whole`: all of them."""

    def __init__(self, lesson: str, verifications: tuple[Verification, ...], whole: bool) -> None:
        super().__init__()
        self.lesson, self.verifications, self.whole = lesson, verifications, whole


class Claimed(Message):
    """What the end of the run called `run` says of a lesson, in a line; empty if it is no lesson's."""

    def __init__(self, run: str, line: str) -> None:
        super().__init__()
        self.run, self.line = run, line


class Exported(Message):
    """Files have been written, all into one folder."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        super().__init__()
        self.paths = paths


class ActionChosen(Message):
    """Somebody chose the recommended action `number`, counted from 1."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class PlaceChosen(Message):
    """Somebody wants to see the place `place` of a narrow screen."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
