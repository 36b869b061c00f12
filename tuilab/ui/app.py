"""The app: one main screen, help, and a careful way out."""

import ctypes
import gc
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.events import Event, Resize
from textual.filter import LineFilter, Monochrome
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme, ThemeProvider
from textual.widget import AwaitMount, Widget

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.search import Search
from tuilab.text import clean
from tuilab.threads import check_room
from tuilab.ui.screens.dialog import Palette
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.leave import Choice, LeaveScreen
from tuilab.ui.themes import THEMES, chosen_theme, keep_theme
from tuilab.ui.tty import terminal, tmux
from tuilab.ui.tty.colorless import Colorless
from tuilab.ui.tty.hands import DEEDS, Hands
from tuilab.ui.work.jobs import Jobs
from tuilab.ui.work.mishaps import as_refusal

LARGEST = Size(1000, 300)
"""What is laid out of a terminal that says it has more cells than a screen has room for."""
TURN = 0.0005
"""Seconds that another thread may go on while the screen waits for its turn: a key takes dozens of turns."""
STARTUP = 1.0
"""Seconds in which the app has started."""
THREADS = 3
"""The terminal is read by one and written by another, and what takes long is a job of its own."""
_COLORLESS = Colorless()
M_ARENA_MAX = -8
"""What glibc's `mallopt` calls the number of its heaps."""


class LabApp(App[None]):
    """The lab over one `Lab`; opens on `experiment`, and on the run called `run` if it is given.

    `search` is what the file of the experiment says is to be varied.
    """

    TITLE = "tuilab"
    CSS_PATH = "lab.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", tooltip="Show this help"),
        Binding("q", "quit", "Quit", tooltip="Close the lab; a run may go on without it"),
        Binding(
            "ctrl+q", "quit", "Quit", show=False, priority=True, tooltip="Close the lab; a run may go on without it"
        ),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, tooltip="Suspend the lab; fg brings it back"),
        Binding("ctrl+p", "command_palette", "Commands", show=False, tooltip="Search everything the lab can do"),
    ]

    def __init__(
        self, lab: Lab, experiment: Experiment, preset_name: str = "", run: str = "", search: Search | None = None
    ) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (118, "-wide"), (200, "-vast")]
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall"), (44, "-ample")]
        self._lab = lab
        self._jobs = Jobs(self, lab.store.home)
        for theme in THEMES:
            self.register_theme(theme)
        if (theme_name := chosen_theme(lab.store.home)) in self.available_themes:
            self.theme = theme_name
        self._hands = Hands(super().on_event, lambda: self.focused or self.screen, self.set_timer)
        self._room = LabScreen(lab, experiment, preset_name, run, search, self._hands.once)

    @property
    def size(self) -> Size:
        """Cells of the terminal, as far as they are laid out."""
        return _bounded(super().size)

    @property
    def snapshot(self) -> Snapshot | None:
        """The run that is shown, as it was last seen."""
        return self._room.snapshot

    def on_mount(self) -> None:
        self.set_timer(STARTUP, _collect)
        self.theme_changed_signal.subscribe(self, self._keep_theme)

    def _keep_theme(self, theme: Theme) -> None:
        self._jobs.ask("theme", partial(keep_theme, self._lab.store.home, theme.name), lambda done: None, self._refuse)

    def _refuse(self, error: BadInput) -> None:
        self.notify(clean(f"not kept: {error}"), severity="error", markup=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """As in any app, but that NO_COLOR leaves something to be read in every theme."""
        filters = super().get_line_filters()
        return [_COLORLESS if isinstance(one, Monochrome) else one for one in filters] if self.no_color else filters

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return self._room

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, and what every key does that can be pressed now."""
        yield from super().get_system_commands(screen)
        keys: dict[str, dict[str, str]] = {}
        for active in screen.active_bindings.values():
            if active.enabled and active.tooltip:
                keys.setdefault(active.tooltip, {}).setdefault(active.binding.action, active.binding.key)
        for title, actions in keys.items():
            if len(actions) == 1:  # words that fit several actions name none of them
                (key,) = actions.values()
                yield SystemCommand(title, f"key {key}", partial(self.simulate_key, key))

    async def run_action(
        self,
        action: "str | ActionParseResult",  # a string itself
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Does what a key or a click says, once its widget is there; a fault in it, be it Textual's, costs it alone.

        Nothing is done any more once the app has been told to end: its screens are being taken apart.
        """
        if self.return_code is not None:
            return True
        try:
            for node in (self.screen, default_namespace):
                if isinstance(node, Widget) and not node.is_mounted:
                    await AwaitMount(self.screen, [node])
            return await super().run_action(action, default_namespace, namespaces)
        except Exception as error:
            said = as_refusal(error, self._lab.store.home)
            self.notify(clean(f"not done: {said}"), severity="error", markup=False)
            return True

    async def on_event(self, event: Event) -> None:
        """As in any app, but that keys and clicks are heeded one by one, and no size is believed that no screen has."""
        if isinstance(event, Resize):
            event.size = _bounded(event.size)
        if isinstance(event, DEEDS) and not event.is_forwarded:
            await self._hands.take(event)
        else:
            await super().on_event(event)

    def action_help(self) -> None:
        """Shows the keys of every room, which no start waits for."""
        from tuilab.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.BINDINGS))

    def action_command_palette(self) -> None:
        """Shows the list of commands."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Shows the list of themes."""
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def on_resize(self) -> None:
        """Draws everything again, the size unchanged or not: what was smaller for a moment has lost what it showed."""
        self.screen.refresh()

    async def action_quit(self) -> None:
        """Closes the lab; asks first if the run that is shown is still going."""
        run = self._room.active_run
        if isinstance(self.screen, LeaveScreen):
            return

        def leave(choice: Choice | None) -> None:
            if choice == "stop":
                self._room.action_ask("stop")
            if choice in ("stop", "leave"):
                goes_on = f"{run} goes on: tuilab watch {run} follows it, tuilab stop {run} ends it"
                self.exit(message=goes_on if choice == "leave" else None)

        if run:
            self.push_screen(LeaveScreen(run), leave)
        else:
            self.exit()


def _bounded(size: Size) -> Size:
    return Size(min(size.width, LARGEST.width), min(size.height, LARGEST.height))


def _collect() -> None:
    """Lets garbage be collected again; what the start has made stays, and need not be looked at."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _share_a_heap() -> None:
    """Lets all threads take memory from one heap, where the C library has one for each.

    What threads let go of lies about in as many heaps, which hardly shrink: after ten minutes of opened rooms
    10 MB of 150.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(M_ARENA_MAX, 1)


def run(
    lab: Lab,
    experiment: Experiment,
    preset_name: str = "",
    run: str = "",
    search: Search | None = None,
    *,
    ascii: bool = False,
) -> int:
    """Opens the lab on this terminal, with ASCII alone if so, until it is closed; returns the exit code.

    Raises `RuntimeError`, before anything is written there, where the system has no room for its threads.
    """
    _share_a_heap()
    check_room(THREADS)
    terminal.forget_exported_size()
    sys.setswitchinterval(TURN)
    app = LabApp(lab, experiment, preset_name, run, search)
    with tmux.noticing(app):
        return terminal.run(app, ascii=ascii, record=partial(as_refusal, home=lab.store.home))
