"""The views of a run, in the order of their tabs."""

from tuilab.ui.views.boundary import BoundaryView
from tuilab.ui.views.curves import CurvesView
from tuilab.ui.views.data import DataView
from tuilab.ui.views.inputs import InputsView
from tuilab.ui.views.machine import MachineView
from tuilab.ui.views.mistakes import MistakesView
from tuilab.ui.views.signal import SignalView
from tuilab.ui.views.trust import TrustView
from tuilab.ui.views.units import UnitsView
from tuilab.ui.views.view import View
from tuilab.ui.views.weights import WeightsView

VIEWS: tuple[type[View], ...] = (
    CurvesView, BoundaryView, SignalView, UnitsView, WeightsView, InputsView, DataView, MistakesView, TrustView,
    MachineView
)  # fmt: skip

__all__ = ["VIEWS", "View"]
