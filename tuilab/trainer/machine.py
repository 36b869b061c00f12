"""What the machine does while a run trains, looked at once a second."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from statistics import fmean

import psutil
from msgspec.structs import replace

from tuilab.events import Card, Machine, Memory
from tuilab.trainer.cards import Cards

EVERY = 1.0
"""Seconds of training between two looks."""
POINTS = 1000
"""What was seen is told once in a part of the time so far: about 1000·(1 + log(t/1000)) times in t seconds."""


class Meter:
    """Looks at the machine from the time on when it is made, after so many seconds of training."""

    def __init__(self, seconds: float) -> None:
        self._looked = self._told = seconds
        self._at, self._used = time.perf_counter(), time.process_time()
        with suppress(Exception):  # as below
            psutil.cpu_percent()  # from here on: a trainer may have waited long for its run
        self._cards = Cards()
        self._seen: list[Machine] = []

    def look(self, iteration: int, seconds: float) -> Machine | None:
        """What is to be told of the machine, if a look is due and there is anything; no run fails for it."""
        if seconds < self._looked + EVERY:
            return None
        try:
            self._seen.append(self._now(iteration, seconds))
        except Exception:  # whatever a system refuses to tell
            return None
        finally:
            self._looked = seconds
        if seconds < self._told + seconds / POINTS:
            return None
        told, self._seen, self._told = merged(self._seen), [], seconds
        return told

    @cached_property
    def _process(self) -> psutil.Process:
        """The trainer's; a short run does not pay for it."""
        return psutil.Process()

    def _now(self, iteration: int, seconds: float) -> Machine:
        """What is seen of the machine and of the trainer now."""
        at, used = time.perf_counter(), time.process_time()
        # By the clock on the wall: in a pause a trainer looks for requests, and no second of training goes by.
        cores = (used - self._used) / (at - self._at)
        self._at, self._used = at, used
        memory = psutil.virtual_memory()
        return Machine(
            time=time.time(),
            iteration=iteration,
            seconds=seconds,
            cores=os.cpu_count() or 1,
            trainer_cpu=cores,
            cpu=min(1.0, psutil.cpu_percent() / 100),  # since it was last asked
            trainer_memory=self._process.memory_info().rss,
            memory=Memory(used=memory.total - memory.available, total=memory.total),
            cards=self._cards.look(),
        )


def merged(seen: Sequence[Machine]) -> Machine:
    """Several looks as one: means of what changes, of memory and temperature the highest, so that no peak is lost."""
    if len(seen) == 1:
        return seen[0]
    return replace(
        seen[-1],
        trainer_cpu=fmean(one.trainer_cpu for one in seen),
        cpu=fmean(one.cpu for one in seen),
        trainer_memory=max(one.trainer_memory for one in seen),
        memory=max((one.memory for one in seen), key=lambda memory: memory.used),
        cards=tuple(_merged_card(looks) for looks in zip(*(one.cards for one in seen), strict=False)),
    )


def _merged_card(seen: Sequence[Card]) -> Card:
    told = [one.memory for one in seen if one.memory is not None]
    return Card(
        name=seen[-1].name,
        busy=_mean([one.busy for one in seen]),
        memory=max(told, key=lambda memory: memory.used, default=None),
        power=_mean([one.power for one in seen]),
        temperature=max((one.temperature for one in seen if one.temperature is not None), default=None),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return fmean(told) if told else None
