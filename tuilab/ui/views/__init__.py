"""The views of a run, in the order of their tabs."""

from tuilab.ui.views.curves import CurvesView
from tuilab.ui.views.view import View

VIEWS: tuple[type[View], ...] = (CurvesView,)

__all__ = ["VIEWS", "View"]
