"""The bottom line: the keys that can be pressed now. One widget, where Textual's Footer makes one for each key."""

from collections.abc import Mapping

from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static

from tuilab.text import clean


class KeyLine(Static):
    """Each key with what it does; a click presses it. What does not fit is cut off."""

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
        self._tell(self.screen)

    def _tell(self, screen: Screen[object]) -> None:
        line = key_line({self.app.get_key_display(each.binding): each for each in screen.active_bindings.values()})
        if line != self.content:
            self.update(line, layout=False)


def key_line(bindings: Mapping[str, ActiveBinding]) -> Content:
    """The line of the `bindings` that want to be shown, by how their keys are written; one for each action."""
    parts: dict[str, Content] = {}
    for key, (_, binding, enabled, _) in bindings.items():
        if binding.show and binding.action not in parts:
            pressed = Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"})
            words = Content.assemble((clean(key), "bold $footer-key-foreground"), f" {clean(binding.description)}")
            parts[binding.action] = words.stylize(pressed) if enabled else words.stylize("dim")
    return Content(" ").join(parts.values())
