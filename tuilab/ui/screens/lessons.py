"""Lessons in the order of the notes: the text of each, its preset, and its claims, checked live."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.sentences.claims import head
from tuilab.lessons import complete
from tuilab.presets import Lesson, Preset
from tuilab.text import clean
from tuilab.ui.desk.syllabus import Found, Syllabus, lessons, verify
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.panels.lesson import claim_lines
from tuilab.ui.panels.named_list import NamedList
from tuilab.ui.screens.dialog import Room
from tuilab.ui.work.jobs import Jobs


class LessonsScreen(Room[Preset]):
    """The lesson that is to be opened is the result; `syllabus` knows the lessons, and is told what is found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Open the lesson's experiment"),
        Binding("c", "check", "Check claims", tooltip="Train the lesson's runs and check what it claims"),
        Binding("a", "check_all", "Check all", tooltip="Check what every lesson claims, one after the other"),
        Binding("escape,t,q", "dismiss(None)", "Back", tooltip="Back; a check that goes on ends with its claim"),
    ]

    def __init__(self, lab: Lab, syllabus: Syllabus) -> None:
        super().__init__()
        self._lab, self._syllabus = lab, syllabus
        self._jobs = Jobs(self, lab.store.home)
        self._lessons = _with_lesson(syllabus.presets)
        self._checking = ""
        self._todo: list[str] = []
        """Lessons whose claims are to be checked next."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static("Lessons, in the order of the notes", classes="title", markup=False)
            yield NamedList(self._lines())
            with VerticalScroll(can_focus=False):
                yield Static(id="text", markup=False)
            yield Static(
                "enter opens the lesson, c checks its claims, a those of all lessons", classes="foot", markup=False
            )
        yield RoomKeys()

    def on_mount(self) -> None:
        self._jobs.ask("presets", lambda: _with_lesson(self._lab.presets()), self._renew, self._refuse)

    def action_check(self) -> None:
        """Checks the claims of the highlighted lesson, one check at a time."""
        name = self.query_one(NamedList).here
        if name and not self._checking:
            self._todo = [name]
            self._check_next()

    def action_check_all(self) -> None:
        """Checks the claims of every lesson, one after the other."""
        if not self._checking:
            self._todo = list(self._lessons)
            self._check_next()

    def _check_next(self) -> None:
        self._checking = self._todo.pop(0) if self._todo else ""
        self._show()
        if self._checking:
            self._jobs.follow("check", partial(verify, self._lab, self._checking), self._take, self._refuse)

    @on(OptionList.OptionHighlighted)
    def _show(self) -> None:
        options = self.query_one(NamedList)
        if (name := options.here) not in self._lessons:
            return
        preset, lesson = self._lessons[name]
        found = self._syllabus.results.get(name, ())
        lines = claim_lines(lesson, found, self._syllabus.marks(name))
        text = Content("\n").join(
            [
                Content.styled(head(lesson, found, self._checking == name), "bold"),
                Content(clean(preset.about, 2000)),
                Content(""),
                *map(Content, lines),
            ]
        )
        self.query_one("#text", Static).update(text)
        options.write(name, self._line(name))

    @on(OptionList.OptionSelected)
    def action_open(self) -> None:
        """Ends with the highlighted lesson."""
        name = self.query_one(NamedList).here
        if name:
            self.dismiss(self._lessons[name][0])

    def on_unmount(self) -> None:
        self._jobs.end()

    def _renew(self, lessons: dict[str, tuple[Preset, Lesson]]) -> None:
        """Shows the lessons as they were read now, if they are others than those that were known."""
        if lessons != self._lessons:
            self._lessons = lessons
            self.query_one(NamedList).show(self._lines())

    def _take(self, found: Found) -> None:
        name = self._checking
        self._syllabus.note(name, found)
        self.query_one(NamedList).write(name, self._line(name))
        if complete(self._lessons[name][1], found):
            self._check_next()
        else:
            self._show()

    def _refuse(self, error: BadInput) -> None:
        self.notify(clean(str(error)), severity="error", markup=False)
        self._check_next()

    def _lines(self) -> dict[str, Content]:
        return {name: self._line(name) for name in self._lessons}

    def _line(self, name: str) -> Content:
        preset, lesson = self._lessons[name]
        found = self._syllabus.marks(name)
        slow = "  (slow)" if lesson.slow else ""
        most = max(len(known.claims) for _, known in self._lessons.values())
        return Content.assemble(f"{lesson.section:2}  ", (found.ljust(most), "bold"), f"  {clean(preset.title)}{slow}")


def _with_lesson(presets: Iterable[Preset]) -> dict[str, tuple[Preset, Lesson]]:
    known = lessons(presets).values()
    return {preset.name: (preset, preset.lesson) for preset in known if preset.lesson is not None}
