"""What is started when somebody asks for a run: of the draft, of an action, of the same with another seed."""

from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.training import Action
from tuilab.ui.desk.board import Board
from tuilab.ui.desk.helm import Helm, is_active
from tuilab.ui.desk.watch import Watch
from tuilab.ui.work.jobs import Jobs

PREPARING = 1.0
"""Seconds after a start until the next one is prepared: there is nothing more urgent to do by then."""


class Launch:
    """Starts runs by the helm, with the experiment on the board; `shown` is the run that is shown then, if any is."""

    def __init__(self, lab: Lab, jobs: Jobs, board: Board, helm: Helm, watch: Watch) -> None:
        self._lab, self._jobs, self._board, self._helm, self._watch = lab, jobs, board, helm, watch

    def prepare(self) -> None:
        """Has a trainer wait for the next start; where there is no room for a process, that will say so."""
        self._jobs.ask("prepare", self._lab.prepare, lambda done: None, lambda error: None)

    def run(self, shown: Snapshot | None) -> None:
        """Runs the draft, or shows its fault. It is the child of a run of its title from which it differs."""
        if (experiment := self._board.faultless("not started")) is not None:
            child = shown is not None and shown.experiment.name == experiment.name and shown.experiment != experiment
            self._start(experiment, shown.name if shown is not None and child else "", shown)

    def reseed(self, shown: Snapshot) -> None:
        """Runs the experiment of the run that is shown again, as its child, with the next seed."""
        self._start_child(shown, {"seed": str(shown.experiment.seed + 1)})

    def act(self, shown: Snapshot, action: Action) -> None:
        """Makes the edits of a recommended action to the experiment of the run that is shown, and runs the child."""
        self._start_child(shown, action.edits)

    def _start_child(self, shown: Snapshot, edits: dict[str, str]) -> None:
        """Starts a run of the experiment of the run that is shown, with `edits` made; they stand in the fields."""
        self._board.adopt(shown.experiment, edits)
        if (experiment := self._board.faultless("not started")) is not None:
            self._start(experiment, shown.name, shown)

    def _start(self, experiment: Experiment, parent: str, shown: Snapshot | None) -> None:
        if shown is not None and is_active(shown) and shown.experiment == experiment:
            self._board.say(f"{shown.name} trains this very experiment already")
        elif not self._watch.is_waiting:  # the one before has not been seen yet
            self._helm.start(experiment, parent)
