"""A typist: random values for three fields in a row, typed at any pace into a real terminal; the same for a seed."""

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.terminal import Terminal
from tuilab.experiment import dumps, edit, get, knobs, loads
from tuilab.lab import Lab
from tuilab.ui.panels.experiment import OPEN

FIELDS = {
    "optimization.learning_rate": "learning rate α",
    "optimization.iterations": "iterations",
    "optimization.batch_size": "batch size",
}
"""What is typed, one after the other, a tab between; and what stands before it on the screen."""
BEGINNING = loads('title = "Small"\n[data]\nsource = "blobs"\nexamples = 60\n[network]\nhidden = [3]\n')
TAB, BACK, BACKSPACE, RUN = "\t", "\x1b[Z", "\x7f", "\x12"


class Phrase(NamedTuple):
    """The text of each field, the keys that make it, and the seconds between two of them."""

    texts: dict[str, str]
    keys: list[str]
    pace: float


def phrases(seed: int, number: int, slowest: float, fastest: float) -> Iterator[Phrase]:
    """So many, each at its own pace between `slowest` and `fastest` keys a second."""
    hand = random.Random(seed)
    for _ in range(number):
        values = (
            f"{hand.uniform(0.001, 2):.{hand.randint(3, 12)}f}",
            str(hand.randint(1, 99)),
            hand.choice(("full", str(hand.randint(1, 36)))),
        )
        keys = [BACK, BACK]  # into the first field: what stands in it is marked, and the first letter takes its place
        for text in values:
            for letter in text:
                slip = [hand.choice("0123456789.x"), BACKSPACE] if hand.random() < 0.1 else []
                keys += [*slip, letter]
            keys.append(TAB)
        yield Phrase(dict(zip(FIELDS, values, strict=True)), keys[:-1], 1 / hand.uniform(slowest, fastest))


def type_all(seed: int, number: int, folder: Path, slowest: float, fastest: float, every: int = 1) -> None:
    """Types them into the lab, whose UI thread stands still at random: what is typed must be what comes of it.

    One of `every` so many is trained, by a key right behind its last letter; of the others only the screen tells.
    """
    preset, lab, trained = folder / "small.toml", Lab(), 0
    preset.write_text(dumps(BEGINNING))
    with Terminal(program=(sys.executable, "-m", "tests.stalled", str(seed), "open", str(preset))) as terminal:
        terminal.wait("r Run")
        terminal.press(way())
        terminal.wait("batch size: ")
        for place, (texts, keys, pace) in enumerate(phrases(seed, number, slowest, fastest), start=1):
            runs = place % every == 0
            for key in [*keys, *([RUN] if runs else [])]:
                terminal.press(key)
                terminal.read_for(pace)
            wanted = edit(BEGINNING, texts)
            for path, title in FIELDS.items():  # a field that was left shows the value as the lab writes it
                terminal.wait(rf"{title}\s+{re.escape(knobs()[path].format(get(wanted, path)))}\s")
            if runs:
                trained += 1
                name = f"blobs-{trained:04}"
                terminal.wait(name)
                assert lab.follow(name).poll().experiment == wanted


def way() -> str:
    """The keys that lead to the last of the fields."""
    stops: list[str] = []
    for path in knobs():
        section = path.rpartition(".")[0]
        stops += [section] if section not in stops else []  # the title of the panel
        stops += [path] if section in OPEN else []
    return "\r" + TAB * (stops.index([*FIELDS][-1]) - stops.index("data.source"))
