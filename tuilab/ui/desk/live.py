"""Values that act in the run at once as they are turned."""

from collections.abc import Callable
from functools import partial

from tuilab.lab import Snapshot
from tuilab.ui.desk.draft import Draft
from tuilab.ui.desk.helm import Helm
from tuilab.ui.work.soon import Soon

TURNED = 0.2
"""Seconds after a number was turned until the run is asked for it: nobody wants each on the way."""


class Live:
    """Asks the run that is `shown` for what was turned in the `draft`; only once somebody wanted that.

    It is to be asked for anew at each start of the app, lest it surprise anybody.
    """

    def __init__(
        self, helm: Helm, soon: Soon, shown: Callable[[], Snapshot | None], draft: Callable[[], Draft]
    ) -> None:
        self._helm, self._soon, self._shown, self._draft = helm, soon, shown, draft
        self._on = False

    def switch(self) -> str:
        """From now on what is turned acts at once, or no more; which of the two, in words."""
        self._on = not self._on
        return f"α, λ and keep_prob act {'at once as they are turned' if self._on else 'once they are applied'}"

    def turn(self, path: str) -> None:
        """The number at `path` was turned: asks for it a moment after the last turn, as soon as it can be asked."""
        if self._on:
            self._soon.do(TURNED, partial(self._ask, path))

    def _ask(self, path: str) -> None:
        draft, shown = self._draft(), self._shown()
        if shown is not None and not draft.faults and not self._helm.turn(shown, draft.experiment, path):
            self.turn(path)
