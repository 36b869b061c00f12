"""Logs of strangers: a grammar over the events that makes extreme, contradictory, repeated and reordered ones.

Every line has its checksum right, so that what it says is all that is wrong with it.
"""

import json
import random
import zlib
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np
from msgspec import to_builtins
from msgspec.structs import replace

from tests.runs.events import finished, progress, started
from tuilab.events import (
    AnyEvent,
    Card,
    Continued,
    Cost,
    DataFile,
    Edited,
    Layers,
    Machine,
    Memory,
    Parts,
    Paused,
    Resumed,
    Signal,
    Tally,
    Target,
    Threshold,
    Trouble,
    encode,
)

Line = dict[str, Any]
EXTREMES: tuple[Any, ...] = (
    *(0, 1, -1, 5, 0.5, -0.0, 5e-324, 1e-300, 1e-9, 1e15, 2**53, 2**63, 1e150, 1e308, -1e308, 10**400),
    *("nan", "inf", "-inf", "", "x" * 100_000, "\x1b[31m\u202e\x9b", "[link=x][/", "0.5", None, True, [], {}),
    *([0], [5.0], ["nan"], [1e308, -1e308], [3, 2, 1], list(range(2000)), ["a"] * 300, {"a": 1}),
)
"""What may stand where a number, a text or a list should."""


def layers(rows: int, value: float = 0.5) -> Layers:
    return Layers(**{name: np.full(rows, value) for name in Layers.__struct_fields__})


def _samples() -> list[AnyEvent]:
    """Events of one sound run, in order, of every kind and with every field."""
    tally = Tally(examples=(3, 3), predicted=(2, 4), right=(2, 3))
    both = Parts(train=tally, dev=tally)
    seen = Memory(used=10**9, total=10**10)
    machine = Machine(
        time=3, iteration=20, seconds=2.0, cores=2, trainer_cpu=1.0, cpu=0.5, trainer_memory=10**8, memory=seen,
        cards=(Card(name="card", busy=0.5, memory=seen, power=200.0, temperature=60.0),),
    )  # fmt: skip
    file = DataFile(place="data.source", file="a.csv", size=10, modified=10, checksum="0" * 64)
    return [
        replace(
            started(1.0), labels=Parts(train=(3, 3), dev=(1, 1)), notes=("a note",), data=(file,), engine="numpy 2"
        ),
        Signal(time=1.0, iteration=0, layers=layers(2)),
        *(progress(10 * k, *np.exp(-np.arange(10 * k - 9, 10 * k + 1) / 30)) for k in range(1, 6)),
        machine,
        Edited(time=5, iteration=50, path="optimization.learning_rate", value="0.5"),
        Paused(time=6, iteration=50),
        Continued(time=7, iteration=50),
        *(progress(10 * k, 0.1, 0.2, 0.1) for k in range(6, 10)),
        Trouble(time=8, message="the checkpoint cannot be saved: no room"),
        Trouble(time=8, message=""),
        Resumed(time=9, iteration=60, seconds=6.0, costs_before=60, errors_before=61, edits={}, note="why"),
        *(progress(10 * k, 0.1, 0.2, 0.1) for k in range(7, 10)),
        Signal(time=9, iteration=90, layers=layers(2)),
        replace(
            finished(1000),
            cost=Cost(data=0.1, penalty=0.1, total=0.2),
            error=Parts(train=0.1, dev=0.2, test=0.3),
            tally=both,
            threshold=Threshold(value=0.3, tally=tally),
            kept_iteration=900,
            sparsity=0.5,
        ),
    ]


SOUND: list[Line] = [json.loads(encode(event)) for event in _samples()]
TARGET: Line = to_builtins(Target(name="price", mean=5.0, scale=2.0, deviation=Parts(train=2.0, dev=1.0)))


def line(told: Line) -> bytes:
    """A line of the log that says so, with its checksum."""
    body = json.dumps(told, separators=(",", ":")).encode()
    return b'{"crc":"%08x",%s\n' % (zlib.crc32(body), body[1:])


def log(seed: int) -> bytes:
    """The log of a stranger: what a sound run says, changed in one to forty ways."""
    chance = random.Random(seed)
    events = deepcopy(SOUND)
    if chance.random() < 0.3:  # a regression
        events[0] |= {"target": dict(TARGET), "classes": [], "labels": {}}
        events[-1] |= {"tally": {}, "threshold": None}
    for _ in range(chance.choice((1, 2, 5, 40))):
        chance.choice(_WAYS)(chance, events)
    lines = [line(one) for one in events]
    if chance.random() < 0.1:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice((b"\x00" * 99, b"\n\n", b"{}\n", b"[[[\n")))
    return b"".join(lines)


def _extreme(chance: random.Random, events: list[Line]) -> None:
    """A value that is out of all range, or nearly."""
    parent, key = chance.choice(list(_places(chance.choice(events))))
    parent[key] = deepcopy(chance.choice(EXTREMES))


def _scaled(chance: random.Random, events: list[Line]) -> None:
    """All numbers of a column beyond each other."""
    columns = [(one, key) for one, key in _places(chance.choice(events)) if isinstance(one[key], list)]
    if columns:
        parent, key = chance.choice(columns)
        size = len(parent[key])
        parent[key] = [chance.choice((1e308, -1e308, 1e-308, 0.0, 1.0, "nan", "inf", "-inf")) for _ in range(size)]


def _repeated(chance: random.Random, events: list[Line]) -> None:
    place = chance.randrange(len(events))
    events[place:place] = [deepcopy(events[place]) for _ in range(chance.choice((1, 3, 200)))]


def _reordered(chance: random.Random, events: list[Line]) -> None:
    place, other = chance.randrange(len(events)), chance.randrange(len(events))
    events[place], events[other] = events[other], events[place]


def _lost(chance: random.Random, events: list[Line]) -> None:
    if len(events) > 1:
        del events[chance.randrange(len(events))]


def _contradicted(chance: random.Random, events: list[Line]) -> None:
    """Something of the run is another thing from here on."""
    said = {
        "layers": chance.choice(([2, 1], [2, 3, 4, 5, 3], [1] * 1002, [1] * 1003, [3], [])),
        "classes": chance.choice((["a"], ["a", "b", "c"], [f"c{k}" for k in range(5000)], [])),
        "examples": chance.choice(({"train": 2**53}, {"dev": 1}, {})),
        "target": chance.choice((None, TARGET, TARGET | {"scale": 1e-300}, TARGET | {"deviation": {"train": 5e-324}})),
        "iterations": chance.choice((0, 1, 2**53)),
        "labels": chance.choice(({}, {"train": [1, 10**6]}, {"train": [0, 0]}, {"train": [1]})),
    }
    key = chance.choice(list(said))
    told = {**deepcopy(SOUND[0]), key: deepcopy(said[key])}
    events.insert(chance.randrange(len(events) + 1), told)


def _many(chance: random.Random, events: list[Line]) -> None:
    """Ever more of something small."""
    kinds: tuple[Line, ...] = (
        {"event": "edited", "iteration": 5, "path": "a", "value": "1"},
        {"event": "resumed", "iteration": 50, "seconds": 1, "costs_before": 50, "errors_before": 50},
        {"event": "paused", "iteration": 5},
        {"event": "continued", "iteration": 5},
        {"event": "unheard of"},
    )
    kind, other = chance.choice(kinds), chance.choice(kinds)
    made = [{**(kind if k % 2 else other), "time": k, "path": f"a.{k}"} for k in range(chance.choice((10, 300)))]
    place = chance.randrange(len(events) + 1)
    events[place:place] = made


_WAYS = (_extreme, _extreme, _extreme, _scaled, _repeated, _reordered, _lost, _contradicted, _many)


def _places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in an event that holds a value: what holds it, and its key there."""
    pairs = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in list(pairs)[:20]:
        if key != "event":
            yield told, key
            yield from _places(value)
