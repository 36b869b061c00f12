"""A room for what takes long to find out: points, plotted as they come, and at the end what they come to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ProgressBar, Static

from tuilab.lab import Lab
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.plots import Figure, Plot
from tuilab.ui.screens.dialog import Room
from tuilab.ui.screens.sized import Result
from tuilab.ui.work.jobs import Jobs, Tell, alone

PointT = TypeVar("PointT")
FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class Study(Generic[PointT, FoundT]):
    """What is found out, in at most `steps` points."""

    title: str
    steps: int
    beginning: str
    """Said until all is found."""
    begin: Callable[[], tuple[Iterable[PointT], Callable[[tuple[PointT, ...]], FoundT]]]
    """Called in a thread: the points one after another, and what all of them come to. Raises `BadInput`."""
    figure: Callable[[tuple[PointT, ...], FoundT | None], Figure]
    text: Callable[[tuple[PointT, ...], FoundT], str]


class StudyScreen(Room[Result]):
    """Makes a study; `found` is what it came to, once it has."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "Back")]

    def __init__(self, lab: Lab, study: Study[Any, Any]) -> None:
        super().__init__()
        self._study = study
        self.found: Any = None
        self._jobs = Jobs(self, lab.store.home)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(clean(self._study.title)), classes="title", markup=False)
            yield ProgressBar(total=self._study.steps, show_eta=False, show_percentage=False)
            yield Plot()
            yield Static(self._study.beginning, id="sentence", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self._jobs.follow("study", alone(self._look), self._take, self.refuse)

    def on_unmount(self) -> None:
        self._jobs.end()

    def _look(self, tell: Tell[tuple[tuple[Any, ...], Any]]) -> None:
        points: tuple[Any, ...] = ()
        coming, found = self._study.begin()
        for point in coming:
            points += (point,)
            tell((points, None))
            if tell.over.is_set():
                return
        tell((points, found(points)))

    def _take(self, told: tuple[tuple[Any, ...], Any]) -> None:
        points, self.found = told
        over = self.found is not None
        self.query_one(ProgressBar).update(progress=self._study.steps if over else len(points))
        self.query_one(Plot).show(self._study.figure(points, self.found))
        if over:
            self.query_one("#sentence", Static).update(Content(self._study.text(points, self.found)))
            self.refresh_bindings()
