"""How many examples a property is tried on.

The suite is there to be run often: it tries a quarter of them. `--hypothesis-profile thorough` tries them all.
"""

from hypothesis import settings

THOROUGH = 100
"""Examples of a property that asks for no number of its own."""


def examples(number: int) -> settings:
    """Settings under which a property that is tried thoroughly is tried on `number` examples."""
    return settings(max_examples=number * settings().max_examples // THOROUGH)
