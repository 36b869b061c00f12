"""How many updates an engine is left alone for, before anybody looks up: at the clock, or who still waits."""

STRIDE = 0.05
"""Seconds, about."""


def next_stride(most: int, updates: int, seconds: float) -> int:
    """How many updates come next after so many took so long; at most twice as many as there were to be at most."""
    fitting = int(updates * STRIDE / seconds) if seconds > 0 else 2 * most
    return max(1, min(fitting, 2 * most))
