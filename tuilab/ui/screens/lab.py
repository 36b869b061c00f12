"""The main screen: the experiment on the left, the run and the views of it on the right."""

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.widget import Widget

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Plan, RunSummary, Snapshot
from tuilab.lab.better import better
from tuilab.presets import Preset
from tuilab.search import Search
from tuilab.stages import Stage
from tuilab.text import clean
from tuilab.ui.desk import draft as drafts
from tuilab.ui.desk.board import Board
from tuilab.ui.desk.bridge import Bridge, Once
from tuilab.ui.desk.draft import Draft
from tuilab.ui.desk.launch import PREPARING
from tuilab.ui.desk.syllabus import Open, Syllabus
from tuilab.ui.messages import ActionChosen, PlaceChosen
from tuilab.ui.panels.experiment import ExperimentColumn, plan_text
from tuilab.ui.panels.field import Field
from tuilab.ui.panels.keyline import KeyLine
from tuilab.ui.panels.lesson import LessonPanel
from tuilab.ui.panels.status import IDLE, idle_text
from tuilab.ui.panels.title import TitleLine
from tuilab.ui.screens.desk import Desk
from tuilab.ui.screens.keys import KEYS, in_order, offered
from tuilab.ui.screens.sized import Sized
from tuilab.ui.views import View
from tuilab.ui.views.pane import RunPane
from tuilab.ui.work.jobs import Jobs

if TYPE_CHECKING:
    from tuilab.ui.screens.rooms import Rooms


class LabScreen(Sized[None]):
    """Binds the draft and the bridge to the panels; what it holds is what they show.

    `once` does what a key asks for, but not again and again while the key is held down.
    """

    AUTO_FOCUS = "View"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    draft: var[Draft | None] = var(None, init=False)
    plan = var("")
    """What a run of the draft would train, in a few words."""
    opened = var("")
    changes = var(0)
    stage: var[Stage | None] = var(None)
    """How far long work is, that a person waits for."""
    place = var("experiment")
    snapshot: var[Snapshot | None] = var(None, init=False)
    """The run that is shown."""
    overlays: var[tuple[Snapshot, ...]] = var((), init=False)
    """The parent of the run that is shown."""
    experiment: var[Experiment | None] = var(None)
    """The draft's, without its faults."""
    claims = var("")
    """What the run says of a lesson's claims."""
    idle = var(IDLE)
    lesson: var[Open | None] = var(None, init=False)
    """The one that is open."""

    def __init__(
        self,
        lab: Lab,
        experiment: Experiment,
        preset_name: str = "",
        run: str = "",
        search: Search | None = None,
        once: Once = lambda do: do(),
    ) -> None:
        super().__init__()
        self._lab, self._first_run, self.search = lab, run, search
        self.set_reactive(LabScreen.opened, preset_name)
        self._jobs = Jobs(self, lab.store.home, self._take_stage)
        self._column = ExperimentColumn(drafts.load(experiment))
        self.board = Board(lab, experiment, self._jobs, self._column, self, self.set_timer)
        self._bridge = Bridge(
            lab,
            self._jobs,
            self.board,
            self.set_timer,
            once=once,
            shown=lambda: self.snapshot,
            show=self._show,
            started=self._show_run,
            is_seen=lambda: self._seen,
            enter=self.action_room,
        )
        self._syllabus = Syllabus(lab, self._jobs, self._show_lesson, partial(self.board.refuse, doing="not checked"))
        self._seen = True
        if run:
            self.set_reactive(LabScreen.place, "watch")
        self.add_class(f"-at-{self.place}")  # now: once all is mounted, a class of the screen costs a tenth of a second

    @cached_property
    def _rooms(self) -> "Rooms":
        """Made for whoever opens the first one: a start does not wait for them."""
        from tuilab.ui.screens.rooms import Rooms

        return Rooms(self, self._lab, self._jobs, self._syllabus, self.board)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that can be pressed now."""
        return in_order(super().active_bindings)

    @property
    def active_run(self) -> str:
        """The name of the run that is shown if it is still going, else ""."""
        return self._bridge.active

    def compose(self) -> ComposeResult:
        yield TitleLine().data_bind(LabScreen.opened, LabScreen.changes, LabScreen.stage)
        with Container(id="places"):
            lesson, column = LessonPanel().data_bind(LabScreen.lesson), self._column
            yield Desk(lesson, column.data_bind(LabScreen.draft, LabScreen.plan), self.board, self._bridge.live)
            yield RunPane(self._jobs, self._look, partial(better, self._lab)).data_bind(
                LabScreen.snapshot, LabScreen.overlays, LabScreen.claims, LabScreen.experiment, LabScreen.idle
            )
        yield KeyLine()

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._take_focus)
        self.set_timer(PREPARING, self._bridge.prepare)
        self._syllabus.open(self.opened)
        self.board.load(self.board.draft.base)
        if self._first_run:
            self.attach(self._first_run)
        else:
            self._jobs.ask(
                "list", lambda: tuple(self._lab.runs()), self._take_list, partial(self.board.refuse, doing="")
            )

    def on_unmount(self) -> None:
        self._jobs.end()
        self._lab.dismiss()

    # The draft

    def load(self, name: str, experiment: Experiment, search: Search | None = None) -> None:
        """Puts an experiment into the panels, opened as `name`; what is said there is to be varied is its `search`."""
        self.opened, self.search = name, search
        self.board.load(experiment)

    def show_draft(self, draft: Draft) -> None:
        """Shows it in the panels and, where there is no run, in the views."""
        self.draft, self.experiment = draft, draft.experiment
        self.changes = len(draft.changed)
        self.refresh_bindings()

    def show_plan(self, plan: Plan | BadInput | None) -> None:
        """Says what a run of the draft would train, or why that cannot be told."""
        self.plan = plan_text(plan) if plan else ""

    def show_fault(self, path: str) -> None:
        """Shows the field at `path`; goes there from another field, but where keys act they go on acting."""
        self.place = "experiment"
        (self._column.go_to if self._column.has_focus_within else self._column.reveal)(path)

    def action_room(self, name: str) -> None:
        """Opens the room of that name over this one."""
        self._rooms.open(name)

    def action_undo(self) -> None:
        """Takes the last edit back."""
        self.board.undo()

    def action_next_lesson(self) -> None:
        """Opens the lesson after the one that is open."""
        if (lesson := self._syllabus.next) is not None:
            self.open_preset(lesson)

    def action_check_lesson(self) -> None:
        """Checks the claims of the lesson that is open."""
        self._syllabus.check()

    def _show_lesson(self, lesson: Open | None) -> None:
        """Takes what there is to say of the lesson that is open."""
        known, self.lesson = self.lesson, lesson
        if self.has_class("-lesson") != (lesson is not None):
            self.set_class(lesson is not None, "-lesson", update=False)
            self._restyle()
        if lesson is None and self.place == "lesson":
            self.place = "experiment"
        elif known is None and self.query_one(RunPane).current == 0:  # at the start, unless somebody was faster
            self._show_its_view()
            if lesson and self.place == "experiment" and not self._column.has_focus_within:
                self.place = "lesson"
        self.refresh_bindings()

    def _show_its_view(self) -> None:
        """Shows the view that the text of the lesson speaks of."""
        if self.lesson is not None and self.lesson.preset.lesson is not None:
            self.query_one(RunPane).show(self.lesson.preset.lesson.view)

    def watch_opened(self, name: str) -> None:
        """Another preset is open, which may be a lesson."""
        self._syllabus.open(name)

    def open_preset(self, preset: Preset) -> None:
        """Puts a preset, which may be a lesson, into the panels."""
        self.load(preset.name, preset.experiment, preset.search)
        self.place = "lesson" if self.lesson else "experiment"
        self._show_its_view()

    # The run

    def attach(self, name: str) -> None:
        """Shows the run called `name`, from its first point on."""
        self.place = "watch"
        self._bridge.attach(name)

    def action_run(self) -> None:
        """Starts a run, once however long the key is held."""
        self._bridge.run()

    def train(self) -> None:
        """Starts a run of the draft; or shows what is wrong with it."""
        self._bridge.train()

    def action_act(self, number: int) -> None:
        """Tries the action of that number."""
        self._bridge.choose(number)

    def action_live(self) -> None:
        """From now on what is turned by ↑ and ↓ acts in the run that goes on, or no more."""
        self.say(self._bridge.live.switch())

    def action_ask(self, what: str) -> None:
        """Asks the run that is shown to stop, to pause, to go on, …"""
        self._bridge.ask(what)

    def _show_run(self, name: str) -> None:
        """Shows a run that was started."""
        if self.active_run and self.active_run != name:
            self.say(f"{self.active_run} goes on; press b to come back to it")
        self.attach(name)
        self.set_timer(PREPARING, self._bridge.prepare)

    def _show(self, snapshot: Snapshot | None, parents: tuple[Snapshot, ...]) -> None:
        """Takes what the watch has seen."""
        self.overlays, self.snapshot = parents, snapshot

    def _look(self, view: View, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Any:
        """What a view shows. Runs in a thread. Raises `BadInput`."""
        return view.look(self._lab, experiment, snapshot, choice)

    # The screen

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """As any screen does; the focus of a field is its control's, which is there before the next key comes."""
        if isinstance(widget, Field):
            if scroll_visible and not self.can_view_entire(widget):  # of the control nobody knows yet where it stands
                self.scroll_to_center(widget, origin_visible=True)
            widget = widget.control
        super().set_focus(widget, scroll_visible, from_app_focus)

    def action_turn(self, step: int) -> None:
        """Shows the view that is `step` tabs away."""
        self.place = "watch"
        self.query_one(RunPane).turn(step)

    def action_other_place(self) -> None:
        """Goes to the other place of a narrow screen."""
        places = ["experiment", "watch", *(["lesson"] if self.lesson else [])]
        self.place = places[(places.index(self.place) + 1) % len(places)]

    def action_leave(self) -> None:
        """Ends what takes long, or takes the focus away from the fields, so that the letters are keys again."""
        if self._jobs.leave():
            self.say("ended; an edit, or r, begins it anew")
            return
        view = self.query_one(RunPane).view
        self.set_focus(view if view.focusable else None)

    def action_fields(self) -> None:
        """Goes to the field at fault, or to the one that was left last."""
        self.place = "experiment"
        self._column.go_to(fault.path if (fault := self.board.fault) else self.board.left)

    def action_next_field(self) -> None:
        """Goes to the fields, and among them on to the next one; behind the last one is the first."""
        if self._column.has_focus_within:
            self.focus_next("ExperimentColumn *")
        else:
            self.action_fields()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        return offered(action, parameters, self) and super().check_action(action, parameters)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Tells a person something for a moment."""
        self.notify(clean(text), severity=severity, markup=False)

    # What comes up from below

    @on(ActionChosen)
    def _take_action(self, event: ActionChosen) -> None:
        self._bridge.act(event.run, event.action)

    @on(PlaceChosen)
    def _take_place(self, event: PlaceChosen) -> None:
        self.place = event.place

    def _take_stage(self) -> None:
        self.stage = self._jobs.stage

    def _take_focus(self, focus: bool) -> None:
        self._seen = focus

    # What follows from a change of state

    def _take_list(self, runs: tuple[RunSummary, ...]) -> None:
        self.idle = idle_text(runs)

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Offers the keys that do something now."""
        ended = new is not None and new.view.finished is not None
        if old is None or new is None or old.name != new.name:
            self.claims = ""
        if new is not None and ended and not (old and old.name == new.name and old.view.finished is not None):
            self._syllabus.hear(new, partial(self._show_claims, new.name))
        if (old and (old.status, old.diagnosis.actions)) != (new and (new.status, new.diagnosis.actions)):
            self.refresh_bindings()

    def _show_claims(self, run: str, told: str) -> None:
        if self.snapshot is not None and self.snapshot.name == run:
            self.claims = told

    def watch_place(self, old: str, new: str) -> None:
        """Shows the place; a wide screen shows both."""
        narrow = self.has_class("-narrow")
        self.remove_class(f"-at-{old}", update=False)
        self.add_class(f"-at-{new}", update=False)
        if narrow:
            self._restyle()
        if new == "watch" and narrow:
            self.action_leave()

    def _restyle(self) -> None:
        """Styles anew what its classes of the place and of a lesson are about: all of it would take a moment."""
        self.app.stylesheet.update_nodes(self.query("LessonPanel, ExperimentColumn, RunPane, #desk, .tab"))

    def on_descendant_focus(self) -> None:
        """Where somebody types is the place that stays when the terminal becomes narrow: else the rest were keys."""
        if self._column.has_focus_within:
            self.place = "experiment"

    def on_resize(self, event: Resize) -> None:
        self.refresh_bindings()
