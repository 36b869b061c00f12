"""The half of the main screen that takes hold of the run that is shown: stop, pause, step, edit, again."""

from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.reactive import var

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, knobs
from tuilab.lab import Snapshot
from tuilab.runs import ACTIVE
from tuilab.runs.requests import LIVE
from tuilab.ui.messages import Refused, Started
from tuilab.ui.screens.draft import DraftScreen

PREPARING = 1.0
"""Seconds after a start until the next one is prepared."""


class ControlScreen(DraftScreen):
    """Holds the snapshot of the run that is watched."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,ctrl+t", "stop", "Stop", tooltip="Stop the run that is shown; what it learned is kept"),
        Binding("p", "pause", "Pause", tooltip="Let the run that is shown wait"),
        Binding("p", "resume", "Resume", tooltip="Let the run that is shown go on, also one that was stopped"),
        Binding("full_stop", "step", "Step", tooltip="Let the run that waits make one iteration"),
        Binding(
            "a,ctrl+y",
            "apply",
            "Apply",
            tooltip="Give the run that goes on the learning rate, λ, keep_prob of the panels",
        ),
        Binding("R", "reseed", "Seed", show=False, tooltip="Run the experiment of the run again with the next seed"),
    ]

    snapshot: var[Snapshot | None] = var(None, init=False)

    @property
    def active_run(self) -> str:
        """The name of the run that is shown if it is still going, else ""."""
        return self.snapshot.name if self.snapshot is not None and self.snapshot.status in ACTIVE else ""

    def action_stop(self) -> None:
        """Stops the run that is shown."""
        self._ask(self._lab.stop)

    def action_pause(self) -> None:
        """Pauses the run that is shown."""
        self._ask(self._lab.control.pause)

    def action_resume(self) -> None:
        """Lets the run that is shown go on."""
        assert self.snapshot is not None
        self._resume(self.snapshot.name, was_active=bool(self.active_run))

    def action_step(self) -> None:
        """Makes one iteration of the run that waits."""
        self._ask(self._lab.control.step)

    def action_apply(self) -> None:
        """Asks the run for the values of the panels that may change while it goes on."""
        assert self.snapshot is not None and self.draft is not None
        if (experiment := self.faultless()) is None:
            return
        asked = live_edits(self.snapshot, experiment)
        try:
            for path, text in asked.items():
                self._lab.control.set(self.active_run, path, text)
        except BadInput as error:
            self.refuse(error, "not applied")
        else:
            told = ", ".join(f"{knobs()[path].title} {text}" for path, text in asked.items())
            self.say(f"{self.snapshot.name}: {told}, from its next iteration on")

    def action_reseed(self) -> None:
        """Runs the experiment of the run that is shown again, as its child, with the next seed."""
        assert self.snapshot is not None
        self.adopt(self.snapshot.experiment, {"seed": str(self.snapshot.experiment.seed + 1)})
        if (experiment := self.faultless()) is not None:
            self.start(experiment, self.snapshot.name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        status = self.snapshot.status if self.snapshot is not None else None
        match action:
            case "stop":
                return bool(self.active_run)
            case "pause":
                return status in ("starting", "running", "no progress")
            case "resume":
                return status in ("paused", "stopped", "dead", "failed")
            case "step":
                return status == "paused"
            case "reseed":
                return self.snapshot is not None
            case "apply":
                return (
                    bool(self.active_run)
                    and self.snapshot is not None
                    and self.draft is not None
                    and self.snapshot.experiment.name == self.draft.experiment.name
                    and bool(live_edits(self.snapshot, self.draft.experiment))
                )
            case _:
                return super().check_action(action, parameters)

    def _ask(self, request: Callable[[str], None]) -> None:
        """Makes a request of the run that is shown; it may have ended just now."""
        try:
            request(self.active_run)
        except BadInput as error:
            self.say(str(error), "warning")

    @work(thread=True, group="start")
    def start(self, experiment: Experiment, parent: str) -> None:
        """Starts a run, off the UI thread; ends in `Started` or `Refused`."""
        try:
            self.post_message(Started(self._lab.start(experiment, parent)))
        except BadInput as error:
            self.post_message(Refused(error, "not started"))

    def prepare_soon(self) -> None:
        """Has a trainer wait for the next start, once there is nothing more urgent to do."""
        self.set_timer(PREPARING, self._prepare)

    @work(thread=True, group="prepare")
    def _prepare(self) -> None:
        with suppress(OSError):  # no room for a process: the next start will say so
            self._lab.prepare()

    @work(thread=True, group="start")
    def _resume(self, name: str, *, was_active: bool) -> None:
        try:
            self._lab.control.resume(name)
            if not was_active:  # its log was no longer followed
                self.post_message(Started(name))
        except BadInput as error:
            self.post_message(Refused(error, "not resumed"))


def live_edits(snapshot: Snapshot, wanted: Experiment) -> dict[str, str]:
    """What must be asked of the run so that it goes on as `wanted`, as far as a run can change: text by path."""
    now = experiments.edit(snapshot.experiment, snapshot.view.edits)
    return {path: knobs()[path].format(get(wanted, path)) for path in LIVE if get(wanted, path) != get(now, path)}
