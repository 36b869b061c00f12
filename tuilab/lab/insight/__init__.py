"""What there is to be seen of a run or of an experiment at iteration 0: an insight a file, a view of the app each.

For a new one: its file here, its drawing in `tuilab.ui.views`, and a line in the list of either.
"""

from tuilab.lab.insight.boundary import BoundaryInsight
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.insight.data import DataInsight
from tuilab.lab.insight.inputs import InputsInsight
from tuilab.lab.insight.insight import Insight
from tuilab.lab.insight.machine import MachineInsight
from tuilab.lab.insight.mistakes import MistakesInsight
from tuilab.lab.insight.signal import SignalInsight
from tuilab.lab.insight.trust import TrustInsight
from tuilab.lab.insight.units import UnitsInsight
from tuilab.lab.insight.weights import WeightsInsight

INSIGHTS: dict[str, type[Insight]] = {
    "curves": CurvesInsight,
    "boundary": BoundaryInsight,
    "signal": SignalInsight,
    "units": UnitsInsight,
    "weights": WeightsInsight,
    "inputs": InputsInsight,
    "data": DataInsight,
    "mistakes": MistakesInsight,
    "trust": TrustInsight,
    "machine": MachineInsight,
}
"""By the name of their view."""

__all__ = ["INSIGHTS", "Insight"]
