"""Themes: readable, told apart, and remembered."""

from functools import partial
from itertools import chain, combinations
from pathlib import Path

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tests.ui.conftest import until
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.ui import settings
from tuilab.ui.app import LabApp
from tuilab.ui.themes import THEMES, chosen_theme, keep_theme
from tuilab.ui.tty.ascii import to_ascii
from tuilab.ui.views import VIEWS
from tuilab.ui.views.pane import RunPane

ROLES = ("primary", "secondary", "warning", "error", "success", "accent")


def luminance(color: Color) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2: 4.5 is asked for, 7 for enhanced contrast."""
    light, dark = sorted((luminance(Color.parse(color)) for color in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_is_readable_on_every_ground(theme: Theme) -> None:
    colors = theme.to_color_system().generate()
    least = 7 if theme.name.startswith("high-contrast") else 4.5
    for ground in ("background", "surface", "panel"):
        for text in ("text", "text-muted", *(f"text-{role}" for role in ROLES)):
            assert contrast(colors[text], colors[ground]) >= least, (text, ground)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_no_two_colors_of_curves_are_one(theme: Theme) -> None:
    colors = theme.to_color_system().generate()
    assert all(colors[f"text-{one}"] != colors[f"text-{other}"] for one, other in combinations(ROLES[:5], 2))


async def test_the_theme_that_was_chosen_is_there_the_next_time(lab: Lab, app: LabApp, experiment: Experiment) -> None:
    async with app.run_test() as pilot:
        before = app.theme
        app.theme = "okabe-ito-light"
        await until(pilot, lambda: chosen_theme(lab.store.home) == app.theme)
    again = LabApp(lab, experiment)
    async with again.run_test():
        assert again.theme == "okabe-ito-light" != before


def picture(app: LabApp) -> tuple[Segment, ...]:
    """What is seen, letters and colors."""
    return tuple(segment for strip in app.screen._compositor.render_strips() for segment in strip)


async def test_the_lab_can_be_drawn_in_every_theme(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pictures = {picture(app)}
        names = [*(theme.name for theme in THEMES), "ansi-dark", "ansi-light", "textual-light"]
        for name in names:
            app.theme = name
            await pilot.pause()
            pictures.add(picture(app))
            assert _stands(app, "Verdict")
        assert len(pictures) == len(names) + 1


@pytest.mark.parametrize("content", [b"", b"theme = 3", b"\xff", b"theme =", b'theme = "no-such"'])
def test_what_is_kept_may_be_nonsense(lab: Lab, experiment: Experiment, content: bytes) -> None:
    lab.store.home.mkdir(parents=True)
    (lab.store.home / "settings.toml").write_bytes(content)
    assert LabApp(lab, experiment).theme == "textual-dark"


def test_where_nothing_can_be_kept_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep_theme(tmp_path / "file" / "home", "nord")
    assert chosen_theme(tmp_path / "file" / "home") == chosen_theme(tmp_path) == ""


def test_what_is_kept_stands_beside_what_was_kept_and_is_bounded(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings.keep(home, "theme", "nord")
    settings.keep(home, "lessons", {"l2": "✓"})
    settings.keep(home, "lessons", {"l2": "✗" * 10_000})
    assert settings.kept(home) == {"theme": "nord", "lessons": {"l2": "✓"}}
    assert (home / "settings.toml").stat().st_mode & 0o777 == 0o600


async def test_every_view_is_drawn_in_themes_of_every_kind_without_color_and_in_ascii(
    lab: Lab, experiment: Experiment, finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = LabApp(lab, experiment, run=finished)
    console = Console(color_system="truecolor", force_terminal=True, legacy_windows=False)
    names = [*(theme.name for theme in THEMES), "ansi-dark", "ansi-light"]
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
        pane = app.screen.query_one(RunPane)
        for place, name in enumerate(names):
            app.theme = name
            # each view in a quarter of the themes, each theme with a quarter of the views
            for number, view in [*enumerate(VIEWS)][place % 4 :: 4]:
                pane.current = number
                await until(pilot, lambda: not pane.view.LOOKS or bool(pane.view.insight or pane.view.fault))
                await until(pilot, partial(_stands, app, view.TITLE))  # the line of tabs rolls
                strips = app.screen._compositor.render_strips()
                assert all(segment.style is not None for strip in strips for segment in strip), (view.TITLE, name)
                assert all(map(_is_read, chain.from_iterable(strips))), (view.TITLE, name)
                assert to_ascii("".join(strip.render(console) for strip in strips)).isascii()


def _is_read(segment: Segment) -> bool:
    """Whether its letters differ from their ground, and neither has a hue."""
    style = segment.style or Style()
    colors = [color.triplet for color in (style.color, style.bgcolor) if color is not None]
    letters = any(map(str.isalnum, segment.text))
    return not (letters and len(colors) == 2 and None not in colors and colors[0] == colors[1]) and all(
        color is None or len(set(color)) == 1 for color in colors
    )


def _stands(app: LabApp, title: str) -> bool:
    return any(title in strip.text for strip in app.screen._compositor.render_strips())
