"""The main screen: the experiment on the left, the run and the views of it on the right."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.timer import Timer

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, rooted
from tuilab.lab import Lab, Plan, RunSummary, Snapshot
from tuilab.lab.better import better
from tuilab.presets import Preset
from tuilab.text import clean
from tuilab.training import Action
from tuilab.ui.desk.draft import Draft
from tuilab.ui.desk.drafting import Drafting
from tuilab.ui.desk.helm import Helm, is_active, offers
from tuilab.ui.desk.syllabus import Open, Syllabus
from tuilab.ui.desk.watch import Watch
from tuilab.ui.messages import ActionChosen, FieldEdited, FieldLeft, FieldTurned, PlaceChosen
from tuilab.ui.panels.experiment import ExperimentColumn, plan_text
from tuilab.ui.panels.keyline import KeyLine
from tuilab.ui.panels.lesson import LessonPanel
from tuilab.ui.panels.status import IDLE, idle_text
from tuilab.ui.panels.title import TitleLine
from tuilab.ui.screens.keys import KEYS, in_order
from tuilab.ui.screens.rooms import Rooms
from tuilab.ui.screens.sized import Sized
from tuilab.ui.screens.table import Decided
from tuilab.ui.screens.trials import ChosenTrial
from tuilab.ui.views import View
from tuilab.ui.views.pane import RunPane
from tuilab.ui.work.jobs import Jobs

PLAN_DELAY = 0.3
"""Seconds after the last edit until the data is looked at."""
TURNED = 0.2
"""Seconds after a number was turned until the run is asked for it: nobody wants each on the way."""
PREPARING = 1.0
"""Seconds after a start until the next one is prepared."""


class LabScreen(Sized[None]):
    """Binds the draft, the helm and the watch to the panels; what it holds is what they show.

    `once` does what a key asks for, but not again and again while the key is held down.
    """

    AUTO_FOCUS = "View"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    draft: var[Draft | None] = var(None, init=False)
    plan = var("")
    """What a run of the draft would train, in a few words."""
    opened = var("")
    changes = var(0)
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
        once: Callable[[Callable[[], None]], None] = lambda do: do(),
    ) -> None:
        super().__init__()
        self._lab, self._once = lab, once
        self._preset_name, self._first_run = preset_name, run
        self._jobs = Jobs(self, lab.store.home)
        self._drafting = Drafting(lab, experiment)
        self._helm = Helm(lab, self._jobs, self, self._show_run)
        self._watch = Watch(
            self._jobs,
            lab.follow,
            self._show,
            partial(self.refuse, doing="cannot be shown"),
            lambda: self._seen,
        )
        self._syllabus = Syllabus(lab, self._jobs, self._show_lesson, partial(self.refuse, doing="not checked"))
        self._rooms = Rooms(self, lab, self._jobs, self._syllabus)
        self._seen = True
        self._left = "data.source"
        self._plan_timer: Timer | None = None
        self._turn_timer: Timer | None = None
        self._live = False
        """Whether what is turned acts in the run at once; asked for anew at each start, lest it surprise anybody."""
        if run:
            self.set_reactive(LabScreen.place, "watch")
        self.add_class(f"-at-{self.place}")  # now: once all is mounted, a class of the screen costs a tenth of a second

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that can be pressed now."""
        return in_order(super().active_bindings)

    @property
    def active_run(self) -> str:
        """The name of the run that is shown if it is still going, else ""."""
        return self.snapshot.name if self.snapshot is not None and is_active(self.snapshot) else ""

    def compose(self) -> ComposeResult:
        yield TitleLine().data_bind(LabScreen.opened, LabScreen.changes)
        with Container(id="places"):
            with Container(id="desk"):
                yield LessonPanel().data_bind(LabScreen.lesson)
                yield ExperimentColumn(self._drafting.draft).data_bind(LabScreen.draft, LabScreen.plan)
            yield RunPane(self._jobs, self._look, partial(better, self._lab)).data_bind(
                LabScreen.snapshot, LabScreen.overlays, LabScreen.claims, LabScreen.experiment, LabScreen.idle
            )
        yield KeyLine()

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._take_focus)
        self._prepare_soon()
        self._syllabus.open(self._preset_name)
        self.opened, self.draft = self._preset_name, self._drafting.draft
        if self._first_run:
            self.attach(self._first_run)
        else:
            self._jobs.ask("list", lambda: tuple(self._lab.runs()), self._take_list, partial(self.refuse, doing=""))

    def on_unmount(self) -> None:
        self._jobs.end()
        self._lab.dismiss()

    # The draft

    def load(self, name: str, experiment: Experiment) -> None:
        """Puts an experiment into the panels."""
        self.opened, self.draft = name, self._drafting.load(experiment)

    def edit(self, edits: dict[str, str]) -> None:
        """Makes edits ({path: text})."""
        self.settle()
        self.draft = self._drafting.edit(edits)

    def settle(self) -> None:
        """Takes into the draft what stands in the fields.

        So the draft is never older than they are, and what is written into them is never older than what was typed.
        """
        for path, text in self.query_one(ExperimentColumn).typed.items():
            self.draft = self._drafting.edit({path: text})

    def action_undo(self) -> None:
        """Takes the last edit back."""
        self.settle()
        self.draft = self._drafting.undo()

    def action_presets(self) -> None:
        """Opens the list of presets."""
        self._rooms.presets(self._open_preset)

    def action_lessons(self) -> None:
        """Opens the list of lessons."""
        self._rooms.lessons(self._open_preset)

    def action_next_lesson(self) -> None:
        """Opens the lesson behind the one that is open."""
        if (lesson := self._syllabus.next) is not None:
            self._open_preset(lesson)

    def action_check_lesson(self) -> None:
        """Checks the claims of the lesson that is open."""
        self._syllabus.check()

    def _show_lesson(self, lesson: Open | None) -> None:
        """Takes what there is to say of the lesson that is open."""
        known, self.lesson = self.lesson, lesson
        self.set_class(lesson is not None, "-lesson")
        if lesson is None and self.place == "lesson":
            self.place = "experiment"
        elif known is None and self.query_one(RunPane).current == 0:  # at the start, unless somebody was faster
            self._show_its_view()
        self.refresh_bindings()

    def _show_its_view(self) -> None:
        """Shows the view that the text of the lesson speaks of."""
        if self.lesson is not None and self.lesson.preset.lesson is not None:
            self.query_one(RunPane).show(self.lesson.preset.lesson.view)

    def watch_opened(self, name: str) -> None:
        """Another preset is open, which may be a lesson."""
        self._syllabus.open(name)

    def action_save(self) -> None:
        """Asks for a name and saves the draft as a preset of the user's own."""
        if (experiment := self._faultless("not saved")) is not None:

            def saved(name: str) -> None:
                self.load(name, experiment)
                self.say(f"saved as the preset {name}")

            self._rooms.save(self.opened, experiment, saved)

    def action_check(self) -> None:
        """Opens the gradient check."""
        if (experiment := self._faultless("not checked")) is not None:
            self._rooms.gradients(experiment, self.snapshot)

    def action_preflight(self) -> None:
        """Checks whether the set-up is sound."""
        if (experiment := self._faultless("not checked")) is not None:
            self._rooms.preflight(experiment, self._run)

    def action_learning_curve(self) -> None:
        """Shows whether more data would help."""
        if (experiment := self._faultless("not trained")) is not None:
            self._rooms.learning_curve(experiment)

    def action_rate_range(self) -> None:
        """Finds a learning rate, which may be put into the panels."""
        if (experiment := self._faultless("not trained")) is not None:
            self._rooms.rate_range(experiment, lambda rate: self.edit({"optimization.learning_rate": f"{rate:g}"}))

    def action_table(self) -> None:
        """Explains the file that the panels name, or one that is chosen now."""
        self.settle()
        self._rooms.table(self._drafting.draft.experiment, self._take_table)

    def _take_table(self, decided: Decided) -> None:
        self.load(decided.experiment.name, decided.experiment)
        self.place = "experiment"
        if decided.train:
            self._run()

    def _open_preset(self, preset: Preset) -> None:
        """Puts a preset into the panels."""
        self.load(preset.name, preset.experiment)
        self.place = "lesson" if self.lesson else "experiment"
        self._show_its_view()

    def _faultless(self, doing: str) -> Experiment | None:
        """The experiment of the draft, its files named as a run names them; or None, and the first fault is shown."""
        self.settle()
        if (fault := self._drafting.fault()) is not None:
            self.refuse(fault, doing, self._drafting.draft.experiment)
            return None
        if (experiment := rooted(self._drafting.draft.experiment)) != self._drafting.draft.experiment:
            self.draft = self._drafting.adopt(experiment, {})
        return experiment

    # The run

    def attach(self, name: str) -> None:
        """Shows the run called `name`, from its first point on."""
        self.place = "watch"
        self._watch.attach(name)

    def action_run(self) -> None:
        """Starts a run of the draft; or shows what is wrong with it."""
        self._once(self._run)

    def _run(self) -> None:
        """Where the panels differ from a run of the same title that is shown, it is the parent."""
        if (experiment := self._faultless("not started")) is None:
            return
        shown = self.snapshot
        child = shown is not None and shown.experiment.name == experiment.name and shown.experiment != experiment
        self._start(experiment, shown.name if shown is not None and child else "")

    def action_act(self, number: int) -> None:
        """Tries the action of that number."""
        if (shown := self.snapshot) is not None:
            self._once(partial(self._try, shown.name, shown.diagnosis.actions[number - 1]))

    def action_reseed(self) -> None:
        """Runs the experiment of the run that is shown again, as its child, with the next seed."""
        self._once(self._reseed)

    def _reseed(self) -> None:
        if (shown := self.snapshot) is not None:
            self._start_child({"seed": str(shown.experiment.seed + 1)})

    def action_live(self) -> None:
        """From now on what is turned by ↑ and ↓ acts in the run that goes on, or no more."""
        self._live = not self._live
        self.say(f"α, λ and keep_prob act {'at once as they are turned' if self._live else 'once they are applied'}")

    def action_ask(self, what: str) -> None:
        """Asks the run that is shown to stop, to pause, or to make one iteration."""
        self._helm.ask(what, self.active_run)

    def action_resume(self) -> None:
        """Lets the run that is shown go on."""
        assert self.snapshot is not None
        self._helm.resume(self.snapshot)

    def action_apply(self) -> None:
        """Asks the run for the values of the panels that may change while it goes on."""
        assert self.snapshot is not None
        if (experiment := self._faultless("not applied")) is not None:
            self._helm.apply(self.snapshot, experiment)

    def action_runs(self) -> None:
        """Opens the list of runs."""
        self._rooms.runs(self.attach, self._open_trial)

    def action_sweep(self) -> None:
        """Asks which knobs are to be varied, the field left last first, and tries them."""
        if (experiment := self._faultless("not begun")) is not None:
            self._rooms.sweep(experiment, self._left, self._open_trial)

    def _open_trial(self, chosen: ChosenTrial) -> None:
        self.load(chosen.run, chosen.experiment)
        self.attach(chosen.run)

    def action_export(self) -> None:
        """Opens what can be taken away of the run."""
        assert self.snapshot is not None
        self._rooms.export(self.snapshot)

    def action_asking(self) -> None:
        """Opens the room in which a single example is put to the run's network."""
        assert self.snapshot is not None
        self._rooms.asking(self.snapshot)

    def action_bench(self) -> None:
        """Opens the mistakes of the run, one by one."""
        assert self.snapshot is not None
        self._rooms.bench(self.snapshot)

    def action_seeds(self) -> None:
        """Asks for how many more seeds to run, and compares them."""
        assert self.snapshot is not None
        self._rooms.seeds(self.snapshot.name)

    def _try(self, run: str, action: Action) -> None:
        """Makes the edits of a recommended action to the experiment of the run, if it is shown, and runs the child."""
        if self.snapshot is not None and self.snapshot.name == run and action.edits:
            self._start_child(action.edits)

    def _start_child(self, edits: dict[str, str]) -> None:
        """Starts a run of the experiment of the run that is shown, with `edits` made; they stand in the panels."""
        assert self.snapshot is not None
        self.settle()
        self.draft = self._drafting.adopt(self.snapshot.experiment, edits)
        if (experiment := self._faultless("not started")) is not None:
            self._start(experiment, self.snapshot.name)

    def _start(self, experiment: Experiment, parent: str) -> None:
        if self.snapshot is not None and self.active_run and self.snapshot.experiment == experiment:
            self.say(f"{self.active_run} trains this very experiment already")
        elif not self._watch.is_waiting:  # the one before has not been seen yet
            self._helm.start(experiment, parent)

    def _show_run(self, name: str) -> None:
        """Shows a run that was started."""
        if self.active_run and self.active_run != name:
            self.say(f"{self.active_run} goes on; press b to come back to it")
        self.attach(name)
        self._prepare_soon()

    def _show(self, snapshot: Snapshot | None, parents: tuple[Snapshot, ...]) -> None:
        """Takes what the watch has seen."""
        self.overlays, self.snapshot = parents, snapshot

    def _look(self, view: View, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Any:
        """What a view shows. Runs in a thread. Raises `BadInput`."""
        return view.look(self._lab, experiment, snapshot, choice)

    def _prepare_soon(self) -> None:
        """Has a trainer wait for the next start, once there is nothing more urgent to do."""

        def prepare() -> None:
            # Where there is no room for a process, the next start will say so.
            self._jobs.ask("prepare", self._lab.prepare, lambda done: None, lambda error: None)

        self.set_timer(PREPARING, prepare)

    # The screen

    def action_turn(self, step: int) -> None:
        """Shows the view that is `step` tabs away."""
        self.place = "watch"
        self.query_one(RunPane).turn(step)

    def action_other_place(self) -> None:
        """Goes to the other place of a narrow screen."""
        places = ["experiment", "watch", *(["lesson"] if self.lesson else [])]
        self.place = places[(places.index(self.place) + 1) % len(places)]

    def action_leave(self) -> None:
        """Takes the focus away from the fields, so that the letters are keys again."""
        view = self.query_one(RunPane).view
        self.set_focus(view if view.focusable else None)

    def action_fields(self) -> None:
        """Goes to the field at fault, or to the one that was left last."""
        self.place = "experiment"
        fault = self._drafting.fault()
        self.query_one(ExperimentColumn).go_to(fault.path if fault else self._left)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        match action, parameters:
            case "undo", _:
                return self._drafting.can_undo or None
            case (("next_lesson" | "check_lesson"), _):
                return self.lesson is not None
            case "other_place", _:
                return self.has_class("-narrow")
            case "act", (int(number),):
                actions = self.snapshot.diagnosis.actions if self.snapshot else ()
                return number <= len(actions) and bool(actions[number - 1].edits)
            case "ask", (str(what),):
                return offers(what, self.snapshot, self._drafting.draft.experiment)
            case (("resume" | "apply" | "reseed" | "seeds" | "export" | "asking" | "bench"), _):
                return offers(action, self.snapshot, self._drafting.draft.experiment)
            case _:
                return super().check_action(action, parameters)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Tells a person something for a moment."""
        self.notify(clean(text), severity=severity, markup=False)

    def refuse(self, error: BadInput, doing: str, of: Experiment | None = None) -> None:
        """Marks the field at fault, if `of` still stands in the panels, and goes there; else says what was not done."""
        self.settle()
        path = self._drafting.blame(error) if of == self._drafting.draft.experiment else ""
        self.draft = self._drafting.draft
        if doing and path:
            self.place = "experiment"
            column = self.query_one(ExperimentColumn)
            # From a field to another; where keys act they go on acting.
            (column.go_to if column.has_focus_within else column.reveal)(path)
        elif doing:
            self.say(f"{doing}: {error}", "error")

    # What comes up from below

    @on(FieldEdited)
    def _take_edit(self, event: FieldEdited) -> None:
        event.stop()
        self.settle()

    @on(FieldTurned)
    def _take_turning(self, event: FieldTurned) -> None:
        event.stop()
        self.settle()
        if self._live:
            if self._turn_timer is not None:
                self._turn_timer.stop()
            self._turn_timer = self.set_timer(TURNED, partial(self._turn, event.path))

    def _turn(self, path: str) -> None:
        """Asks the run that is shown for what was turned, as soon as it can be asked."""
        draft, shown = self._drafting.draft, self.snapshot
        if shown is not None and not draft.faults and not self._helm.turn(shown, draft.experiment, path):
            self._turn_timer = self.set_timer(TURNED, partial(self._turn, path))

    @on(FieldLeft)
    def _take_leaving(self, event: FieldLeft) -> None:
        event.stop()
        self._left = event.path
        self.settle()
        self.query_one(ExperimentColumn).tidy(event.path)
        self.settle()

    @on(ActionChosen)
    def _take_action(self, event: ActionChosen) -> None:
        self._try(event.run, event.action)

    @on(PlaceChosen)
    def _take_place(self, event: PlaceChosen) -> None:
        self.place = event.place

    def _take_focus(self, focus: bool) -> None:
        self._seen = focus

    # What follows from a change of state

    def watch_draft(self, old: Draft | None, draft: Draft | None) -> None:
        """Gives the views what they look at, and looks at the data a moment after the last edit."""
        if draft is None:
            return
        self.experiment = draft.experiment
        self.changes = len(draft.changed)
        self.plan = ""
        self.refresh_bindings()
        if self._plan_timer is not None:
            self._plan_timer.stop()
        if not draft.faults:
            self._plan_timer = self.set_timer(PLAN_DELAY, partial(self._ask_plan, draft))

    def _ask_plan(self, draft: Draft) -> None:
        self._jobs.ask(
            "plan",
            partial(self._lab.plan, draft.experiment),
            self._take_plan,
            partial(self.refuse, doing="", of=draft.experiment),
            still=lambda: self.draft is draft,
        )

    def _take_plan(self, plan: Plan) -> None:
        self.plan = plan_text(plan)

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
        """Shows the place."""
        self.remove_class(f"-at-{old}")
        self.add_class(f"-at-{new}")
        if new == "watch" and self.has_class("-narrow"):
            self.action_leave()

    def on_resize(self, event: Resize) -> None:
        self.refresh_bindings()
