"""Themes beside Textual's own: high contrast, and colors that everybody can tell apart; and which was chosen last.

The colors that are told apart with any kind of color vision are those of Okabe and Ito, "Color Universal Design"
(2008). Whatever the colors, a glyph or a word stands beside each. Textual's `ansi-dark` and `ansi-light` use the 16
colors of the terminal alone.
"""

from pathlib import Path

from textual.theme import Theme

from tuilab.ui import settings


def _theme(name: str, colors: dict[str, str], *, dark: bool, muted: str, ground: tuple[str, str, str, str]) -> Theme:
    """A theme whose text has exactly `colors`; `ground`: text, and the three backgrounds from below."""
    text, background, surface, panel = ground
    return Theme(
        name=name,
        primary=colors["primary"],
        secondary=colors["secondary"],
        warning=colors["warning"],
        error=colors["error"],
        success=colors["success"],
        accent=colors["accent"],
        foreground=text,
        background=background,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            **{f"text-{role}": color for role, color in colors.items()},
            "text": text,
            "text-muted": muted,
            "footer-key-foreground": colors["accent"],
        },
    )


THEMES = (
    _theme(
        "high-contrast-dark",
        {
            "primary": "#66ccff",
            "secondary": "#ff99ff",
            "warning": "#ffdd00",
            "error": "#ff9999",
            "success": "#66ff66",
            "accent": "#00ffff",
        },
        dark=True,
        muted="#e6e6e6",
        ground=("#ffffff", "#000000", "#000000", "#1a1a1a"),
    ),
    _theme(
        "high-contrast-light",
        {
            "primary": "#00337f",
            "secondary": "#660066",
            "warning": "#5c3300",
            "error": "#800000",
            "success": "#004000",
            "accent": "#00407f",
        },
        dark=False,
        muted="#1a1a1a",
        ground=("#000000", "#ffffff", "#ffffff", "#f2f2f2"),
    ),
    _theme(
        "okabe-ito-dark",
        {
            "primary": "#56b4e9",
            "secondary": "#cc79a7",
            "warning": "#e69f00",
            "error": "#e8743b",  # vermillion #d55e00, lighter: on black it is too dark to read
            "success": "#00b386",  # bluish green #009e73, lighter
            "accent": "#f0e442",
        },
        dark=True,
        muted="#a8a8a8",
        ground=("#eeeeee", "#101010", "#181818", "#242424"),
    ),
    _theme(
        "okabe-ito-light",
        {
            "primary": "#0072b2",
            "secondary": "#9c4f7c",  # reddish purple #cc79a7, darker: on white it is too light to read
            "warning": "#8f6200",  # orange #e69f00, darker
            "error": "#b34f00",  # vermillion #d55e00, darker
            "success": "#007a59",  # bluish green #009e73, darker
            "accent": "#005a8c",
        },
        dark=False,
        muted="#595959",
        ground=("#111111", "#ffffff", "#fafafa", "#f0f0f0"),
    ),
)


def chosen_theme(home: Path) -> str:
    """The name of the theme that was chosen last; "" if none was, or nothing can be made of what is kept."""
    name = settings.kept(home).get("theme", "")
    return name if isinstance(name, str) else ""


def keep_theme(home: Path, name: str) -> None:
    """Keeps the name for the next time; where it cannot be kept, nothing is lost but that."""
    settings.keep(home, "theme", name)
