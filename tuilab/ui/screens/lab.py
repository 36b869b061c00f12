"""The main screen: the experiment on the left, the run and the views of it on the right."""

from contextlib import suppress
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Container
from textual.reactive import var

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, RunSummary, Snapshot
from tuilab.lab.sentences.claims import told_line
from tuilab.runs import ACTIVE
from tuilab.text import clean
from tuilab.ui import following
from tuilab.ui.draft import Draft
from tuilab.ui.keys import in_order
from tuilab.ui.messages import ActionChosen, Claimed, Followed, Listed, PlaceChosen, Refused, Started
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.panels.keyline import KeyLine
from tuilab.ui.panels.run import RunPane
from tuilab.ui.panels.status import IDLE
from tuilab.ui.panels.title import TitleLine
from tuilab.ui.panels.verdict import MAXIMUM_ACTIONS
from tuilab.ui.screens.compare import CompareScreen
from tuilab.ui.screens.control import ControlScreen
from tuilab.ui.screens.draft import DraftScreen
from tuilab.ui.screens.export import ExportScreen
from tuilab.ui.screens.gradient import GradientScreen
from tuilab.ui.screens.lessons import LessonsScreen, Results
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.screens.seeds import SeedsScreen
from tuilab.words import count, plural


class LabScreen(ControlScreen):
    """Shows the draft beside the run that is watched."""

    AUTO_FOCUS = "View"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+r", "run", "Run", tooltip="Train the experiment in the panels"),
        Binding("g,ctrl+g", "check", "Gradients", tooltip="Check the gradients of the experiment in the panels"),
        Binding("o,ctrl+o", "presets", "Open", tooltip="Open a preset"),
        Binding("w,ctrl+s", "save", "Save", tooltip="Save the panels as a preset of your own"),
        Binding("u,ctrl+u", "undo", "Undo", show=False, tooltip="Take the last edit back"),
        Binding("b", "runs", "Runs", tooltip="Browse the runs, come back to one, stop one"),
        Binding("t", "lessons", "Lessons", tooltip="Lessons in the order of the notes, with claims that are checked"),
        Binding("e", "export", "Export", tooltip="Take away curves, picture, weights, experiment, command"),
        Binding("m", "seeds", "Seeds", show=False, tooltip="Run the experiment of the run again with more seeds"),
        Binding("left_square_bracket", "turn(-1)", "Previous view", show=False),
        Binding("right_square_bracket", "turn(1)", "View", key_display="]", tooltip="Next view of the run"),
        Binding("v", "other_place", "Place", tooltip="On a narrow screen: the experiment or the run"),
        Binding("escape", "leave", "Leave the field", show=False),
        *(
            Binding(str(number), f"act({number})", "Try", show=False, tooltip="Try the action of that number")
            for number in range(1, MAXIMUM_ACTIONS + 1)
        ),
    ]

    claims = var("")
    """What the run says of a lesson's claims."""
    overlays: var[tuple[Snapshot, ...]] = var((), init=False)
    """The parent of the run that is shown."""
    experiment: var[Experiment | None] = var(None)
    """The draft's, without its faults."""
    idle = var(IDLE)

    def __init__(self, lab: Lab, experiment: Experiment, preset_name: str = "", run: str = "") -> None:
        super().__init__(lab)
        self._opening = (preset_name, experiment)
        self._first_run = run
        if run:
            self.set_reactive(DraftScreen.place, "watch")
        self.add_class(f"-at-{self.place}")  # now: once all is mounted, a class of the screen costs a tenth of a second
        self._unfollow = Event()
        self._results: Results = {}

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that can be pressed now."""
        return in_order(super().active_bindings)

    def compose(self) -> ComposeResult:
        yield TitleLine().data_bind(DraftScreen.opened, DraftScreen.changes)
        with Container(id="places"):
            yield ExperimentColumn().data_bind(DraftScreen.draft, DraftScreen.plan)
            yield RunPane(self._lab).data_bind(
                ControlScreen.snapshot, LabScreen.overlays, LabScreen.claims, LabScreen.experiment, LabScreen.idle
            )
        yield KeyLine()

    def on_mount(self) -> None:
        self.prepare_soon()
        self.load(*self._opening)
        if self._first_run:
            self.attach(self._first_run)
        else:
            self._count_runs()

    def on_unmount(self) -> None:
        self._unfollow.set()
        self._lab.dismiss()

    def attach(self, name: str) -> None:
        """Shows the run called `name`, from its first point on."""
        self._unfollow.set()
        self._unfollow = Event()
        self.snapshot = None
        self.overlays = ()
        self.place = "watch"
        self._follow(name, self._unfollow)

    # What the keys do

    def action_run(self) -> None:
        """Starts a run of the draft; or shows what is wrong with it.

        Where the panels differ from a run of the same title that is shown, it is the parent.
        """
        if (experiment := self.faultless()) is None:
            return
        shown = self.snapshot
        child = shown is not None and shown.experiment.name == experiment.name and shown.experiment != experiment
        self.start(experiment, shown.name if shown is not None and child else "")

    def action_check(self) -> None:
        """Opens the gradient check."""
        if (experiment := self.faultless()) is not None:
            self.app.push_screen(GradientScreen(self._lab, experiment, self.snapshot))

    def action_runs(self) -> None:
        """Opens the list of runs."""
        self.app.push_screen(RunsScreen(self._lab), lambda name: self.attach(name) if name else None)

    def action_lessons(self) -> None:
        """Opens the list of lessons."""
        self.app.push_screen(LessonsScreen(self._lab, self._results), self.open_preset)

    def action_export(self) -> None:
        """Opens what can be taken away of the run."""
        assert self.snapshot is not None
        picture = self.app.export_screenshot(title=f"tuilab {clean(self.snapshot.name)}")
        self.app.push_screen(ExportScreen(self._lab, self.snapshot, picture))

    def action_seeds(self) -> None:
        """Asks for how many more seeds to run, and compares them."""
        assert self.snapshot is not None
        name = self.snapshot.name

        def compare(seeds: int | None) -> None:
            if seeds is not None:
                self.app.push_screen(CompareScreen(self._lab, (name,), seeds))

        self.app.push_screen(SeedsScreen(name), compare)

    def action_turn(self, step: int) -> None:
        """Shows the view that is `step` tabs away."""
        self.place = "watch"
        self.query_one(RunPane).turn(step)

    def action_other_place(self) -> None:
        """Goes to the other place of a narrow screen."""
        self.place = "experiment" if self.place == "watch" else "watch"

    def action_leave(self) -> None:
        """Takes the focus away from the fields, so that the letters are keys again."""
        self.set_focus(self.query_one(RunPane).view)

    def action_act(self, number: int) -> None:
        """Makes the edits of a recommended action to the experiment of the run that is shown and runs the child."""
        assert self.snapshot is not None and self.draft is not None
        edits = self.snapshot.diagnosis.actions[number - 1].edits
        if self.draft.experiment == self.snapshot.experiment:
            self.edit(edits)
        else:
            self.adopt(self.snapshot.experiment, edits)
        if (experiment := self.faultless()) is not None:
            self.start(experiment, self.snapshot.name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        match action, parameters:
            case "seeds" | "export", _:
                return self.snapshot is not None
            case "undo", _:
                return bool(self._past) or None
            case "other_place", _:
                return self.has_class("-narrow")
            case "act", (int(number),):
                actions = self.snapshot.diagnosis.actions if self.snapshot else ()
                return number <= len(actions) and bool(actions[number - 1].edits)
            case _:
                return super().check_action(action, parameters)

    # What comes up from below, and from the threads

    @on(ActionChosen)
    def _take_action(self, event: ActionChosen) -> None:
        self.action_act(event.number)

    @on(Claimed)
    def _take_claims(self, event: Claimed) -> None:
        if self.snapshot is not None and event.run == self.snapshot.name:
            self.claims = event.line

    @on(PlaceChosen)
    def _take_place(self, event: PlaceChosen) -> None:
        self.place = event.place

    @on(Started)
    def _take_run(self, event: Started) -> None:
        if self.active_run:
            self.say(f"{self.active_run} goes on; press b to come back to it")
        self.attach(event.name)
        self.prepare_soon()

    @on(Listed)
    def _take_list(self, event: Listed) -> None:
        self.idle = idle_text(event.runs)

    @on(Followed)
    def _take_snapshot(self, event: Followed) -> None:
        if event.source is not self._unfollow:
            return
        if event.aside:
            self.overlays = (event.snapshot,)
            return
        first, self.snapshot = self.snapshot is None, event.snapshot
        if first and event.snapshot.about.parent:
            self._follow(event.snapshot.about.parent, event.source, aside=True)

    # What follows from a change of state

    def watch_draft(self, old: Draft | None, draft: Draft | None) -> None:
        """Gives the views what they look at."""
        super().watch_draft(old, draft)
        self.experiment = draft.experiment if draft else None

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Offers the keys that do something now."""
        ended = new is not None and new.view.finished is not None
        if old is None or new is None or old.name != new.name:
            self.claims = ""
        if new is not None and ended and not (old and old.name == new.name and old.view.finished is not None):
            self._read_claims(new)
        if (old and (old.status, old.diagnosis.actions)) != (new and (new.status, new.diagnosis.actions)):
            self.refresh_bindings()

    def watch_place(self, old: str, new: str) -> None:
        """Shows the place."""
        self.remove_class(f"-at-{old}")
        self.add_class(f"-at-{new}")
        if new == "watch" and self.has_class("-narrow"):
            self.action_leave()

    def on_resize(self) -> None:
        self.refresh_bindings()

    # Off the UI thread: each ends in one message

    @work(thread=True, group="follow")
    def _follow(self, name: str, ended: Event, aside: bool = False) -> None:
        def tell(snapshot: Snapshot) -> None:
            self.post_message(Followed(snapshot, ended, aside))

        try:
            following.follow(self._lab.follow(name), tell, ended, lambda: self.app.app_focus)
        except BadInput as error:
            if not aside:  # a parent may have been deleted
                self.post_message(Refused(error, "cannot be shown"))

    @work(thread=True, group="claims")
    def _read_claims(self, snapshot: Snapshot) -> None:
        with suppress(BadInput):  # a damaged lesson claims nothing
            self.post_message(Claimed(snapshot.name, told_line(*self._lab.told(snapshot))))

    @work(thread=True, group="list")
    def _count_runs(self) -> None:
        self.post_message(Listed(tuple(self._lab.runs())))


def idle_text(runs: tuple[RunSummary, ...]) -> str:
    """What to do while no run is shown."""
    going = sum(run.status in ACTIVE for run in runs)
    if not runs:
        return IDLE
    still = f", {count(going)} still going" if going else ""
    return f"{IDLE}\n  {plural(len(runs), 'earlier run')}{still}: press b."
