"""What every view has in common."""

from typing import Any, ClassVar

from textual.containers import Container
from textual.message import Message
from textual.reactive import var

from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.lab.insight import Insight


class Chosen(Message):
    """Somebody wants to see something else of the same run: there is another `choice` to look for."""


class View(Container, can_focus=True):
    """One way to look at a run, or at an experiment that has none yet.

    While it is on the screen it is given each new `snapshot`, and each new `insight`: what its `look` found off the
    UI thread. It has the focus unless a field has it, so its BINDINGS are keys, and stand in the footer and the help.
    """

    TITLE: ClassVar[str]
    INSIGHT: ClassVar[type[Insight]]
    """What it draws."""
    LOOKS: ClassVar[bool] = True
    """Whether that takes a look off the UI thread; if not, the snapshot says it all."""

    snapshot: var[Snapshot | None] = var(None)
    overlays: var[tuple[Snapshot, ...]] = var(())
    """Other runs to be drawn beneath it, such as its parent."""
    choice: var[Any] = var(None, init=False)
    """Which of several things a person wants to see: a frozen value, None at first."""
    insight: var[Any] = var(None)
    fault: var[str] = var("")
    """Why there is no insight; empty if there is one."""

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """What the view shows of `experiment`, or of the run that `snapshot` is of. Runs in a thread; may take long.

        Raises `BadInput` where there is nothing to be seen, in words for a person.
        """
        found = cls.INSIGHT.look(lab, experiment, snapshot, choice)
        _ = found.said, found.lines  # told once, and here, where nobody waits
        return found

    def allow_focus(self) -> bool:
        """Its keys are keys where it can be seen: not while a narrow screen shows the experiment."""
        return super().allow_focus() and all(node.display for node in self.ancestors)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Leaves the styles alone: none hangs on the focus of a view, and to look for one takes all that is in it."""

    def watch_choice(self) -> None:
        """Asks for a look at the other choice."""
        self.post_message(Chosen())
