"""Several runs in one figure: every run with its own color and glyph, or the seeds of one as mean and band. Pure."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from tuilab.events import Column
from tuilab.lab import Snapshot
from tuilab.lab.comparison import band, same_but_seed
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.ui.figures.curves import iterations
from tuilab.ui.figures.livery import Livery, liveries
from tuilab.ui.plots import Figure, Series

PartName = Literal["dev", "train"]
_Curve = Callable[[Snapshot], tuple[Column, Column]]
BAND = "band: from the lowest to the highest of the seeds"


def cost_of_all(snapshots: Sequence[Snapshot], *, log: bool | None, banded: bool) -> Figure:
    """The total cost of each run."""

    def curve(snapshot: Snapshot) -> tuple[Column, Column]:
        return snapshot.view.cost.iteration, snapshot.view.cost.total

    return _figure("Total cost", snapshots, curve, log=log, banded=banded)


def error_of_all(snapshots: Sequence[Snapshot], part: PartName, *, banded: bool) -> Figure:
    """The error of each run on one part of the data, in percent."""

    def curve(snapshot: Snapshot) -> tuple[Column, Column]:
        return snapshot.view.error.iteration, 100 * getattr(snapshot.view.error, part)

    percent = snapshots[0].view.task.words.percent if snapshots else ""
    return _figure(
        f"{part.capitalize()} {percent[:1].lower()}{percent[1:]}", snapshots, curve, log=False, banded=banded
    )


def _figure(title: str, snapshots: Sequence[Snapshot], curve: _Curve, *, log: bool | None, banded: bool) -> Figure:
    known = liveries([snapshot.name for snapshot in snapshots])
    groups = same_but_seed([snapshot.experiment for snapshot in snapshots])
    series: list[Series] = []
    note = ""
    for places in groups:
        members = [snapshots[place] for place in places]
        if banded and len(members) > 1:
            series += _band(members, curve, known[members[0].name])
            note = BAND
        else:
            series += [Series(one.name, *curve(one), *known[one.name]) for one in members]
    last = max((iterations(CurvesInsight.of(one))[1] for one in snapshots), default=1.0)
    return Figure(
        title=title, series=tuple(series), x_label="iteration", log_y=log, x_range=(0.0, last), note=note, robust=True
    )


def _band(members: Sequence[Snapshot], curve: _Curve, livery: Livery) -> list[Series]:
    """Mean, lowest and highest of the members that have points."""
    curves = [curve(member) for member in members]
    measured = [one for one in curves if np.isfinite(one[1]).any()]
    found = band(measured)
    return [
        Series("lowest", found.iteration, found.low, "muted", "-"),
        Series("highest", found.iteration, found.high, "muted", "+"),
        Series(f"mean of {len(measured)} seeds", found.iteration, found.mean, *livery),
    ]
