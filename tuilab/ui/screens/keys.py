"""The keys of the main screen, which of them would do something now, and in which order the footer shows keys."""

from collections.abc import Mapping
from typing import Protocol

from textual.binding import ActiveBinding, Binding, BindingType

from tuilab.lab import Snapshot
from tuilab.ui.desk.board import Board
from tuilab.ui.desk.helm import offers
from tuilab.ui.desk.syllabus import Open
from tuilab.ui.panels.verdict import MAXIMUM_ACTIONS
from tuilab.ui.views import View

OF_RUN = frozenset({"export", "asking", "bench", "seeds"})
"""The rooms that are opened for the run that is shown."""
KEYS: list[BindingType] = [
    Binding("r,ctrl+r", "run", "Run", tooltip="Train the experiment in the panels"),
    Binding(
        "g,ctrl+g", "room('gradients')", "Gradients", tooltip="Check the gradients of the experiment in the panels"
    ),
    Binding(
        "P", "room('preflight')", "Preflight", show=False, tooltip="Check data, start, gradient and α before training"
    ),
    Binding(
        "L",
        "room('learning_curve')",
        "More data?",
        show=False,
        tooltip="Would more data help? Errors with ever more examples",
    ),
    Binding("F", "room('rate_range')", "Which α?", show=False, tooltip="Find a learning rate: J while α rises"),
    Binding("o,ctrl+o", "room('presets')", "Open", tooltip="Open a preset"),
    Binding(
        "D",
        "room('table')",
        "Table",
        show=False,
        tooltip="Explain a file of your own, decide what is open, train on it",
    ),
    Binding("w,ctrl+s", "room('save')", "Save", tooltip="Save the panels as a preset of your own"),
    Binding("u,ctrl+u", "undo", "Undo", show=False, tooltip="Take the last edit back"),
    Binding(
        "S,f4",
        "room('sweep')",
        "Sweep",
        show=False,
        tooltip="Try many values of the field left last, and of others; the best one",
    ),
    Binding("b", "room('runs')", "Runs", tooltip="Browse the runs, come back to one, stop one"),
    Binding(
        "t", "room('lessons')", "Lessons", tooltip="Lessons in the order of the notes, with claims that are checked"
    ),
    Binding("N", "next_lesson", "Next lesson", tooltip="Open the lesson after the one that is open"),
    Binding("C", "check_lesson", "Check", tooltip="Check the claims of the lesson that is open"),
    Binding("e", "room('export')", "Export", tooltip="Take away curves, picture, weights, experiment, command"),
    Binding(
        "E", "room('asking')", "Predict", show=False, tooltip="What does the run say of an example, typed or chosen?"
    ),
    Binding(
        "M", "room('bench')", "Mistakes", show=False, tooltip="Look at the dev mistakes of the run one by one, tag them"
    ),
    Binding("m", "room('seeds')", "Seeds", show=False, tooltip="Run the experiment of the run again with more seeds"),
    Binding("left_square_bracket", "turn(-1)", "Previous view", show=False),
    Binding("right_square_bracket", "turn(1)", "View", key_display="]", tooltip="Next view of the run"),
    Binding("v", "other_place", "Place", tooltip="On a narrow screen: the lesson, the experiment or the run"),
    Binding("escape", "leave", "Leave the field", show=False),
    Binding("enter", "fields", "Fields", show=False, tooltip="Go to the field at fault, or the one left last"),
    Binding("tab", "next_field", "Next field", show=False, tooltip="Go to the fields, and on to the next one"),
    *(
        Binding(str(number), f"act({number})", "Try", show=False, tooltip="Try the action of that number")
        for number in range(1, MAXIMUM_ACTIONS + 1)
    ),
    Binding("s,ctrl+t", "ask('stop')", "Stop", tooltip="Stop the run that is shown; what it learned is kept"),
    Binding("p", "ask('pause')", "Pause", tooltip="Let the run that is shown wait"),
    Binding("p", "ask('resume')", "Resume", tooltip="Let the run that is shown go on, also one that was stopped"),
    Binding("full_stop", "ask('step')", "Step", tooltip="Let the run that waits make one iteration"),
    Binding(
        "a,ctrl+y",
        "ask('apply')",
        "Apply",
        tooltip="Give the run that goes on the learning rate, λ, keep_prob of the panels",
    ),
    Binding(
        "A",
        "live",
        "Live",
        show=False,
        tooltip="Have α, λ, keep_prob act at once in the run as ↑ and ↓ turn them, or no more",
    ),
    Binding("R", "ask('reseed')", "Seed", show=False, tooltip="Run the experiment of the run again with the next seed"),
]

FIRST = (
    "run",
    "ask('pause')",
    "ask('resume')",
    "ask('step')",
    "ask('stop')",
    "ask('apply')",
    "help",
    "quit",
    "other_place",
    "turn(1)",
)
"""Actions that a narrow footer has room for before all others."""
_RANK = {action: place for place, action in enumerate(FIRST)}


def in_order(bindings: Mapping[str, ActiveBinding]) -> dict[str, ActiveBinding]:
    """The same: those above, then those of the screen and the app, then those of the view."""

    def rank(item: tuple[str, ActiveBinding]) -> tuple[int, bool]:
        active = item[1]
        return _RANK.get(active.binding.action.removeprefix("app."), len(_RANK)), isinstance(active.node, View)

    return dict(sorted(bindings.items(), key=rank))


class Pressed(Protocol):
    """The main screen, as its keys know it."""

    @property
    def board(self) -> Board: ...

    @property
    def snapshot(self) -> Snapshot | None:
        """The run that is shown."""
        ...

    @property
    def lesson(self) -> Open | None:
        """The one that is open."""
        ...

    def has_class(self, *names: str) -> bool: ...


def offered(action: str, parameters: tuple[object, ...], screen: Pressed) -> bool | None:
    """Whether a key that does so would do anything now; None of one that is shown all the same, dim."""
    match action, parameters:
        case "undo", _:
            return screen.board.can_undo or None
        case (("next_lesson" | "check_lesson"), _):
            return screen.lesson is not None
        case "other_place", _:
            return screen.has_class("-narrow")
        case "act", (int(number),):
            actions = screen.snapshot.diagnosis.actions if screen.snapshot else ()
            return number <= len(actions) and actions[number - 1].has_key
        case "ask", (str(what),):
            return offers(what, screen.snapshot, screen.board.draft.experiment)
        case "room", (str(name),):
            return name not in OF_RUN or screen.snapshot is not None
        case _:
            return True
