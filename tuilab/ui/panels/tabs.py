"""A line of tabs: the names of the views, the current one marked."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static


class TabChosen(Message):
    """Somebody clicked on tab `number`, counted from 0."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Tab(Static):
    """One name; a click chooses it."""

    def __init__(self, title: str, number: int) -> None:
        super().__init__(title, markup=False)
        self._number = number

    def on_click(self) -> None:
        """Says which tab was chosen."""
        self.post_message(TabChosen(self._number))


class TabLine(Horizontal):
    """The names, the current one between the marks ▸ and ◂ so that it is found without color.

    Between two names there is one cell, a space or a mark. Where the line is too short for all of them (beside the
    panels of 120 columns) it is scrolled to the current one.
    """

    current = var(0)
    beside = var(-1)
    """Which one else is shown, if any."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = titles

    def compose(self) -> ComposeResult:
        for number, title in enumerate(self._titles):
            yield Tab(title, number)

    def on_mount(self) -> None:
        self.watch_current()

    def watch_current(self) -> None:
        """Marks the current one."""
        marks = {self.beside: ("(", ")"), self.current: ("▸", "◂")}
        space = " "
        for number, (tab, title) in enumerate(zip(self.query(Tab), self._titles, strict=False)):
            tab.set_class(number == self.current, "-current")
            before, after = marks.get(number, (space, ""))
            if (said := f"{before}{title}{after}") != tab.content:  # an update lays everything out again
                tab.update(said)
            space = "" if after else " "
        self.call_after_refresh(self._follow)

    def on_resize(self) -> None:
        """There is more room, or less."""
        self._follow()

    def _follow(self) -> None:
        for tab in self.query(".-current"):
            self.scroll_to_widget(tab, animate=False, force=True)

    def watch_beside(self) -> None:
        """Marks the other one."""
        self.watch_current()
