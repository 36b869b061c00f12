"""What the views have in common that look off the UI thread: a sentence on top, and lines that scroll."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tuilab.text import clean
from tuilab.ui.views.view import View

WAITING = "Looking …"


class Prose(Static):
    """Text from anywhere, that is written again only where it changed."""

    def __init__(self, classes: str = "") -> None:
        super().__init__(markup=False, classes=classes)
        self._said = Content()

    def say(self, text: str | Content) -> None:
        """Shows `text`; a string is cleaned line by line."""
        content = text if isinstance(text, Content) else Content("\n".join(map(clean, text.split("\n"))))
        if not content.is_same(self._said):
            self._said = content
            self.update(content)


class LookingView(View):
    """Shows its insight under what is said of it; without one what hinders it."""

    def compose(self) -> ComposeResult:
        yield Prose(classes="said")
        yield from self.parts()

    def parts(self) -> Iterable[Widget]:
        """What stands under the sentence; nothing, where it says all."""
        return ()

    def sentence(self, insight: Any) -> str:
        """What is said of `insight` on top."""
        said: str = insight.said
        return said

    def show(self, insight: Any) -> None:
        """Brings the parts in line with `insight`."""

    def on_mount(self) -> None:
        self.watch_insight()

    def watch_insight(self) -> None:
        """Shows the sentence and the parts of the new insight."""
        absent = bool(self.fault) or self.insight is None
        for words in self.query(".said").results(Prose):
            words.say(f"✗ {self.fault}" if self.fault else WAITING if absent else self.sentence(self.insight))
            for part in self.children:
                part.set_class(part is not words and absent, "-absent")
            if not absent:
                self.show(self.insight)

    def watch_fault(self) -> None:
        """Shows what hinders the view, in place of its parts."""
        self.watch_insight()


class TableView(LookingView):
    """A view with a table that may be longer than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_lines(1)", "Down", show=False, tooltip="Scroll the table"),
        Binding("up", "scroll_lines(-1)", "Up", show=False, tooltip="Scroll the table"),
        Binding("pagedown", "scroll_lines(10)", "Page down", show=False, tooltip="Scroll the table by ten lines"),
        Binding("pageup", "scroll_lines(-10)", "Page up", show=False, tooltip="Scroll the table by ten lines"),
        Binding("home", "scroll_lines(-100000)", "Top", show=False, tooltip="The first line of the table"),
        Binding("end", "scroll_lines(100000)", "End", show=False, tooltip="The last line of the table"),
    ]

    def action_scroll_lines(self, lines: int) -> None:
        """Scrolls the table."""
        for table in self.query(ScrollTable):
            table.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


class ScrollTable(Widget):
    """A line of heads over lines that scroll."""

    def compose(self) -> ComposeResult:
        yield Prose(classes="head")
        with VerticalScroll(can_focus=False):
            yield Prose(classes="lines")

    def show(self, rows: Sequence[str]) -> None:
        """The first of `rows` is the head."""
        head, *lines = rows or [""]
        self.styles.max_height = len(rows)
        self.query_one(".head", Prose).say(head)
        self.query_one(".lines", Prose).say("\n".join(lines))
