"""What every insight has in common."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.text import clean

MOST_LISTED = 12
"""Values that a refusal names one by one."""


def _view(name: str) -> str:
    """What the view is called that shows the insight of this name."""
    return name.removesuffix("Insight").lower()


class Insight(Struct, frozen=True, kw_only=True, eq=False, dict=True, tag_field="view", tag=_view):
    """What there is to be seen of a run, or of an experiment at iteration 0: plain data, and the words that say it.

    Its fields are texts, numbers, arrays and structs of such. A number that is not finite is absent (None), in an
    array NaN or ±∞; in JSON all of these are null. Texts may come from anywhere; the words are cleaned.
    """

    TURNS: ClassVar[tuple[str, ...]] = ()
    """Of what it shows one of several: a layer, a part of the data, …"""

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """That of `experiment`, or of the run that `snapshot` is of. May take long.

        `choice` is which of several things a person wants to see, None for the first one. Raises `BadInput` where
        there is nothing to be seen.
        """
        raise NotImplementedError

    @property
    def turns(self) -> dict[str, Sequence[str]]:
        """All that each of the `TURNS` can be turned to, as a person writes it; none where there is nothing to turn."""
        return {}

    def choice(self, places: Mapping[str, int]) -> Any:
        """What `look` takes so that it shows what stands at these places of the `turns`, of one of them or more."""
        raise NotImplementedError

    def turned(self, wanted: Mapping[str, str]) -> Any:
        """What `look` takes so that it shows what is `wanted`, {turn: value}. Raises `BadInput` if there is no such."""
        for name, value in wanted.items():
            if name not in self.turns:
                there = ", ".join(f"{one}=…" for one in self.turns) or "nothing to choose"
                raise BadInput(f"this view has {there}", path=clean(name))
            if value not in (values := self.turns[name]):
                raise BadInput(f"must be {_listed(values)}, not {clean(value)!r}", path=name)
        return self.choice({name: self.turns[name].index(value) for name, value in wanted.items()})

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


def numbered(count: int) -> tuple[str, ...]:
    """As a person counts: from 1."""
    return tuple(str(place) for place in range(1, count + 1))


def _listed(values: Sequence[str]) -> str:
    """The values, or the two ends of many."""
    if len(values) == 1:
        return values[0]
    return f"one of {', '.join(values)}" if len(values) <= MOST_LISTED else f"one of {values[0]}, … {values[-1]}"
