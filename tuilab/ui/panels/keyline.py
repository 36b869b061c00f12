"""The bottom line: the keys that can be pressed now."""

from collections.abc import Iterable, Mapping

from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Footer, Static

from tuilab.text import clean


class KeyLine(Static):
    """Each key with what it does; a click presses it. A key that does not fit whole into its rows is left out.

    One widget, where Textual's Footer makes one for each key: those of the lab are many, and change often.
    """

    DEFAULT_CSS = """
    KeyLine {
        dock: bottom;
        height: 1;
        color: $footer-description-foreground;
        background: $footer-background;
        text-wrap: nowrap;
        link-style: none;
        link-color: $footer-description-foreground;
        link-style-hover: bold;
        link-background-hover: $block-hover-background;
        link-color-hover: $footer-key-foreground;
    }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._tell)

    def on_resize(self) -> None:
        """Fits the keys into the rows there are now."""
        self._tell(self.screen)

    def _tell(self, screen: Screen[object]) -> None:
        keys = key_words({self.app.get_key_display(each.binding): each for each in screen.active_bindings.values()})
        lines = fitted(keys, *self.size)
        if lines != self.content:
            self.update(lines, layout=False)


class RoomKeys(Footer):
    """The few keys of a screen over the main one, made anew where they are others.

    Textual's makes them anew whenever somebody asks what can be pressed, five times while the list of runs opens.
    """

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._offered: list[tuple[Binding, bool, str]] = []

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Shows the keys, where they are others than those that were last asked for."""
        offered = [(key, enabled, tip) for _, key, enabled, tip in screen.active_bindings.values() if key.show]
        if screen.app.app_focus and offered != self._offered:
            self._offered = offered
            super().bindings_changed(screen)


def key_words(bindings: Mapping[str, ActiveBinding]) -> list[Content]:
    """Those of the `bindings` that want to be shown, by how their keys are written; one for each action."""
    parts: dict[str, Content] = {}
    for key, (_, binding, enabled, _) in bindings.items():
        if binding.show and binding.action not in parts:
            pressed = Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"})
            words = Content.assemble((clean(key), "bold $footer-key-foreground"), f" {clean(binding.description)}")
            parts[binding.action] = words.stylize(pressed) if enabled else words.stylize("dim")
    return list(parts.values())


def fitted(words: Iterable[Content], width: int, height: int) -> Content:
    """The first of the `words`, a space between, in `height` rows of `width` cells; none is cut."""
    rows: list[Content] = [Content("")]
    for word in words:
        longer = Content(" ").join([rows[-1], word]) if rows[-1] else word
        if longer.cell_length <= width:
            rows[-1] = longer
        elif len(rows) < height and word.cell_length <= width:
            rows.append(word)
        else:
            break
    return Content("\n").join(rows)
