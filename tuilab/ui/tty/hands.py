"""Keys and clicks one by one: the next is looked at once all that heed the one before have heeded it.

Textual hands a key to whatever has the focus when it arrives, and from there it rises from queue to queue: a letter
that follows a tab, or an escape, at once would go to the field that was left; and one before a click to that which was
clicked into, if the click did not wait for it.
"""

import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from textual.dom import DOMNode
from textual.events import Key, MouseDown, MouseUp, Paste

HELD, REPEATED = 0.75, 0.1
"""Seconds between a key and its first repetition, at most, where it is held; and between all others. No finger is so
fast: a key that comes again in between is held if a repetition follows it so soon, and pressed twice if none does."""


Deed = Key | Paste | MouseDown | MouseUp
DEEDS = (Key, Paste, MouseDown, MouseUp)
"""What hands do, as Textual hears of it; where the mouse moves meanwhile need not wait."""


class Hands:
    """What is typed and clicked. `handle` gives a key to the node that `target` names, from where it rises to the app;
    what follows a click waits until that node has heeded it, too."""

    def __init__(
        self,
        handle: Callable[[Deed], Awaitable[None]],
        target: Callable[[], DOMNode],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        """`later` calls a function in so many seconds."""
        self._handle, self._target, self._later = handle, target, later
        self._waiting: deque[Deed] = deque()
        self._busy = False
        self._last: Key | None = None
        self._since = math.inf
        """Seconds since the key that is heeded now was heeded before, with no other between them."""
        self._due: Callable[[], None] | None = None
        """What is done unless the next key says that the one before it was held."""

    async def take(self, event: Deed) -> None:
        """Takes what was done; on the app's queue."""
        self._waiting.append(event)
        if not self._busy:
            await self._next()

    def once(self, do: Callable[[], None]) -> None:
        """Does what the key that is heeded now asks for, however long it is held."""
        if self._since >= HELD:
            do()
        elif self._since >= REPEATED:
            self._due = do
            self._later(REPEATED, partial(self._settle, do))

    def _settle(self, due: Callable[[], None]) -> None:
        """Does what is due, unless a key waits: that one says whether it was held."""
        if self._due is due and not self._waiting:
            self._due = None
            due()

    async def _next(self) -> None:
        self._busy = bool(self._waiting)
        if self._busy:
            event = self._waiting.popleft()
            key, last = event if isinstance(event, Key) else None, self._last
            self._since = key.time - last.time if key and last and key.key == last.key else math.inf
            self._last = key
            if (due := self._due) is not None:
                self._due = None
                if not (key and last and _repeats(key, last)):
                    due()  # before what this key asks for
            await self._handle(event)
            path = self._target().ancestors_with_self  # now: a key tells an app that thought nobody looks where it goes
            self._rise([*path, path[-1]])  # the app's twice: what a key asks for, such as a focus, comes behind it

    def _rise(self, path: Sequence[DOMNode]) -> None:
        """Follows the key through the queues of `path`, which ends with the app's; a node that has gone is left out."""
        for place, node in enumerate(path, start=1):
            if node.call_later(partial(self._rise, path[place:]) if place < len(path) else self._next):
                return


def _repeats(key: Key, before: Key) -> bool:
    """Whether it comes so soon that only a held key sends it."""
    return key.key == before.key and key.time - before.time < REPEATED
