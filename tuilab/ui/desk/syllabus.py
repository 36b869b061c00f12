"""The lessons in order: which is open, which one follows, and what was found of the claims, kept between two starts."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.lab import Lab, Snapshot
from tuilab.lab.sentences.claims import marks, told_line
from tuilab.lessons import Verification, complete
from tuilab.presets import Preset
from tuilab.ui import settings
from tuilab.ui.work.jobs import Jobs, Tell

Found = tuple[Verification | None, ...]
_SIGNS = {"✓", "✗", "–"}


class Open(Struct, frozen=True, kw_only=True):
    """The lesson that is open: its place among so many, from 1, what was found of its claims, and their marks."""

    preset: Preset
    place: int
    of: int
    found: Found
    marks: str
    checking: str
    """The name of the lesson, this one or another, whose claims are being checked."""


class Syllabus:
    """The lessons in the order of the notes. `show` is called with the lesson that is open whenever it says more.

    `refused` hears why the claims cannot be checked.
    """

    def __init__(
        self, lab: Lab, jobs: Jobs, show: Callable[[Open | None], None], refused: Callable[[BadInput], object]
    ) -> None:
        self._lab, self._jobs, self._show, self._refused = lab, jobs, show, refused
        self.presets: tuple[Preset, ...] = ()
        """All presets, lessons or not, as they were read last."""
        self._lessons: dict[str, Preset] = {}
        self._kept: dict[str, str] = {}
        self._noted: dict[str, str] = {}
        """The marks that were kept when they were last looked at, and those that were found here."""
        self._name = self._checking = ""
        self._retell: Callable[[], None] = lambda: None
        self.results: dict[str, Found] = {}
        """What was found since the start, by the name of the lesson."""

    def open(self, name: str) -> None:
        """The preset called `name` is open, be it a lesson or not; what is known of it is told at once."""
        self._name = name
        if self._lessons:
            self._tell()
        self._jobs.ask("lessons", partial(_read, self._lab), self._take, self._refused)

    @property
    def next(self) -> Preset | None:
        """The lesson after the one that is open, the first one behind the last; None if none is open."""
        names = list(self._lessons)
        following = names[(names.index(self._name) + 1) % len(names)] if self._name in names else ""
        return self._lessons.get(following)

    def check(self) -> None:
        """Trains what the claims of the open lesson are about and checks them, one lesson at a time."""
        if not self._checking and self._name in self._lessons:
            self._checking = self._name
            self._tell()
            work = partial(verify, self._lab, self._checking)
            self._jobs.follow("claims of a lesson", work, partial(self.note, self._checking), self._give_up)

    def hear(self, snapshot: Snapshot, then: Callable[[str], None]) -> None:
        """Notes what a run that has ended says of the claims of its lesson.

        `then` is told it in a line, and anew as more is found of them.
        """

        def take(told: tuple[str, list[Verification | None]]) -> None:
            self._retell = partial(self._tell_line, *told, then)
            self.note(*told)

        self._jobs.ask("claims", partial(self._lab.told, snapshot), take, _ignore)  # a damaged lesson claims nothing

    def note(self, name: str, found: Sequence[Verification | None]) -> None:
        """Notes what was found of the first claims of a lesson; what stays open keeps the mark that it had.

        What was found on more seeds than now, such as those of a whole check before a run, stays.
        """
        if name not in self._lessons:
            self._tell()
            return
        before = self.marks(name)
        known = self.results.get(name, ())
        kept = [*known, *[None] * (len(found) - len(known))]
        self.results[name] = tuple(map(_surer, [*found, *kept[len(found) :]], kept))
        told = marks(self.results[name], len(before))
        self._noted[name] = "".join(old if new == "–" else new for new, old in zip(told, before, strict=True))
        lesson = self._lessons[name].lesson
        if self._checking == name and lesson is not None and complete(lesson, found):
            self._checking = ""
        self._jobs.ask("progress", partial(settings.keep, self._home, "lessons", dict(self._noted)), _ignore, _ignore)
        self._tell()

    def marks(self, name: str) -> str:
        """✓, ✗ or – for each claim of a lesson, as it was found last."""
        preset = self._lessons.get(name)
        claims = len(preset.lesson.claims) if preset and preset.lesson else 0
        known = self._noted.get(name, self._kept.get(name, ""))
        return known if len(known) == claims else marks((), claims)

    @property
    def _home(self) -> Path:
        return self._lab.store.home

    def _take(self, read: tuple[tuple[Preset, ...], dict[str, str]]) -> None:
        self.presets, self._kept = read
        self._lessons = lessons(self.presets)
        self._tell()

    def _tell_line(self, name: str, told: Sequence[Verification | None], then: Callable[[str], None]) -> None:
        known = self.marks(name)
        then(told_line(name, told, known if len(known) == len(told) else "", self._checking == name))

    def _tell(self) -> None:
        self._retell()
        preset = self._lessons.get(self._name)
        self._show(
            Open(
                preset=preset,
                place=list(self._lessons).index(self._name) + 1,
                of=len(self._lessons),
                found=self.results.get(self._name, ()),
                marks=self.marks(self._name),
                checking=self._checking,
            )
            if preset is not None
            else None
        )

    def _give_up(self, error: BadInput) -> None:
        self._checking = ""
        self._refused(error)
        self._tell()


def lessons(presets: Iterable[Preset]) -> dict[str, Preset]:
    """The lessons among the presets by name, in the order of the notes."""
    found = [(preset.lesson.section, preset.name, preset) for preset in presets if preset.lesson is not None]
    return {name: preset for _, name, preset in sorted(found, key=lambda one: one[:2])}


def verify(lab: Lab, name: str, tell: Tell[Found]) -> None:
    """Trains what the claims of a lesson are about and tells what is known of them, until nobody listens."""
    with closing(lab.verifying(name)) as known:
        for found in known:
            tell(tuple(found))
            if tell.over.is_set():
                return


def _surer(new: Verification | None, old: Verification | None) -> Verification | None:
    return new if old is None or (new is not None and new.seeds >= old.seeds) else old


def _ignore(_: object) -> None:
    """Nobody waits for it."""


def _read(lab: Lab) -> tuple[tuple[Preset, ...], dict[str, str]]:
    """The presets, and the marks that were kept of the lessons among them."""
    kept = settings.kept(lab.store.home).get("lessons")
    known = kept.items() if isinstance(kept, dict) else ()
    told = {name: text for name, text in known if isinstance(text, str) and set(text) <= _SIGNS}
    return tuple(lab.presets()), told
