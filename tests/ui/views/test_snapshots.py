"""Pictures of views at the sizes that they have on a wide and on a narrow screen. `make snapshots` takes them anew."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.lab.insight.test_machine import watched
from tests.lab.insight.test_signal import layers
from tuilab import ui
from tuilab.lab.insight import Insight
from tuilab.lab.insight.boundary import BoundaryInsight, Placed
from tuilab.lab.insight.inputs import InputsInsight
from tuilab.lab.insight.machine import MachineInsight
from tuilab.lab.insight.mistakes import MistakesInsight
from tuilab.lab.insight.signal import SignalInsight
from tuilab.training.conditioning import Bowl
from tuilab.ui.views import View
from tuilab.ui.views.boundary import BoundaryView
from tuilab.ui.views.inputs import InputsView
from tuilab.ui.views.machine import MachineView
from tuilab.ui.views.mistakes import MistakesView
from tuilab.ui.views.signal import SignalView

Compare = Callable[..., bool]


def ring() -> BoundaryInsight:
    """Class 1 inside a circle, with a few examples, one of them wrong."""
    y, x = np.mgrid[-1:1:40j, -1:1:60j]
    turn = np.arange(0, 6, 0.3)
    radius = np.where(np.arange(20) % 2, 0.4, 0.9)
    right = np.arange(20) != 6
    examples = Placed(radius * np.cos(turn), radius * np.sin(turn), np.arange(20) % 2, right)
    return BoundaryInsight(
        iteration=100,
        x_name="x1",
        y_name="x2",
        ranks=(0, 1),
        features=2,
        classes=("0", "1"),
        x_range=(-1.0, 1.0),
        y_range=(-1.0, 1.0),
        areas=(np.hypot(x, y) < 0.65).astype(int),
        confidence=0.5 + np.minimum(0.5, 2 * np.abs(np.hypot(x, y) - 0.65)),
        train=examples,
        dev=examples,
    )


def fading() -> SignalInsight:
    scale = 0.5 ** np.arange(1.0, 31)
    report = layers(scale.tolist(), (1e-3 * scale[::-1]).tolist(), predicted=scale.tolist(), weight_norm=[0.7] * 30)
    kinds = (*["linear"] * 29, "output")
    return SignalInsight(iteration=0, iterations=(0,), units=(2,) * 30, activations=kinds, layers=report)


def two_bowls() -> InputsInsight:
    raw, normalized = (Bowl(smallest=1.0, largest=k, largest_rate=8 / k) for k in (1e4, 1.5))
    features = np.arange(1.0, 13)
    return InputsInsight(
        raw=raw,
        normalized=normalized,
        used=True,
        learning_rate=0.5,
        examples=100,
        features=tuple(f"x{place:.0f}" for place in features),
        mean=features,
        std=np.ones(12),
        low=features - 2,
        high=features + 2,
    )


def digits() -> MistakesInsight:
    image = np.linspace(0, 1, 64).reshape(8, 8)
    return MistakesInsight(
        iteration=100,
        part="dev",
        parts=("dev",),
        examples=357,
        wrong=7,
        classes=tuple("0123456789"),
        features=tuple(f"p{place}" for place in range(64)),
        confusion=np.eye(10, 11, dtype=int) * 35 + np.eye(10, 11, 3, dtype=int),
        places=np.arange(9),
        truth=np.full(9, 3),
        predicted=np.full(9, 8),
        probability=np.full(9, 0.97),
        unusual=np.zeros((9, 3), int),
        distance=np.zeros((9, 3)),
        values=np.zeros((9, 3)),
        cells=(("0",) * 3,) * 9,
        looked_at=357,
        mistakes=7,
        gap=None,
        slices=(),
        slice_names=(),
        tags=(),
        fault="",
        images=np.stack([np.rot90(image, turn) for turn in range(9)]),
    )


def machine() -> MachineInsight:
    return MachineInsight.of(watched())


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
    ("view", "make"),
    [
        (BoundaryView, ring),
        (SignalView, fading),
        (InputsView, two_bowls),
        (MistakesView, digits),
        (MachineView, machine),
    ],
)
def test_a_view(snap_compare: Compare, size: tuple[int, int], view: type[View], make: Callable[[], Insight]) -> None:
    shown = view()

    async def look(pilot: Pilot[None]) -> None:
        shown.insight = make()
        await pilot.pause()

    assert snap_compare(ViewApp(shown), terminal_size=size, run_before=look)
