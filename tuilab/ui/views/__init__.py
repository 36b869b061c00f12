"""The views of a run, in the order of their tabs: the one called curves is `CurvesView` of `curves`."""

from importlib import import_module
from typing import get_args

from tuilab.presets import ViewName
from tuilab.ui.views.view import View

VIEWS: tuple[type[View], ...] = tuple(
    getattr(import_module(f"{__name__}.{name}"), f"{name.capitalize()}View") for name in get_args(ViewName)
)

__all__ = ["VIEWS", "View"]
