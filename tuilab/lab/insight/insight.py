"""What every insight has in common."""

from functools import cached_property
from typing import Any, Self

from msgspec import Struct

from tuilab.experiment import Experiment
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot


def _view(name: str) -> str:
    """What the view is called that shows the insight of this name."""
    return name.removesuffix("Insight").lower()


class Insight(Struct, frozen=True, kw_only=True, eq=False, dict=True, tag_field="view", tag=_view):
    """What there is to be seen of a run, or of an experiment at iteration 0: plain data, and the words that say it.

    Its fields are texts, numbers, arrays and structs of such. A number that is not finite is absent (None), in an
    array NaN or ±∞; in JSON all of these are null. Texts may come from anywhere; the words are cleaned.
    """

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """That of `experiment`, or of the run that `snapshot` is of. May take long.

        `choice` is which of several things a person wants to see, None for the first one. Raises `BadInput` where
        there is nothing to be seen.
        """
        raise NotImplementedError

    @cached_property
    def said(self) -> str:
        """What is to be seen, in a sentence or some; each line end parts two."""
        raise NotImplementedError

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The figures behind it as a table, its head first; nothing, where the sentence says all."""
        return ()

    @property
    def text(self) -> str:
        """All that the view shows, in plain text."""
        return "\n".join([self.said, *(("", *self.lines) if self.lines else ())])
