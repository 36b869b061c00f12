"""Plots: a figure is a frozen value, drawn without knowing any widget; the widget knows nothing of training."""

from tuilab.ui.plots.chart import Chart
from tuilab.ui.plots.figure import Figure, VerticalLine
from tuilab.ui.plots.plot import Plot
from tuilab.ui.plots.series import Series

__all__ = ["Chart", "Figure", "Plot", "Series", "VerticalLine"]
