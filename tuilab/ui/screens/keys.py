"""In which order the footer shows the keys."""

from collections.abc import Mapping

from textual.binding import ActiveBinding

from tuilab.ui.views import View

FIRST = ("run", "pause", "resume", "step", "stop", "apply", "help", "quit", "other_place", "turn(1)")
"""Actions that a narrow footer has room for before all others."""
_RANK = {action: place for place, action in enumerate(FIRST)}


def in_order(bindings: Mapping[str, ActiveBinding]) -> dict[str, ActiveBinding]:
    """The same: those above, then those of the screen and the app, then those of the view."""

    def rank(item: tuple[str, ActiveBinding]) -> tuple[int, bool]:
        active = item[1]
        return _RANK.get(active.binding.action.removeprefix("app."), len(_RANK)), isinstance(active.node, View)

    return dict(sorted(bindings.items(), key=rank))
