"""The main screen: the experiment on the left, the run and its verdict on the right."""

from threading import Event
from typing import ClassVar

from msgspec import structs
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer
from textual.worker import get_current_worker

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Plan, RunSummary, Snapshot
from tuilab.runs import ACTIVE
from tuilab.text import clean
from tuilab.ui import draft as drafts
from tuilab.ui import following
from tuilab.ui.draft import Draft
from tuilab.ui.messages import ActionChosen, Edited, Followed, Listed, PlaceChosen, Planned, Refused, Started
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.panels.run import RunPane
from tuilab.ui.panels.status import IDLE
from tuilab.ui.panels.title import TitleLine
from tuilab.ui.panels.verdict import MAXIMUM_ACTIONS
from tuilab.ui.screens.gradient import GradientScreen
from tuilab.ui.screens.presets import PresetsScreen
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.screens.save import SaveScreen
from tuilab.ui.words import count, plural

PLAN_DELAY = 0.3
"""Seconds after the last edit until the data is looked at."""


class LabScreen(Screen[None]):
    """Holds the draft and the snapshot of the run that is watched; everything below shows them."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+r", "run", "Run", tooltip="Train the experiment in the panels"),
        Binding("s,ctrl+t", "stop", "Stop", tooltip="Stop the run that is shown; what it learned is kept"),
        Binding("g,ctrl+g", "check", "Gradients", tooltip="Check the gradients of the experiment in the panels"),
        Binding("o,p,ctrl+o", "presets", "Open", tooltip="Open a preset"),
        Binding("w,ctrl+s", "save", "Save", tooltip="Save the panels as a preset of your own"),
        Binding("b", "runs", "Runs", tooltip="Browse the runs, come back to one, stop one"),
        Binding("l,ctrl+l", "log", "Log axis", tooltip="Draw the cost on a logarithmic or a linear axis"),
        Binding("v", "other_place", "View", tooltip="On a narrow screen: the experiment or the run"),
        Binding("escape", "leave", "Leave the field", show=False),
        *(
            Binding(str(number), f"act({number})", "Try", show=False, tooltip="Try the action of that number")
            for number in range(1, MAXIMUM_ACTIONS + 1)
        ),
    ]

    draft: reactive[Draft | None] = reactive(None, init=False)
    snapshot: reactive[Snapshot | None] = reactive(None, init=False)
    plan = reactive("")
    idle = reactive(IDLE)
    opened = reactive("")
    changes = reactive(0)
    log_axis = reactive(False, init=False)
    place = reactive("experiment")

    def __init__(self, lab: Lab, experiment: Experiment, preset_name: str = "", run: str = "") -> None:
        super().__init__()
        self._lab = lab
        self._opening = (preset_name, experiment)
        self._first_run = run
        self._unfollow = Event()
        self._plan_timer: Timer | None = None

    @property
    def active_run(self) -> str:
        """The name of the run that is shown if it is still going, else ""."""
        return self.snapshot.name if self.snapshot is not None and self.snapshot.status in ACTIVE else ""

    def compose(self) -> ComposeResult:
        yield TitleLine().data_bind(LabScreen.opened, LabScreen.changes)
        with Container(id="places"):
            yield ExperimentColumn().data_bind(LabScreen.draft, LabScreen.plan)
            yield RunPane().data_bind(LabScreen.snapshot, LabScreen.log_axis, LabScreen.idle)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.load(*self._opening)
        if self._first_run:
            self.attach(self._first_run)
        else:
            self._count_runs()

    def on_unmount(self) -> None:
        self._unfollow.set()

    def load(self, name: str, experiment: Experiment) -> None:
        """Puts an experiment into the panels."""
        self.opened = name
        self.draft = drafts.load(experiment)

    def attach(self, name: str) -> None:
        """Shows the run called `name`, from its first point on."""
        self._unfollow.set()
        self._unfollow = Event()
        self.snapshot = None
        self.place = "watch"
        self._follow(name, self._unfollow)

    # What the keys do

    def action_run(self) -> None:
        """Starts a run of the draft; or shows what is wrong with it."""
        assert self.draft is not None
        if self.draft.faults:
            path, message = next(iter(self.draft.faults.items()))
            self._refuse(BadInput(message, path=path), "not started")
        else:
            self._start(self.draft.experiment)

    def action_stop(self) -> None:
        """Stops the run that is shown."""
        try:
            self._lab.stop(self.active_run)
        except BadInput as error:
            self._say(str(error), "warning")

    def action_check(self) -> None:
        """Opens the gradient check."""
        assert self.draft is not None
        if self.draft.faults:
            self.action_run()
        else:
            self.app.push_screen(GradientScreen(self._lab, self.draft.experiment))

    def action_presets(self) -> None:
        """Opens the list of presets."""

        def opened(name: str | None) -> None:
            if name is None:
                return
            try:
                self.load(*self._lab.open(name))
                self.place = "experiment"
            except BadInput as error:
                self._say(str(error), "error")

        self.app.push_screen(PresetsScreen(tuple(self._lab.presets())), opened)

    def action_save(self) -> None:
        """Asks for a name and saves the draft as a preset."""
        assert self.draft is not None
        if self.draft.faults:
            self.action_run()
            return
        experiment = self.draft.experiment

        def save(name: str, overwrite: bool) -> None:
            self._lab.save_preset(name, experiment, overwrite=overwrite)

        def saved(name: str | None) -> None:
            if name is not None:
                self.load(name, experiment)
                self._say(f"saved as the preset {name}")

        own = frozenset(preset.name for preset in self._lab.presets() if preset.own)
        self.app.push_screen(SaveScreen(self.opened, own, save), saved)

    def action_runs(self) -> None:
        """Opens the list of runs."""
        self.app.push_screen(RunsScreen(self._lab), lambda name: self.attach(name) if name else None)

    def action_log(self) -> None:
        """Turns the cost's axis."""
        self.log_axis = not self.log_axis

    def action_other_place(self) -> None:
        """Goes to the other place of a narrow screen."""
        self.place = "experiment" if self.place == "watch" else "watch"

    def action_leave(self) -> None:
        """Takes the focus away from the fields, so that the letters are keys again."""
        self.set_focus(None)

    def action_act(self, number: int) -> None:
        """Makes the edits of a recommended action and runs the child."""
        assert self.draft is not None and self.snapshot is not None
        self._edit(self.snapshot.diagnosis.actions[number - 1].edits)
        self.action_run()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        match action, parameters:
            case "stop", _:
                return bool(self.active_run) or None
            case "other_place", _:
                return self.has_class("-narrow")
            case "act", (int(number),):
                actions = self.snapshot.diagnosis.actions if self.snapshot else ()
                return number <= len(actions) and bool(actions[number - 1].edits)
            case _:
                return True

    # What comes up from below, and from the threads

    @on(Edited)
    def _take_edit(self, event: Edited) -> None:
        event.stop()
        self._edit({event.path: event.raw})

    @on(ActionChosen)
    def _take_action(self, event: ActionChosen) -> None:
        self.action_act(event.number)

    @on(PlaceChosen)
    def _take_place(self, event: PlaceChosen) -> None:
        self.place = event.place

    @on(Planned)
    def _take_plan(self, event: Planned) -> None:
        self.plan = plan_text(event.plan)

    @on(Refused)
    def _take_refusal(self, event: Refused) -> None:
        self._refuse(event.error, event.doing)

    @on(Started)
    def _take_run(self, event: Started) -> None:
        if self.active_run:
            self._say(f"{self.active_run} goes on; press b to come back to it")
        self.attach(event.name)

    @on(Listed)
    def _take_list(self, event: Listed) -> None:
        self.idle = idle_text(event.runs)

    @on(Followed)
    def _take_snapshot(self, event: Followed) -> None:
        if event.source is self._unfollow:
            self.snapshot = event.snapshot

    # What follows from a change of state

    def watch_draft(self, draft: Draft | None) -> None:
        """Looks at the data a moment after the last edit."""
        if draft is None:
            return
        self.changes = len(draft.changed)
        self.plan = ""
        if self._plan_timer is not None:
            self._plan_timer.stop()
        if not draft.faults:
            self._plan_timer = self.set_timer(PLAN_DELAY, lambda: self._plan(draft.experiment))

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Offers the keys that do something now."""
        if (old and (old.status, old.diagnosis.actions)) != (new and (new.status, new.diagnosis.actions)):
            self.refresh_bindings()

    def watch_place(self, old: str, new: str) -> None:
        """Shows the place."""
        self.remove_class(f"-at-{old}")
        self.add_class(f"-at-{new}")
        if new == "watch" and self.has_class("-narrow"):
            self.set_focus(None)

    def on_resize(self) -> None:
        self.refresh_bindings()

    def _edit(self, edits: dict[str, str]) -> None:
        assert self.draft is not None
        self.draft = drafts.edited(self._lab, self.draft, edits)

    def _refuse(self, error: BadInput, doing: str) -> None:
        """Marks the field at fault and, where a person waits for an answer, goes there; else says it."""
        path = drafts.field_of(error.path)
        if self.draft is not None and path:
            self.draft = structs.replace(self.draft, faults={**self.draft.faults, path: error.message})
        if doing and path:
            self.place = "experiment"
            self.query_one(ExperimentColumn).go_to(path)
        elif doing:
            self._say(f"{doing}: {error}", "error")

    def _say(self, text: str, severity: SeverityLevel = "information") -> None:
        self.notify(clean(text), severity=severity, markup=False)

    # Off the UI thread: each ends in one message

    @work(thread=True, group="plan", exclusive=True)
    def _plan(self, experiment: Experiment) -> None:
        worker = get_current_worker()
        try:
            message: Message = Planned(self._lab.plan(experiment))
        except BadInput as error:
            message = Refused(error)
        if not worker.is_cancelled:
            self.post_message(message)

    @work(thread=True, group="start")
    def _start(self, experiment: Experiment) -> None:
        try:
            self.post_message(Started(self._lab.start(experiment)))
        except BadInput as error:
            self.post_message(Refused(error, "not started"))

    @work(thread=True, group="follow")
    def _follow(self, name: str, ended: Event) -> None:
        def tell(snapshot: Snapshot) -> None:
            self.post_message(Followed(snapshot, ended))

        try:
            following.follow(self._lab.follow(name), tell, ended)
        except BadInput as error:
            self.post_message(Refused(error, "cannot be shown"))

    @work(thread=True, group="list")
    def _count_runs(self) -> None:
        self.post_message(Listed(tuple(self._lab.runs())))


def plan_text(plan: Plan) -> str:
    """What a run would train, in a few words."""
    parts = (("train", plan.examples.train), ("dev", plan.examples.dev), ("test", plan.examples.test))
    examples = ", ".join(f"{count(number)} {name}" for name, number in parts if number)
    layers = "-".join(str(units) for units in plan.layers)
    notes = "".join(f"\n• {clean(note)}" for note in plan.notes)
    return f"{layers}: {plural(plan.parameters, 'parameter')}. Examples: {examples}.{notes}"


def idle_text(runs: tuple[RunSummary, ...]) -> str:
    """What to do while no run is shown."""
    going = sum(run.status in ACTIVE for run in runs)
    if not runs:
        return IDLE
    still = f", {count(going)} still going" if going else ""
    return f"{IDLE}\n  {plural(len(runs), 'earlier run')}{still}: press b."
