"""A file of data is chosen: from a tree of folders, or by its path."""

from collections.abc import Iterable
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


class FileScreen(Dialog[str]):
    """Ends with the path of the file that was chosen."""

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
            yield Input(placeholder="its path, or choose one below", select_on_focus=False)
            yield DataTree(self._start)
            yield Static(
                Content(f"{SUFFIXES} in {clean(str(self._start), 200)}; what is typed goes to the path"), classes="foot"
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
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
