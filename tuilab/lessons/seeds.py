"""The seeds of a lesson, checked by as many processes as there are cores; nobody waits in this one's interpreter."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any

import msgspec
from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.data import Prepare, prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lessons.claims import SeedOutcome, Verification, asked, check, wants
from tuilab.presets import Lesson
from tuilab.queue.cores import cores
from tuilab.search import Search
from tuilab.spawning import ONE_THREAD


class SeedOrder(Struct, frozen=True, kw_only=True):
    """What a worker is told: the lesson, and the numbers of the seeds that are its own. 0 `seeds`: as claims ask."""

    experiment: str
    """As TOML."""
    lesson: Lesson
    numbers: tuple[int, ...]
    seeds: int
    search: Search | None = None


class SeedReport(Struct, frozen=True, kw_only=True):
    """What a worker says of one seed; `fault` if there is nothing to say."""

    number: int = 0
    outcomes: tuple[SeedOutcome, ...] = ()
    """Of the claims that want this seed, in order."""
    fault: str = ""
    path: str = ""


def verify(
    experiment: Experiment, lesson: Lesson, data: Prepare = prepare, seeds: int = 0, search: Search | None = None
) -> list[Verification]:
    """Checks the claims of a lesson on so many seeds, or on as many as each asks for. Raises `BadInput`."""
    *_, end = verifying(experiment, lesson, data, seeds, search)
    return [one for one in end if one is not None]


def verifying(
    experiment: Experiment, lesson: Lesson, data: Prepare = prepare, seeds: int = 0, search: Search | None = None
) -> Generator[list[Verification | None], None, None]:
    """The same while it goes on: what is known of the first claims so far, again and again; None of one that waits.

    Raises `BadInput`.
    """
    if asked(lesson, seeds) == 1:
        found: list[Verification | None] = []
        yield []
        for claim, outcome in zip(lesson.claims, check(experiment, lesson.claims, data, search), strict=True):
            found.append(Verification(claim=claim, outcomes=(outcome,), asked=seeds))
            yield list(found)
        return
    known: dict[int, dict[int, SeedOutcome]] = {place: {} for place in range(len(lesson.claims))}
    for report in _reports(experiment, lesson, asked(lesson, seeds), seeds, search):
        wanting = [place for place, claim in enumerate(lesson.claims) if wants(claim, report.number, seeds)]
        for place, outcome in zip(wanting, report.outcomes, strict=True):
            known[place][report.number] = outcome
        yield [
            Verification(claim=claim, outcomes=tuple(one for _, one in sorted(known[place].items())), asked=seeds)
            if known[place]
            else None
            for place, claim in enumerate(lesson.claims)
        ]


def _reports(
    experiment: Experiment, lesson: Lesson, count: int, seeds: int, search: Search | None
) -> Iterator[SeedReport]:
    """What the workers say, as it comes. Raises `BadInput`. They end with this generator."""
    workers = min(cores(), count)
    said: SimpleQueue[SeedReport] = SimpleQueue()
    text = experiments.dumps(experiment)
    orders = [
        SeedOrder(
            experiment=text, lesson=lesson, numbers=tuple(range(first, count, workers)), seeds=seeds, search=search
        )
        for first in range(workers)
    ]
    processes = [_start() for _ in orders]
    try:
        for process, order in zip(processes, orders, strict=True):
            Thread(target=_listen, args=(process, order, said), daemon=True).start()
        for _ in range(count):
            report = said.get()
            if report.fault:
                raise BadInput(report.fault, path=report.path)
            yield report
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _start() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tuilab.lessons"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env={**ONE_THREAD, **os.environ}, **pipes)


def _listen(process: "subprocess.Popen[bytes]", order: SeedOrder, said: "SimpleQueue[SeedReport]") -> None:
    """Tells a worker its order, and all that it answers to `said`."""
    assert process.stdin is not None and process.stdout is not None
    left = list(order.numbers)
    with suppress(OSError, ValueError), process.stdin as told, process.stdout as answers:
        told.write(msgspec.json.encode(order) + b"\n")
        told.flush()
        for line in answers:
            left.pop()
            said.put(msgspec.convert(json.loads(line), SeedReport))
    if left:
        said.put(SeedReport(fault="a process that checks its claims was ended", path="lesson"))


def main() -> None:
    """A worker: reads an order, checks its seeds, writes a line for each; it ends when nobody listens."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=SeedOrder)
    lesson, first = order.lesson, experiments.loads(order.experiment)
    for number in order.numbers:
        try:
            seeded = edit(first, {"seed": str(first.seed + number)})
            claims = [claim for claim in lesson.claims if wants(claim, number, order.seeds)]
            report = SeedReport(number=number, outcomes=tuple(check(seeded, claims, search=order.search)))
        except BadInput as error:
            report = SeedReport(fault=error.message, path=error.path)
        print(json.dumps(msgspec.to_builtins(report)), flush=True)  # which has a word for what is not finite
