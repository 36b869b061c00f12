"""A list of things that have names, which may be others when they are read anew."""

from collections.abc import Mapping

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class NamedList(OptionList):
    """A line for each thing, by its name. Shown anew, the cursor stays on the thing that it was on."""

    def __init__(self, lines: Mapping[str, Content]) -> None:
        super().__init__(*map(Option, lines.values()), markup=False)
        self._names = list(lines)

    @property
    def here(self) -> str:
        """The name of the thing that the cursor is on; empty if it is on none."""
        return self._names[self.highlighted] if self.highlighted is not None else ""

    def show(self, lines: Mapping[str, Content], to: str = "") -> None:
        """Shows other things; the cursor goes `to` the one of that name, or stays: on its own, or where that was."""
        name, place = to or self.here, self.highlighted or 0
        self._names = list(lines)
        self.set_options(map(Option, lines.values()))
        if name in lines:
            place = self._names.index(name)
        self.highlighted = min(place, len(lines) - 1) if lines else None

    def write(self, name: str, line: Content) -> None:
        """Writes the line of a thing anew."""
        self.replace_option_prompt_at_index(self._names.index(name), line)
