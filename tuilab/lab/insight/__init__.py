"""What there is to be seen of a run or of an experiment at iteration 0: an insight a file, a view of the app each.

For a new one: its file here, its drawing in `tuilab.ui.views`, both called as the view is, and its name in `ViewName`.
"""

from importlib import import_module
from typing import get_args

from tuilab.lab.insight.insight import Insight
from tuilab.presets import ViewName

INSIGHTS: dict[str, type[Insight]] = {
    name: getattr(import_module(f"{__name__}.{name}"), f"{name.capitalize()}Insight") for name in get_args(ViewName)
}
"""By the name of their view, in the order of the tabs."""

__all__ = ["INSIGHTS", "Insight"]
