"""The split adviser of the notes: what shares suit m examples."""

DEV_EXAMPLES = 10_000
"""Enough to tell two experiments apart."""


def advised_split(examples: int) -> tuple[float, float, float]:
    """Shares for train, dev, test: 60/20/20 for small sets, 98/1/1 at a million, 99/0.5/0.5 beyond it.

    In between dev and test get about 10 000 examples each (course notes, "Train/Dev/Test sets").
    """
    share = 0.005 if examples > 1_000_000 else min(0.2, DEV_EXAMPLES / examples)
    return 1 - 2 * share, share, share
