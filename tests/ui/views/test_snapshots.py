"""Pictures of views at the sizes that they have on a wide and on a narrow screen. `make snapshots` takes them anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.ui.views.test_signal import layers
from tuilab import ui
from tuilab.training.boundary import Boundary, Examples
from tuilab.training.conditioning import Bowl
from tuilab.ui.views import View, boundary, inputs, mistakes, signal
from tuilab.ui.views.boundary import BoundaryView
from tuilab.ui.views.inputs import InputsView
from tuilab.ui.views.mistakes import MistakesView
from tuilab.ui.views.signal import SignalView

Compare = Callable[..., bool]


def ring() -> boundary.Insight:
    """Class 1 inside a circle, with a few examples, one of them wrong."""
    y, x = np.mgrid[-1:1:40j, -1:1:60j]
    turn = np.arange(0, 6, 0.3)
    radius = np.where(np.arange(20) % 2, 0.4, 0.9)
    right = np.arange(20) != 6
    examples = Examples(radius * np.cos(turn), radius * np.sin(turn), np.arange(20) % 2, right)
    inside = np.hypot(x, y) < 0.65
    confidence = 0.5 + np.minimum(0.5, 2 * np.abs(np.hypot(x, y) - 0.65))
    found = Boundary((0, 1), (-1.0, 1.0), (-1.0, 1.0), inside.astype(int), confidence, examples, examples)
    return boundary.Insight(
        found, (0, 1), 2, "Iteration 100: train 1 of 20 wrong.", "→ x1 -1 … 1   ↑ x2 -1 … 1\noO 0  xX 1"
    )


def fading() -> signal.Insight:
    scale = 0.5 ** np.arange(1.0, 31)
    report = layers(scale.tolist(), (1e-3 * scale[::-1]).tolist(), predicted=scale.tolist(), weight_norm=[0.7] * 30)
    return signal.insight(report, 0, (0,), (2,) * 31, ("linear",) * 29)


def two_bowls() -> inputs.Insight:
    raw, normalized = (Bowl(smallest=1.0, largest=k, largest_rate=8 / k) for k in (1e4, 1.5))
    rows = ("feature  μ  σ", *(f"x{i}       {i}  1" for i in range(1, 13)))
    return inputs.Insight(raw, normalized, True, "Normalizing takes the condition number from 1e+04 to 1.5.", rows)


def digits() -> mistakes.Insight:
    image = np.linspace(0, 1, 64).reshape(8, 8)
    rows = mistakes.matrix(np.eye(10, 11, dtype=int) * 35 + np.eye(10, 11, 3, dtype=int), tuple("0123456789"))
    pictures = tuple(np.rot90(image, turn) for turn in range(9))
    return mistakes.Insight("dev", "Iteration 100, dev: 9 of 350 wrong.", rows, pictures, ("3→8 97%",) * 9)


class ViewApp(App[None]):
    """One view, alone."""

    CSS_PATH = Path(ui.__file__).with_name("lab.tcss")

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        yield self._view


@pytest.mark.parametrize("size", [(68, 34), (78, 18)])
@pytest.mark.parametrize(
    ("view", "make"), [(BoundaryView, ring), (SignalView, fading), (InputsView, two_bowls), (MistakesView, digits)]
)
def test_a_view(snap_compare: Compare, size: tuple[int, int], view: type[View], make: Callable[[], Any]) -> None:
    shown = view()

    async def look(pilot: Pilot[None]) -> None:
        shown.insight = make()
        await pilot.pause()

    assert snap_compare(ViewApp(shown), terminal_size=size, run_before=look)
