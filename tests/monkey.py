"""Hands that press anything: the same keys, pastes, clicks and sizes for the same seed."""

import random
from collections.abc import Iterator
from typing import Literal, NamedTuple

LETTERS = "abcdefgijklmnopqrstuvwyRG0123456789.+-/?[] "
NAMED = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "end": "\x1b[F",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "ctrl+p": "\x10",
    "ctrl+r": "\x12",
    "ctrl+s": "\x13",
    "ctrl+u": "\x15",
    "ctrl+l": "\x0c",
    "f1": "\x1bOP",
}
"""What a terminal sends for the keys that are no letters."""
ROOMS = ("b", "t", "o", "g", "e", "m", "w", "?", "ctrl+p", "c", "n", "d", "s", "p", "v")
"""Keys that lead from one screen to another."""
PASTES = ("0.5", "9, 4", "circles", "a\nb", "\x1b[31m\u202e", "x" * 3000, "")
SIZES = ((120, 40), (80, 24), (60, 15), (20, 5), (1, 1), (200, 60))
SLOWEST = 0.06
"""Seconds between two acts, at most."""


class Act(NamedTuple):
    """What a hand does after `pause` seconds: `what` is the key or the text; `x` and `y` a place or a size."""

    pause: float
    kind: Literal["key", "paste", "click", "resize"]
    what: str = ""
    x: int = 0
    y: int = 0


def acts(seed: int, number: int) -> Iterator[Act]:
    """So many acts: single keys, the ways in and out of rooms, a key that is held, and now and then something else."""
    hand = random.Random(seed)
    made = 0
    while made < number:
        for act in _next(hand):
            made += 1
            yield act._replace(pause=act.pause if act.pause else hand.uniform(0, SLOWEST))


def _next(hand: random.Random) -> list[Act]:
    chance = hand.random()
    if chance < 0.06:  # held: as fast as a terminal repeats it, and faster
        return [Act(hand.uniform(0.0001, 0.03), "key", _key(hand))] * hand.randint(2, 15)
    if chance < 0.40:
        return [Act(0, "key", hand.choice(ROOMS))]
    if chance < 0.60:
        return [Act(0, "key", hand.choice(("enter", "enter", "escape", "tab", "down", "up", "]")))]
    if chance < 0.63:
        return [Act(0, "paste", hand.choice(PASTES))]
    if chance < 0.68:
        return [Act(0, "click", x=hand.randrange(120), y=hand.randrange(40))]
    if chance < 0.70:
        return [Act(0, "resize", "", *hand.choice(SIZES))]
    return [Act(0, "key", _key(hand))]


def _key(hand: random.Random) -> str:
    return hand.choice((*LETTERS, *NAMED))
