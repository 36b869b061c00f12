"""The lesson that is open, beside the run: what to look at, and its claims with what was found of them."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.lab.sentences.claims import SECTIONS, claim_text
from tuilab.presets import Lesson
from tuilab.text import clean
from tuilab.ui.desk.syllabus import Found, Open


class LessonPanel(VerticalScroll):
    """The text and the claims; nothing where no lesson is open."""

    lesson: var[Open | None] = var(None)

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def watch_lesson(self, old: Open | None, new: Open | None) -> None:
        """Shows it, a new one from its first line on."""
        if new is not None:
            self.query_one(Static).update(lesson_text(new))
            if old is None or old.preset.name != new.preset.name:
                self.scroll_home(animate=False)


def lesson_text(lesson: Open) -> Content:
    """The section and the title, the text, the claims and the keys."""
    preset = lesson.preset
    assert preset.lesson is not None
    section = preset.lesson.section
    return Content("\n").join(
        [
            Content.styled(f"Lesson {lesson.place} of {lesson.of}: {clean(preset.title)}", "bold $text-primary"),
            Content.styled(f"{section}. {SECTIONS[section - 1]}", "$text-muted"),
            Content(clean(preset.about, 2000)),
            *map(Content, claim_lines(preset.lesson, lesson.found, lesson.marks)),
            Content.styled(_keys(lesson), "$text-muted"),
        ]
    )


def _keys(lesson: Open) -> str:
    if lesson.checking == lesson.preset.name:
        return "… training, to check the claims"
    checks = f"C once {clean(lesson.checking)} is checked" if lesson.checking else "C checks the claims"
    return f"N opens the next lesson, {checks}"


def claim_lines(lesson: Lesson, found: Found, marks: str) -> list[str]:
    """The claims, each with the mark that it had last and the figure that was found, if it was since the start."""
    figures = [*found, *[None] * len(lesson.claims)]
    return [
        f"{mark}{claim_text(claim, one)[1:]}" for mark, claim, one in zip(marks, lesson.claims, figures, strict=False)
    ]
