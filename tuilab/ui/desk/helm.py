"""The control of a run: what can be asked of it now, and the asking, off the UI thread."""

from collections.abc import Callable
from functools import partial
from typing import Literal, Protocol

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, differences, get, idle, knobs
from tuilab.lab import Lab, Snapshot
from tuilab.runs import ACTIVE
from tuilab.runs.requests import LIVE
from tuilab.ui.work.jobs import Jobs
from tuilab.words import listed


class Deck(Protocol):
    """Where a person reads what became of a request."""

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tells something for a moment."""
        ...

    def refuse(self, error: BadInput, doing: str, of: Experiment | None = None) -> None:
        """Tells what was not done and why; if the experiment `of` is at fault, on its field."""
        ...


class Helm:
    """Asks of runs what a person wants. `show` is called with the name of a run that was started or goes on again.

    A start that has not been answered yet is not made twice.
    """

    def __init__(self, lab: Lab, jobs: Jobs, deck: Deck, show: Callable[[str], None]) -> None:
        self._lab, self._jobs, self._deck, self._show = lab, jobs, deck, show

    def start(self, experiment: Experiment, parent: str = "") -> None:
        """Starts a run of `experiment`, made from the run called `parent`."""
        self._jobs.do(
            "start",
            partial(self._lab.start, experiment, parent),
            self._show,
            lambda error: self._deck.refuse(error, "not started", experiment),
        )

    def resume(self, snapshot: Snapshot) -> None:
        """Ends a pause, or has another trainer go on with a run that is over."""
        name, followed = snapshot.name, snapshot.status in ACTIVE
        self._jobs.do(
            "resume",
            partial(self._lab.control.resume, name),
            lambda said: None if followed else self._show(name),
            lambda error: self._deck.refuse(error, "not resumed"),
        )

    def ask(self, what: str, name: str) -> None:
        """Asks the run called `name` to `stop`, to `pause`, or, while it waits, to `step`: one iteration.

        What a run that stops has learned is kept. It may have ended just now.
        """
        control = self._lab.control
        request = {"stop": self._lab.stop, "pause": control.pause, "step": control.step}[what]
        self._jobs.do(
            what, partial(request, name), lambda done: None, lambda error: self._deck.say(str(error), "warning")
        )

    def apply(self, snapshot: Snapshot, wanted: Experiment) -> None:
        """Asks the run to go on with those values of `wanted` that may change while it does."""
        self._set(snapshot.name, live_edits(snapshot, wanted), wanted)

    def turn(self, snapshot: Snapshot, wanted: Experiment, path: str) -> bool:
        """Asks the run to go on with the value of `wanted` at `path`, if it is its own experiment but for such values.

        Also for the value that it has: it may have been asked for another one just now. False if it is still being
        asked. Of another experiment it says so: who turns waits for something to happen.
        """
        if path not in LIVE or not is_active(snapshot):
            return True
        if why := idle(wanted, path):
            self._deck.say(f"{why}: it is not asked of {snapshot.name}")
            return True
        if others := [one for one in differences(snapshot.experiment, wanted) if one not in LIVE]:
            told = listed([knobs()[one].title for one in others], 3)
            self._deck.say(f"{knobs()[path].title} is not asked of {snapshot.name}: the panels differ in {told}")
            return True
        return self._set(snapshot.name, {path: knobs()[path].format(get(wanted, path))}, wanted)

    def _set(self, name: str, asked: dict[str, str], wanted: Experiment) -> bool:
        told = ", ".join(f"{knobs()[path].title} {text}" for path, text in asked.items())
        return self._jobs.do(
            "apply",
            lambda: self._lab.control.set(name, asked),
            lambda done: self._deck.say(f"{name}: {told}, from its next iteration on"),
            lambda error: self._deck.refuse(error, "not applied", wanted),
        )


def is_active(snapshot: Snapshot | None) -> bool:
    """Whether there is a run that may still bring something new."""
    return snapshot is not None and snapshot.status in ACTIVE


def offers(what: str, snapshot: Snapshot | None, wanted: Experiment) -> bool:
    """Whether `what` can be asked of the run in `snapshot`, while the experiment `wanted` is in the making."""
    if snapshot is None:
        return False
    match what:
        case "stop":
            return is_active(snapshot)
        case "pause":
            return snapshot.status in ("starting", "running", "no progress")
        case "resume":
            return snapshot.status in ("paused", "stopped", "dead", "failed")
        case "step":
            return snapshot.status == "paused"
        case "apply":
            return (
                is_active(snapshot) and snapshot.experiment.name == wanted.name and bool(live_edits(snapshot, wanted))
            )
        case _:  # what is made of a run: seeds, export, a prediction
            return True


def live_edits(snapshot: Snapshot, wanted: Experiment) -> dict[str, str]:
    """What must be asked of the run so that it goes on as `wanted`, as far as a run can change: text by path."""
    now = snapshot.experiment
    changed = [path for path in LIVE if get(wanted, path) != get(now, path) and not idle(now, path)]
    return {path: knobs()[path].format(get(wanted, path)) for path in changed}
