"""Take away: curves, plots, weights and the experiment of a run as files, and the command that repeats it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tuilab.errors import BadInput
from tuilab.lab import Lab, Snapshot
from tuilab.lab import export as exports
from tuilab.text import clean
from tuilab.ui.figures.exports import KINDS
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs


class _File(NamedTuple):
    """One kind of file: what a person reads, the end of its name, and what makes its content. Raises `BadInput`."""

    title: str
    suffix: str
    content: Callable[[], bytes]


class ExportScreen(Dialog[None]):
    """Offers what can be taken of the run in `snapshot`; `picture` is the screen as SVG, as it was before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Write", tooltip="Write the highlighted file, or copy the command"),
        Binding("a", "all", "All files", tooltip="Write all the files"),
        Binding("c", "copy", "Copy command", tooltip="Copy the command that repeats the run to the clipboard"),
        Binding("f", "folder", "Folder", tooltip="Say into which folder the files go"),
        Binding("escape,e,q", "dismiss", "Back"),
    ]

    def __init__(self, lab: Lab, snapshot: Snapshot, picture: str) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._jobs = Jobs(self, lab.store.home)
        self._files = (
            *(_File(kind.title, f".{end}", partial(kind.content, lab, snapshot)) for end, kind in KINDS.items()),
            _File("the screen as a picture", "-screen.svg", picture.encode),
        )
        self._command = exports.command(snapshot.experiment, lab.presets())

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(f"Take away {clean(self._snapshot.name)}"), classes="title", markup=False)
            yield OptionList(
                *(Option(f"{file.suffix:<13} {file.title}") for file in self._files),
                Option(f"{'clipboard':<13} the command that repeats the run"),
                markup=False,
            )
            yield Static(Content(clean(self._command)), id="command", markup=False)
            yield Static("into the folder", classes="label", markup=False)
            yield Input(".", id="folder", compact=True)
            yield Static(id="said", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def action_take(self) -> None:
        """Writes the highlighted file, or copies the command."""
        place = self.query_one(OptionList).highlighted
        if place is not None and place < len(self._files):
            self._write((self._files[place],))
        elif place is not None:
            self.action_copy()

    def action_all(self) -> None:
        """Writes every file."""
        self._write(self._files)

    def action_copy(self) -> None:
        """Copies the command by OSC 52, which reaches the clipboard of the terminal, over SSH too."""
        self.app.copy_to_clipboard(self._command)
        self._say("Copied, if the terminal allows it; it stands above too.")

    def action_folder(self) -> None:
        """Goes to the folder's field."""
        self.query_one("#folder").focus()

    @on(Input.Submitted)
    def _leave_field(self) -> None:
        self.query_one(OptionList).focus()

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(clean(text)))

    def _write(self, files: tuple[_File, ...]) -> None:
        wanted, run = self.query_one("#folder", Input).value.strip() or ".", self._snapshot.name

        def write() -> str:
            paths, faults = list[Path](), list[BadInput]()
            try:
                folder = Path(wanted).expanduser().absolute()
                for file in files:
                    try:
                        content = file.content()
                    except BadInput as fault:  # it wants a package that is not there
                        faults.append(fault)
                    else:
                        paths.append(exports.write(folder, run, file.suffix, content))
            except (RuntimeError, ValueError) as error:  # ~nobody; a name that no file can have
                raise BadInput(str(error), file=wanted) from None
            if not paths:
                raise faults[0]
            said = f"✓ wrote {', '.join(path.name for path in paths)} into {folder}"
            return "; ".join([said, *map(str, faults)])

        self._jobs.do("write", write, self._say, lambda error: self._say(f"✗ {error}"))
