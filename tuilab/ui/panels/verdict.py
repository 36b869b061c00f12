"""The verdict on a run: bias or variance, the numbers behind it, and what to do next."""

from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.lab import Snapshot
from tuilab.lab.sentences.run import by_class, errors, largest, of_target, verdict
from tuilab.text import clean
from tuilab.training import Action
from tuilab.ui.messages import ActionChosen

TITLE = "Verdict"
WAITING = "Bias or variance? The first figures will tell."
MAXIMUM_ACTIONS = 9
"""As many as there are number keys."""


class ActionLine(Static):
    """One recommended action beside its number; a click chooses it."""

    action: var[Action | None] = var(None)
    run = var("")
    """The run that it was recommended for."""

    def __init__(self, number: int) -> None:
        super().__init__(markup=False)
        self._number = number

    def watch_action(self, action: Action | None) -> None:
        """Shows the action; one that no key can make has no number."""
        self.display = action is not None
        if action is not None:
            lead = (f" {self._number} ", "reverse") if action.has_key else "   "
            self.update(Content.assemble(lead, " ", (clean(action.label), "bold"), f"  {clean(action.why)}"))

    def on_click(self) -> None:
        """Says which action was chosen."""
        if self.action is not None and self.action.has_key:
            self.post_message(ActionChosen(self.run, self.action))


class ActionList(VerticalScroll, can_focus=False):
    """The recommended actions, a line each once there are any: lines that wait for them would slow the start."""

    snapshot: var[Snapshot | None] = var(None)

    def on_mount(self) -> None:
        self.call_after_refresh(self.watch_snapshot)

    def watch_snapshot(self) -> None:
        """Shows the actions of the new diagnosis: once it is mounted, and not as the app ends."""
        if not (self.is_mounted and self.is_attached):
            return
        actions = self.snapshot.diagnosis.actions[:MAXIMUM_ACTIONS] if self.snapshot else ()
        lines = [*self.query(ActionLine)]
        more = [ActionLine(number + 1) for number in range(len(lines), len(actions))]
        self.mount(*more)
        for line, action in zip_longest([*lines, *more], actions):
            line.run = self.snapshot.name if self.snapshot else ""
            line.action = action


class VerdictPanel(VerticalScroll, can_focus=False):
    """The verdict of a run; it changes only when the diagnosis does."""

    snapshot: var[Snapshot | None] = var(None)

    def compose(self) -> ComposeResult:
        self.border_title = TITLE
        yield Static(WAITING, id="sentence", markup=False)
        yield Static(id="figures", markup=False)
        yield ActionList(id="actions")

    def watch_snapshot(self, old: Snapshot | None, new: Snapshot | None) -> None:
        """Shows the new diagnosis; its largest gap in the title, which no small screen scrolls away."""
        same = old and new and (old.name, old.diagnosis, old.error) == (new.name, new.diagnosis, new.error)
        if old is new or same or not self.is_mounted:
            return
        self.border_title = " · ".join(filter(None, (TITLE, largest(new.diagnosis) if new else "")))
        self.query_one("#sentence", Static).update(Content(clean(new.diagnosis.sentence) if new else WAITING))
        self.query_one("#figures", Static).update(Content(figures(new) if new else ""))
        self.query_one(ActionList).snapshot = new


def figures(snapshot: Snapshot) -> str:
    """The numbers behind a verdict, a line each; first what small screens have room for, RMSE in its units too."""
    told = (
        errors(snapshot.error, snapshot.diagnosis),
        of_target(snapshot)[::-1],
        verdict(snapshot.diagnosis),
        by_class(snapshot)[:2],
    )
    return "\n".join(" · ".join(parts) for parts in told if parts)
