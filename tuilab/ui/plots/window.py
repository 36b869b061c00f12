"""The stretch of the x axis that is looked at: zoomed and panned within the whole. Pure."""

from tuilab.ui.plots.figure import Range

CLOSEST = 4.0
"""Iterations that a window holds at least."""


def zoomed(window: Range, factor: float, at: float, whole: Range) -> Range:
    """`window` made `factor` times as long; the point `at` keeps its place in it, where `whole` allows that."""
    length = min(max((window[1] - window[0]) * factor, min(CLOSEST, whole[1] - whole[0])), whole[1] - whole[0])
    at = min(max(at, window[0]), window[1])
    share = (at - window[0]) / (window[1] - window[0])
    return placed(at - share * length, length, whole)


def panned(window: Range, share: float, whole: Range) -> Range:
    """`window` moved by `share` of its length, within `whole`."""
    length = window[1] - window[0]
    return placed(window[0] + share * length, length, whole)


def reaching(window: Range, x: float, whole: Range) -> Range:
    """`window` moved as little as brings `x` into it, within `whole`."""
    length = window[1] - window[0]
    return placed(min(max(window[0], x - length), x), length, whole)


def placed(low: float, length: float, whole: Range) -> Range:
    """The window of that length that begins at `low`, or as near to it as `whole` allows."""
    if length >= whole[1] - whole[0]:
        return whole
    low = min(max(low, whole[0]), whole[1] - length)
    return low, low + length
