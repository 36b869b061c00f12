"""What the machine does while the run trains: processor, memory and cards."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Self

import numpy as np

from tuilab.events import Column
from tuilab.experiment import Experiment
from tuilab.lab.insight.insight import Insight
from tuilab.lab.machine import CardSeen, MachinePoints, cards, machine_points
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.text import clean
from tuilab.words import number, plural, size
from tuilab.words.table import aligned

HEAD = ("", "last", "mean", "highest")
NOTHING = "The machine is looked at once a second of training"


class MachineInsight(Insight, frozen=True, kw_only=True, eq=False):
    """What was seen of a machine with so many `cores` and bytes of `memory`, at the last look; 0 before the first."""

    begun: bool
    """Whether there is a run."""
    cores: int = 0
    memory: int = 0
    points: MachinePoints
    cards: tuple[CardSeen, ...] = ()

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """What the log of the run says; without a run nothing."""
        return cls.of(snapshot) if snapshot else cls(begun=False, points=machine_points(()))

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """That of a run."""
        seen = snapshot.view.machine
        return cls(
            begun=True,
            cores=seen[-1].cores if seen else 0,
            memory=seen[-1].memory.total if seen else 0,
            points=machine_points(seen),
            cards=cards(seen),
        )

    @property
    def busiest(self) -> CardSeen | None:
        """The card that computed the most."""
        told = [card for card in self.cards if not np.isnan(card.points.busy).all()]
        return max(told, key=lambda card: np.nanmean(card.points.busy), default=None)

    @cached_property
    def said(self) -> str:
        """What it did at the last look."""
        points = self.points
        if not len(points.seconds):
            return f"{NOTHING}; {'this run has had no such look' if self.begun else 'there is no run yet'}."
        lines = [
            f"At the last look, after {points.seconds[-1]:,.0f} s of training, the trainer used "
            f"{points.trainer_cpu[-1]:.2f} of {plural(self.cores, 'core')} and {size(points.trainer_memory[-1])}; the "
            f"machine was {_share(points.cpu[-1])} busy, {size(points.memory[-1])} of its {size(self.memory)} in use.",
            *(_sentence(place, card) for place, card in enumerate(self.cards)),
        ]
        return "\n".join(lines)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The last, the mean and the highest of each figure."""
        points = self.points
        if not len(points.seconds):
            return ()
        rows = [
            HEAD,
            _row("trainer, cores", points.trainer_cpu, "{:.2f}".format),
            _row("trainer, memory", points.trainer_memory, size),
            _row("machine, busy", points.cpu, _share),
            _row("machine, memory", points.memory, size),
        ]
        for place, card in enumerate(self.cards):
            told = card.points
            rows += [
                _row(f"card {place}, busy", told.busy, _share),
                _row(f"card {place}, memory", told.memory, size),
                _row(f"card {place}, W", told.power, number),
                _row(f"card {place}, °C", told.temperature, number),
            ]
        return aligned(rows, "lr")


def _sentence(place: int, card: CardSeen) -> str:
    """`Card 0, NVIDIA H100: 87 % busy, 40.2 GB of 85.9 GB in use, 512 W, 61 °C.`"""
    points = card.points
    figures: tuple[tuple[Column, Callable[[float], str]], ...] = (
        (points.busy, lambda busy: f"{_share(busy)} busy"),
        (points.memory, lambda used: f"{size(used)} of {size(card.memory)} in use"),
        (points.power, lambda power: f"{number(power)} W"),
        (points.temperature, lambda degrees: f"{number(degrees)} °C"),
    )
    told = [say(column[-1]) for column, say in figures if not np.isnan(column[-1])]
    name = f", {clean(card.name)}" if card.name else ""
    return f"Card {place}{name}: {', '.join(told) or 'it tells nothing'}."


def _row(name: str, column: Column, say: Callable[[float], str]) -> tuple[str, ...]:
    told = column[~np.isnan(column)]
    if not len(told):
        return (name, *["–"] * 3)
    last = say(column[-1]) if not np.isnan(column[-1]) else "–"
    return (name, last, say(float(told.mean())), say(float(told.max())))


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
