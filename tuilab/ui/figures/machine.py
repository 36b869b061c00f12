"""Figures of the machine over the seconds of training: what was seen of it in, figures out. Pure."""

import numpy as np

from tuilab.arrays import Array
from tuilab.lab.insight.machine import MachineInsight
from tuilab.ui.figures.known import CARD, MACHINE, TRAINER, Known
from tuilab.ui.plots import Figure, Series


def figures(seen: MachineInsight) -> tuple[Figure, ...]:
    """How busy processor and card are, their memory, and of the busiest card power and temperature; none at first."""
    points, card = seen.points, seen.busiest
    if not len(points.seconds):
        return ()
    at = points.seconds
    busy = [
        TRAINER.series(at, 100 * points.trainer_cpu / seen.cores),
        MACHINE.series(at, 100 * points.cpu),
    ]
    memory = [
        TRAINER.series(at, 100 * points.trainer_memory / seen.memory),
        MACHINE.series(at, 100 * points.memory / seen.memory),
    ]
    if card is None:
        return _figure("Busy, %", busy), _figure("Memory in use, %", memory)
    told = card.points
    busy.append(CARD.series(told.seconds, 100 * told.busy))
    if card.memory:
        memory.append(CARD.series(told.seconds, 100 * told.memory / card.memory))
    return (
        _figure("Busy, %", busy),
        _figure("Memory in use, %", memory),
        *_alone("Power, W", CARD, told.seconds, told.power),
        *_alone("Temperature, °C", CARD, told.seconds, told.temperature),
    )


def _alone(title: str, known: Known, x: Array, y: Array) -> tuple[Figure, ...]:
    """The figure of one curve; none where nothing was told."""
    return () if np.isnan(y).all() else (_figure(title, [known.series(x, y)]),)


def _figure(title: str, series: list[Series]) -> Figure:
    return Figure(title, tuple(series), "seconds of training")
