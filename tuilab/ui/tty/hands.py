"""Keys one by one: the next is looked at once all that heed the one before have heeded it.

Textual hands a key to whatever has the focus when it arrives, and from there it rises from queue to queue: a letter
that follows a tab, or an escape, at once would go to the field that was left.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from textual.dom import DOMNode
from textual.events import Key, Paste

HELD = 0.75
"""Seconds between a key and its first repetition, at most, where it is held; the others follow faster."""


class Hands:
    """What is typed. `handle` gives a key to the node that `target` names, from where it rises to the app."""

    def __init__(self, handle: Callable[[Key | Paste], Awaitable[None]], target: Callable[[], DOMNode]) -> None:
        self._handle, self._target = handle, target
        self._waiting: deque[Key | Paste] = deque()
        self._busy = False
        self._last: Key | None = None
        self.holding = False
        """Whether the key that is heeded now is the one before, held down."""

    async def take(self, event: Key | Paste) -> None:
        """Takes what was typed; on the app's queue."""
        self._waiting.append(event)
        if not self._busy:
            await self._next()

    async def _next(self) -> None:
        self._busy = bool(self._waiting)
        if self._busy:
            event = self._waiting.popleft()
            key, last = event if isinstance(event, Key) else None, self._last
            self.holding = bool(key and last and key.key == last.key and key.time - last.time < HELD)
            self._last = key
            path = self._target().ancestors_with_self
            await self._handle(event)
            self._rise([*path, path[-1]])  # the app's twice: what a key asks for, such as a focus, comes behind it

    def _rise(self, path: Sequence[DOMNode]) -> None:
        """Follows the key through the queues of `path`, which ends with the app's; a node that has gone is left out."""
        for place, node in enumerate(path, start=1):
            if node.call_later(partial(self._rise, path[place:]) if place < len(path) else self._next):
                return
