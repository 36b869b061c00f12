"""The board: the draft and the fields that it stands in.

A field is its person's: what stands in the fields is taken into the draft before anybody reads or replaces the draft,
so no older draft is ever written over newer text.
"""

from functools import partial
from typing import Literal, Protocol

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, rooted
from tuilab.lab import Lab, Plan
from tuilab.ui.desk.draft import Draft
from tuilab.ui.desk.drafting import Drafting
from tuilab.ui.work.jobs import Jobs
from tuilab.ui.work.soon import Later, Soon

PLAN_DELAY = 0.3
"""Seconds after the last edit until the data is looked at."""


class Fields(Protocol):
    """Where the draft is written."""

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields and not in the draft that was shown last: {path: text}."""
        ...

    def tidy(self, path: str) -> None:
        """Shows the value at `path` as the lab writes it, unless somebody is at it or the experiment has it not."""
        ...


class Viewer(Protocol):
    """Where a person sees what becomes of the draft."""

    def show_draft(self, draft: Draft) -> None:
        """Shows it in the fields, at once."""
        ...

    def show_plan(self, plan: Plan | BadInput | None) -> None:
        """Shows what a run of the draft would train, or why that cannot be told; None: it is not known yet."""
        ...

    def show_fault(self, path: str) -> None:
        """Shows the field at `path`, or the first one of that section."""
        ...

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tells something for a moment."""
        ...


class Board:
    """Whatever is done to the draft: edited, taken back, replaced, blamed; and what a run of it would train."""

    def __init__(
        self, lab: Lab, experiment: Experiment, jobs: Jobs, fields: Fields, viewer: Viewer, later: Later
    ) -> None:
        self._lab, self._jobs, self._fields, self._viewer, self._soon = lab, jobs, fields, viewer, Soon(later)
        self._drafting = Drafting(lab, experiment)
        self._shown: Draft | None = None
        self.say = viewer.say
        self.left = "data.source"
        """The field that was left last."""

    @property
    def draft(self) -> Draft:
        """The newest one; what was typed this very moment may not be in it yet."""
        return self._drafting.draft

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to be taken back."""
        return self._drafting.can_undo

    @property
    def fault(self) -> BadInput | None:
        """The first thing that is wrong, if anything is."""
        return self._drafting.fault()

    def load(self, experiment: Experiment) -> None:
        """Puts an experiment into the fields; what stood there is forgotten."""
        self._put(self._drafting.load(experiment))

    def settle(self) -> None:
        """Takes into the draft what stands in the fields."""
        for path, text in self._fields.typed.items():
            self._put(self._drafting.edit({path: text}))

    def edit(self, edits: dict[str, str]) -> None:
        """Makes edits ({path: text})."""
        self.settle()
        self._put(self._drafting.edit(edits))

    def adopt(self, experiment: Experiment, edits: dict[str, str]) -> None:
        """Goes on with `experiment`, edited, as if it had been typed: it can be taken back."""
        self.settle()
        self._put(self._drafting.adopt(experiment, edits))

    def undo(self) -> None:
        """Takes the last edit back; nothing if there is none."""
        self.settle()
        self._put(self._drafting.undo())

    def leave(self, path: str) -> None:
        """The focus has gone from the field at `path`: its value stands there as the lab writes it."""
        self.left = path
        self.settle()
        self._fields.tidy(path)
        self.settle()

    def faultless(self, doing: str) -> Experiment | None:
        """The experiment, its files named as a run names them; or None, and the first fault is shown."""
        self.settle()
        if (fault := self.fault) is not None:
            self.refuse(fault, doing, self.draft.experiment)
            return None
        if (experiment := rooted(self.draft.experiment)) != self.draft.experiment:
            self._put(self._drafting.adopt(experiment, {}))
        return experiment

    def refuse(self, error: BadInput, doing: str, of: Experiment | None = None) -> None:
        """Marks the field at fault, if `of` still stands in the fields, and shows it; else says what was not done.

        Without words for what was not done, `doing`, the mark is all.
        """
        self.settle()
        path = self._drafting.blame(error) if of == self.draft.experiment else ""
        self._put(self.draft)
        if doing and path:
            self._viewer.show_fault(path)
        elif doing:
            self._viewer.say(f"{doing}: {error}", "error")

    def _put(self, draft: Draft) -> None:
        """Shows the draft, and looks at its data a moment after the last edit."""
        if draft == self._shown:
            return
        self._shown = draft
        self._viewer.show_draft(draft)
        self._viewer.show_plan(None)
        self._soon.drop()
        if not draft.faults:
            self._soon.do(PLAN_DELAY, partial(self._ask_plan, draft))

    def _ask_plan(self, draft: Draft) -> None:
        self._jobs.ask(
            "plan",
            partial(self._lab.plan, draft.experiment),
            self._viewer.show_plan,
            partial(self._miss_plan, draft),
            still=lambda: self.draft is draft,
        )

    def _miss_plan(self, draft: Draft, error: BadInput) -> None:
        """Marks the field at fault; where none is, such as for want of memory, says why there is no plan."""
        self.refuse(error, "", draft.experiment)
        if not self.draft.faults:
            self._viewer.show_plan(error)
