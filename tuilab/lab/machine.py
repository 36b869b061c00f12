"""What a run's log says of the machine, as columns."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from tuilab.events import Card, Column, Columns, Machine


class MachinePoints(Columns, frozen=True):
    """What the machine did, a row each time that it was looked at, after so many updates and seconds of training."""

    iteration: Column
    seconds: Column
    trainer_cpu: Column
    """Cores that the trainer used."""
    cpu: Column
    """Share of all cores that anybody used."""
    trainer_memory: Column
    """Bytes."""
    memory: Column
    """Bytes of the machine's that were in use."""


class CardPoints(Columns, frozen=True):
    """What one card did; NaN where it did not tell."""

    iteration: Column
    seconds: Column
    busy: Column
    """Share of the time."""
    memory: Column
    """Bytes in use."""
    power: Column
    """Watts."""
    temperature: Column
    """Degrees Celsius."""


class CardSeen(Struct, frozen=True, kw_only=True):
    """A card, and what it did."""

    name: str
    memory: int
    """Bytes that it has; 0 if it did not tell."""
    points: CardPoints


def machine_points(seen: Sequence[Machine]) -> MachinePoints:
    """The columns of all that was seen of the machine itself."""
    return MachinePoints(
        iteration=_column(seen, lambda one: one.iteration),
        seconds=_column(seen, lambda one: one.seconds),
        trainer_cpu=_column(seen, lambda one: one.trainer_cpu),
        cpu=_column(seen, lambda one: one.cpu),
        trainer_memory=_column(seen, lambda one: one.trainer_memory),
        memory=_column(seen, lambda one: one.memory.used),
    )


def cards(seen: Sequence[Machine]) -> tuple[CardSeen, ...]:
    """Its cards by their number. Of a run that went on elsewhere one may have been seen some of the time."""
    return tuple(
        _card([one for one in seen if place < len(one.cards)], place)
        for place in range(max((len(one.cards) for one in seen), default=0))
    )


def _card(seen: Sequence[Machine], place: int) -> CardSeen:
    def column(figure: Callable[[Card], float | None]) -> Column:
        return _column(seen, lambda one: figure(one.cards[place]))

    last = seen[-1].cards[place]
    return CardSeen(
        name=last.name,
        memory=last.memory.total if last.memory else 0,
        points=CardPoints(
            iteration=_column(seen, lambda one: one.iteration),
            seconds=_column(seen, lambda one: one.seconds),
            busy=column(lambda card: card.busy),
            memory=column(lambda card: card.memory.used if card.memory else None),
            power=column(lambda card: card.power),
            temperature=column(lambda card: card.temperature),
        ),
    )


def _column(seen: Sequence[Machine], figure: Callable[[Machine], float | None]) -> Column:
    told = map(figure, seen)
    return np.array([math.nan if number is None else number for number in told], np.float64)
