"""A file of data is chosen: from a tree of folders, or by its path."""

import asyncio
import os
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import DirectoryTree, Input, Static
from textual.widgets.directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from tuilab.data.files import SUFFIXES, format_of
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog

_ALIKE = 0.4
"""From which likeness on a name may be meant, of which half may not have been typed."""


class DataTree(DirectoryTree):
    """The folders, and of the files those that can be read as data. Hidden ones are left out."""

    ICON_NODE, ICON_NODE_EXPANDED, ICON_FILE = "▸ ", "▾ ", "  "

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Folders and files of data."""
        return [path for path in paths if not path.name.startswith(".") and (format_of(path.name) or path.is_dir())]

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        """The name, as a terminal may show it."""
        label = super().render_label(node, base_style, style)
        return Text(clean(label.plain, 200), style=label.style, end="")


class PathInput(Input):
    """A path; tab adds what all that begin like it have in common."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete the path", show=False)]

    def __init__(self, start: Path) -> None:
        super().__init__(placeholder="its path, or choose one below", select_on_focus=False)
        self._start = start

    async def action_complete(self) -> None:
        """As in a shell; where there is nothing to add, the next field has the keys."""
        typed, begun = self.value, self.value.rpartition("/")[2]
        beside = await asyncio.to_thread(_beside, self._start, typed)
        names = [name for name in beside if name.startswith(begun)]
        # They are in order: what the first and the last of them begin with, all do.
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(*names[:1], *names[-1:], strict=False))
        more = "".join(letter for letter, *_ in shared).removeprefix(begun)
        if not more:
            self.screen.focus_next()
        elif self.value == typed:  # nobody has typed on meanwhile
            self.value = typed + more
            self.cursor_position = len(self.value)


class FileScreen(Dialog[str]):
    """Ends with the path of the file that was chosen, which is there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
    ]
    AUTO_FOCUS = "DataTree"

    def __init__(self, start: Path) -> None:
        super().__init__()
        self._start = start

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Open a file of data", classes="title", markup=False)
            yield PathInput(self._start)
            yield DataTree(self._start)
            yield Static(
                Content(
                    f"{SUFFIXES} in {clean(str(self._start), 200)}; what is typed goes to the path, tab completes it"
                ),
                classes="foot",
            )
        yield RoomKeys()

    def on_key(self, event: Key) -> None:
        """What is typed among the files is a path: nobody who types one looks first where the keys go."""
        path = self.query_one(Input)
        if event.is_printable and event.character and not path.has_focus:
            event.stop()
            path.focus()
            path.insert_text_at_cursor(event.character)

    @on(DirectoryTree.FileSelected)
    def _choose(self, event: DirectoryTree.FileSelected) -> None:
        event.stop()
        self.dismiss(str(event.path))

    @on(Input.Submitted)
    async def _take(self, event: Input.Submitted) -> None:
        event.stop()
        if not (path := event.value.strip()):
            return
        if fault := await asyncio.to_thread(_missing, self._start, path):
            self.query_one(".foot", Static).update(Content(f"✗ {fault}"))
        else:
            self.dismiss(str(_there(self._start, path)))


def _there(start: Path, path: str) -> Path:
    return start / Path(path).expanduser()


def _beside(start: Path, path: str) -> list[str]:
    """What stands in the folder that `path` names the file in: folders, with a slash, and files of data."""
    try:
        with os.scandir(_there(start, path.removesuffix(path.rpartition("/")[2]))) as found:
            names = [entry.name + "/" * entry.is_dir() for entry in found if not entry.name.startswith(".")]
    except (OSError, ValueError, RuntimeError):  # no folder, no path, nobody's home
        return []
    return sorted(name for name in names if name.endswith("/") or format_of(name))


def _missing(start: Path, path: str) -> str:
    """That nothing is called so, and what is called alike; empty if there is something."""
    try:
        if _there(start, path).exists():
            return ""
    except (OSError, ValueError, RuntimeError):
        pass
    names, begun = _beside(start, path), path.rpartition("/")[2]
    alike = [name for name in names if name.startswith(begun)] or get_close_matches(begun, names, cutoff=_ALIKE)
    closest = f"; closest are {', '.join(clean(name, 60) for name in alike[:3])}" if alike else ""
    return f"{clean(path, 200)}: no such file{closest}"
