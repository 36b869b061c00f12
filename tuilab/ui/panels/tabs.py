"""A line of tabs: the names of the views, the current one marked. One widget, so that turning lays nothing out anew."""

from collections.abc import Sequence
from itertools import chain

from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.style import Style
from textual.widgets import Static

MORE = "…"
"""At an end of the line: there are names beyond it."""


class TabChosen(Message):
    """Somebody clicked on tab `number`, counted from 0."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class TabLine(Static):
    """The names, the current one between the marks ▸ and ◂ so that it is found without color; a click chooses one."""

    DEFAULT_CSS = """
    TabLine {
        height: 1;
        color: $text-muted;
        text-wrap: nowrap;
        link-style: none;
        link-color: $text-muted;
        link-style-hover: none;
        link-background-hover: $boost;
        link-color-hover: $text;
    }
    """

    current = var(0)
    beside = var(-1)
    """Which one else is shown, if any."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(markup=False)
        self._titles = titles

    def on_resize(self) -> None:
        """There is more room, or less."""
        self._tell()

    def watch_current(self) -> None:
        """Marks the current one."""
        self._tell()

    def watch_beside(self) -> None:
        """Marks the other one."""
        self._tell()

    def action_choose(self, number: int) -> None:
        """Says which tab was clicked on."""
        self.post_message(TabChosen(number))

    def _tell(self) -> None:
        line = tab_line(self._titles, self.current, self.beside, self.size.width)
        if line != self.content:
            self.update(line, layout=False)


def tab_line(titles: Sequence[str], current: int, beside: int, width: int) -> Content:
    """The names that `width` cells hold whole, the current one among them, from as far left as it goes."""
    marks = {beside: ("(", ")"), current: ("▸", "◂")}

    def parts(first: int, last: int) -> list[Content]:
        """The names from `first` to before `last`, and what stands between, before and behind them."""
        after = [MORE if first else "", *(marks.get(number, ("", ""))[1] for number in range(first, last))]
        before = [*(marks.get(number, ("", ""))[0] for number in range(first, last)), MORE * (last < len(titles))]
        gaps = [Content(left + right or " ") for left, right in zip(after, before, strict=True)]
        names = [_name(titles[number], number, number == current) for number in range(first, last)]
        return [*chain.from_iterable(zip(gaps, names, strict=False)), gaps[-1]]

    spans = ((first, last) for first in range(current + 1) for last in range(len(titles), current, -1))
    lines = (Content("").join(parts(*span)) for span in spans)
    return next((line for line in lines if line.cell_length <= width), Content(titles[current]))


def _name(title: str, number: int, current: bool) -> Content:
    if current:
        return Content.styled(title, "$text bold")
    return Content(title).stylize(Style.from_meta({"@click": f"choose({number})"}))
