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
    """The names, the current one between the marks ▸ and ◂ so that it is found without color."""

    current = var(0)
    beside = var(-1)
    """Which one else is shown, if any."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = titles

    def compose(self) -> ComposeResult:
        for number, title in enumerate(self._titles):
            yield Tab(f" {title} ", number)

    def on_mount(self) -> None:
        self.watch_current()

    def watch_current(self) -> None:
        """Marks the current one."""
        for number, (tab, title) in enumerate(zip(self.query(Tab), self._titles, strict=False)):
            tab.set_class(number == self.current, "-current")
            beside = number == self.beside
            tab.update(f"▸{title}◂" if number == self.current else f"({title})" if beside else f" {title} ")

    def watch_beside(self) -> None:
        """Marks the other one."""
        self.watch_current()
