"""The half of the main screen that holds the experiment in the making: load, edit, undo, save."""

from msgspec import structs
from textual import on, work
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import get_current_worker

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Plan
from tuilab.text import clean
from tuilab.ui import draft as drafts
from tuilab.ui.draft import Draft
from tuilab.ui.messages import Edited, Planned, Refused
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.screens.presets import PresetsScreen
from tuilab.ui.screens.save import SaveScreen
from tuilab.words import count, layers, plural

PLAN_DELAY = 0.3
"""Seconds after the last edit until the data is looked at."""


class DraftScreen(Screen[None]):
    """Holds the draft; the panels show it and say what is edited."""

    draft: var[Draft | None] = var(None, init=False)
    plan = var("")
    opened = var("")
    changes = var(0)
    place = var("experiment")

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self._past: list[tuple[frozenset[str], Draft]] = []
        self._plan_timer: Timer | None = None

    def load(self, name: str, experiment: Experiment) -> None:
        """Puts an experiment into the panels."""
        self.opened = name
        self._past.clear()
        self.draft = drafts.load(experiment)

    def edit(self, edits: dict[str, str]) -> None:
        """Makes edits ({path: text}); those of one field in a row are undone together."""
        assert self.draft is not None
        paths = frozenset(edits)
        if not self._past or self._past[-1][0] != paths:
            self._past.append((paths, self.draft))
        self.draft = drafts.edited(self._lab, self.draft, edits)

    def adopt(self, experiment: Experiment, edits: dict[str, str]) -> None:
        """Puts another experiment with `edits` into the panels; undo brings back what stood there."""
        assert self.draft is not None
        self._past.append((frozenset(), self.draft))
        self.draft = drafts.edited(self._lab, drafts.load(experiment), edits)

    def action_undo(self) -> None:
        """Takes the last edit back."""
        self.draft = self._past.pop()[1]
        self.refresh_bindings()

    def action_presets(self) -> None:
        """Opens the list of presets."""
        self.app.push_screen(PresetsScreen(tuple(self._lab.presets())), self.open_preset)

    def open_preset(self, name: str | None) -> None:
        """Puts a preset into the panels, if one was chosen."""
        if name is None:
            return
        try:
            self.load(*self._lab.open(name))
            self.place = "experiment"
        except BadInput as error:
            self.say(str(error), "error")

    def action_save(self) -> None:
        """Asks for a name and saves the draft as a preset."""
        if (experiment := self.faultless()) is None:
            return

        def save(name: str, overwrite: bool) -> None:
            self._lab.save_preset(name, experiment, overwrite=overwrite)

        def saved(name: str | None) -> None:
            if name is not None:
                self.load(name, experiment)
                self.say(f"saved as the preset {name}")

        own = frozenset(preset.name for preset in self._lab.presets() if preset.own)
        self.app.push_screen(SaveScreen(self.opened, own, save), saved)

    def faultless(self) -> Experiment | None:
        """The experiment of the draft; or None, and the first fault is shown."""
        assert self.draft is not None
        if not self.draft.faults:
            return self.draft.experiment
        path, message = next(iter(self.draft.faults.items()))
        self.refuse(BadInput(message, path=path), "not started")
        return None

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Tells a person something for a moment."""
        self.notify(clean(text), severity=severity, markup=False)

    def refuse(self, error: BadInput, doing: str) -> None:
        """Marks the field at fault and, where a person waits for an answer, goes there; else says it."""
        path = drafts.field_of(error.path)
        if self.draft is not None and path:
            self.draft = structs.replace(self.draft, faults={**self.draft.faults, path: error.message})
        if doing and path:
            self.place = "experiment"
            self.query_one(ExperimentColumn).go_to(path)
        elif doing:
            self.say(f"{doing}: {error}", "error")

    @on(Edited)
    def _take_edit(self, event: Edited) -> None:
        event.stop()
        self.edit({event.path: event.raw})

    @on(Planned)
    def _take_plan(self, event: Planned) -> None:
        self.plan = plan_text(event.plan)

    @on(Refused)
    def _take_refusal(self, event: Refused) -> None:
        self.refuse(event.error, event.doing)

    def watch_draft(self, old: Draft | None, draft: Draft | None) -> None:
        """Looks at the data a moment after the last edit."""
        if draft is None:
            return
        self.changes = len(draft.changed)
        self.plan = ""
        self.refresh_bindings()
        if self._plan_timer is not None:
            self._plan_timer.stop()
        if not draft.faults:
            self._plan_timer = self.set_timer(PLAN_DELAY, lambda: self._plan(draft.experiment))

    @work(thread=True, group="plan", exclusive=True)
    def _plan(self, experiment: Experiment) -> None:
        worker = get_current_worker()
        try:
            message: Message = Planned(self._lab.plan(experiment))
        except BadInput as error:
            message = Refused(error)
        if not worker.is_cancelled:
            self.post_message(message)


def plan_text(plan: Plan) -> str:
    """What a run would train, in a few words."""
    parts = (("train", plan.examples.train), ("dev", plan.examples.dev), ("test", plan.examples.test))
    examples = ", ".join(f"{count(number)} {name}" for name, number in parts if number)
    notes = "".join(f"\n• {clean(note)}" for note in plan.notes)
    return f"{layers(plan.layers)}: {plural(plan.parameters, 'parameter')}. Examples: {examples}.{notes}"
