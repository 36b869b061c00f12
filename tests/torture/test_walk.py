"""The walk of a new user through the whole lab where there is room for two columns."""

from tests.test_walk import walk
from tuilab.lab import Lab


def test_in_a_wide_terminal(lab: Lab) -> None:
    walk(lab, 120, 40)
