"""The bridge: the run that is shown is watched from here, steered from here, and others are started from here."""

from collections.abc import Callable
from functools import partial

from tuilab.lab import Lab, Snapshot
from tuilab.training import Action
from tuilab.ui.desk.board import Board
from tuilab.ui.desk.helm import Helm, is_active
from tuilab.ui.desk.launch import Launch
from tuilab.ui.desk.live import Live
from tuilab.ui.desk.watch import Show, Watch
from tuilab.ui.work.jobs import Jobs
from tuilab.ui.work.soon import Later, Soon

Once = Callable[[Callable[[], None]], None]
"""Does what a key asks for, but not again and again while the key is held down."""


class Bridge:
    """What keys and clicks want of the run that is `shown`, or with the experiment on the `board`.

    `show` takes what was seen of a run, `started` the name of one that was started or goes on again; `is_seen` says
    whether somebody is looking at the terminal; `enter` opens a room.
    """

    def __init__(
        self,
        lab: Lab,
        jobs: Jobs,
        board: Board,
        later: Later,
        *,
        once: Once,
        shown: Callable[[], Snapshot | None],
        show: Show,
        started: Callable[[str], None],
        is_seen: Callable[[], bool],
        enter: Callable[[str], None],
    ) -> None:
        self._board, self._once, self._shown, self._enter = board, once, shown, enter
        self._helm = Helm(lab, jobs, board, started)
        self._watch = Watch(
            jobs, lab.follow, show, partial(board.refuse, doing="cannot be shown"), is_seen, Soon(later)
        )
        self._launch = Launch(lab, jobs, board, self._helm, self._watch)
        self.live = Live(self._helm, Soon(later), shown, lambda: board.draft)
        self.attach, self.prepare = self._watch.attach, self._launch.prepare

    @property
    def active(self) -> str:
        """The name of the run that is shown if it is still going, else ""."""
        shown = self._shown()
        return shown.name if shown is not None and is_active(shown) else ""

    def run(self) -> None:
        """Trains, once however long a key is held."""
        self._once(self.train)

    def train(self) -> None:
        """Starts a run of the draft; or shows what is wrong with it."""
        self._launch.run(self._shown())

    def choose(self, number: int) -> None:
        """Tries the recommended action of that number."""
        if (shown := self._shown()) is not None:
            self._once(partial(self.act, shown.name, shown.diagnosis.actions[number - 1]))

    def act(self, run: str, action: Action) -> None:
        """Tries an action that was recommended for the run called `run`; another one may be shown by now."""
        if (shown := self._shown()) is None or shown.name != run or not action.has_key:
            return
        if action.room:
            self._enter(action.room)
        else:
            self._launch.act(shown, action)

    def ask(self, what: str) -> None:
        """Has the run stop, pause, step, resume or apply what stands in the panels; or runs it again, reseeded."""
        if (shown := self._shown()) is None:
            return
        match what:
            case "resume":
                self._helm.resume(shown)
            case "reseed":
                self._once(partial(self._launch.reseed, shown))
            case "apply":
                if (experiment := self._board.faultless("not applied")) is not None:
                    self._helm.apply(shown, experiment)
            case _:
                self._helm.ask(what, self.active)
