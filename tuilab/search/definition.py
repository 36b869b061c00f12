"""What a search is asked for: the section `[sweep]` beside an experiment, in a file or by the options of a command."""

import math
from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, structs

from tuilab.errors import BadInput
from tuilab.experiment import SOURCES, alone, rooted_source
from tuilab.search.samplers import SAMPLERS, sampled
from tuilab.search.space import SYNTAX, Dimension, Point, dimension, spelled
from tuilab.text import clean

SECTION = "sweep"
MANY = 100_000
"""Trials beyond which a person is asked."""
MOST = 10_000_000
USUAL = 64
"""Points if none are said; of a grid all."""
Said = str | list[Any]


class Search(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is varied, in which order, how often."""

    over: Annotated[dict[str, Said], Meta(min_length=1, max_length=50)]
    """By path: values or a range, as text or as a list of values."""
    sampler: Literal["halton", "random", "grid", "tpe"] = "halton"
    trials: Annotated[int, Meta(ge=1, le=MOST)] | None = None
    """Points of the space; each is trained with every seed."""
    seeds: Annotated[int, Meta(ge=1, le=1000)] = 1
    ahead: Annotated[int, Meta(ge=1, le=10_000)] = 2
    """Trials of tpe that may go on at once: the more there are, the less is known where the next one is chosen."""
    prune: Literal["off", "median"] = "off"
    """Whether a trial is stopped whose dev error is above the median of the others' at its iteration."""
    workers: Literal["queue", "asked"] = "queue"
    """Who trains them: the queue of the store, or only those that are asked to, on whichever machines."""

    @property
    def space(self) -> tuple[Dimension, ...]:
        """What is varied. Raises `BadInput` naming the path."""
        return tuple(dimension(path, _text(path, said)) for path, said in self.over.items())

    def count(self) -> int:
        """How many points are asked for: never more than there are. Raises `BadInput`."""
        size = math.prod(one.size for one in self.space)
        asked = self.trials or (size if self.sampler == "grid" else USUAL)
        if math.isinf(asked):
            next(sampled(self.space, self.sampler, 0))  # which says what is without an end
        if (count := int(min(asked, size))) * self.seeds > MOST:
            raise BadInput(f"would be {count * self.seeds:,} trials; at most {MOST:,} can be", path=SECTION)
        return count

    def points(self, seed: int) -> list[Point]:
        """The points in their order: the first n of more are the n. Raises `BadInput`.

        Of a sampler whose points follow from results they are what they would be without any.
        """
        return list(islice(sampled(self.space, self.sampler, seed), self.count()))

    def changed(self, over: Mapping[str, str], **others: Any) -> "Search":
        """The same with other values or ranges, and with those of `others` that are not None. Raises `BadInput`."""
        said = {name: value for name, value in others.items() if value is not None}
        return _converted(structs.asdict(self) | said | {"over": {**self.over, **over}})

    def rooted(self) -> "Search":
        """The same, its files of data named from the root: workers are in other folders. Raises `BadInput`."""
        files = {one.path: one.values for one in self.space if one.path in SOURCES}
        named = {path: [rooted_source(alone(path, value)) for value in values] for path, values in files.items()}
        return self.changed({path: spelled(path, values) for path, values in named.items()})


def divided(table: dict[str, Any]) -> tuple[dict[str, Any], Search | None]:
    """What a TOML file says of the experiment, and its section `[sweep]` if there is one. Raises `BadInput`."""
    if SECTION not in table:
        return table, None
    search = _converted(table[SECTION])
    search.count()
    return {key: value for key, value in table.items() if key != SECTION}, search


def joined(table: dict[str, Any], search: Search) -> dict[str, Any]:
    """The table of a TOML file that says both."""
    said = {name: value for name, value in structs.asdict(search).items() if value is not None}
    return {**table, SECTION: said}


def _converted(said: Any) -> Search:
    try:
        return msgspec.convert(said, Search)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        path = SECTION + place.rstrip("`")
        match path.partition(".")[2]:
            case "sampler":
                message = f"must be one of {', '.join(SAMPLERS)}"
            case "trials":
                message = f"must be a whole number ≥ 1, ≤ {MOST:,}"
            case "seeds":
                message = "must be a whole number ≥ 1, ≤ 1000"
            case "ahead":
                message = "must be a whole number ≥ 1, ≤ 10,000"
            case "prune":
                message = "must be one of off, median"
            case "workers":
                message = "must be one of queue, asked"
            case "over":
                message = f"must be a table of paths, each with {SYNTAX}"
        if "unknown field" in message:
            message += f"; known here are {', '.join(Search.__struct_fields__)}"
        raise BadInput(clean(message.replace("`", "")), path=clean(path)) from None


def _text(path: str, said: Said) -> str:
    """A list of values as text. Raises `BadInput` for what no value is."""
    if isinstance(said, str):
        return said
    if any(isinstance(one, dict) for one in said):
        raise BadInput(f"must be {SYNTAX}", path=clean(path))
    return spelled(path, said)
