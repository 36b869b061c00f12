"""The fields of the experiment as a person meets them: panels, `--set` and error messages read these."""

import math
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Literal

from msgspec import Struct, inspect

from tuilab.errors import BadInput
from tuilab.experiment import notation
from tuilab.experiment.fields import Experiment
from tuilab.experiment.variants import CHOICES, OF, STEPS, UNLESS
from tuilab.text import clean
from tuilab.words import repeated

Kind = Literal["choice", "switch", "integer", "number", "list", "one or list", "names", "text"]
"""What a control for a knob must take; "one or list": a single value serves all; "names": any texts."""


class Idling(Struct, frozen=True, kw_only=True):
    """When a knob does not matter: where each of the knobs at `choosers` is one of `values`; or, if `only`, is none."""

    choosers: tuple[str, ...]
    values: tuple[str, ...]
    only: bool = False

    def idles(self, said: Mapping[str, str]) -> bool:
        """Whether the knob does not matter where the texts of the choosers are these, by path."""
        return all((said[chooser] in self.values) != self.only for chooser in self.choosers)


class Knob(Struct, frozen=True, kw_only=True):
    """One field as a person meets it."""

    path: str
    title: str
    help: str
    default: Any
    kind: Kind
    choices: tuple[str, ...] = ()
    """The words that it may be, or may consist of."""
    allowed: str = ""
    """The bounds in words, e.g. `a number > 0, ≤ 1`."""
    rules: tuple[Idling, ...] = ()
    """When it does not matter; none: it always does."""
    steps: float | None = None
    """By how much it is turned, 0: from 1 to 2 to 5 to 10; None where it is not to be turned."""
    bounds: tuple[float, float] = (-math.inf, math.inf)
    """The lowest and the highest number that it may be."""

    @property
    def choosers(self) -> tuple[str, ...]:
        """The paths of the knobs that decide whether this one matters."""
        return tuple(chooser for rule in self.rules for chooser in rule.choosers)

    def turned(self, raw: str, up: bool, place: int = 0) -> tuple[str, int]:
        """The text one step above or below the number in `raw`, and where that number ends.

        Of several it is the one at `place`. `raw` itself where there is none, or at an end of what it may be.
        """
        span = notation.number_at(raw, place)
        if self.steps is None or span is None or ("list" not in self.kind and span != (0, len(raw))):
            return raw, len(raw)
        before, value, behind = raw[: span[0]], float(raw[slice(*span)]), raw[span[1] :]
        if not math.isfinite(value):
            return raw, span[1]
        if self.steps:
            places = (math.floor(value / self.steps + 1e-9) + 1, math.ceil(value / self.steps - 1e-9) - 1)
            turned = round(places[not up] * self.steps, 12)
        else:
            turned = _next(value, up)
        low, high = self.bounds
        text = before + self.format(turned) if low <= turned <= high else raw[: span[1]]
        return text + behind, len(text)

    @property
    def words(self) -> tuple[str, ...]:
        """Of a choice all that it may be; of a number the words that may stand in its place, such as `all`."""
        if self.kind == "switch":
            return "true", "false"
        _, one_of, words = self.allowed.rpartition("one of ")
        return self.choices or (tuple(words.split(", ")) if one_of else ())

    @property
    def allowed_item(self) -> str:
        """The bounds of one item of a list."""
        return self.allowed.rpartition("each ")[2]

    def parse(self, raw: str) -> Any:
        """The plain value that `raw` means here, still unchecked. Raises `BadInput` if it is no value at all."""
        raw, whole = raw.strip(), "whole" in self.allowed
        if self.kind == "names":
            return notation.names(raw)
        if raw.lower() in self.words:
            raw = raw.lower()
        if self.kind in ("text", "choice"):
            return notation.unquoted(raw)
        try:
            if self.kind == "list" or (self.kind == "one or list" and notation.is_list(raw)):
                return notation.values(raw, whole=whole)
            return notation.value(raw, whole=whole)
        except ValueError as error:
            why = f": {error}" if isinstance(error, notation.Unclear) and str(error) else ""
            raise BadInput(f"must be {self.allowed}, not {clean(repr(raw), 60)}{why}", path=self.path) from None

    def format(self, value: Any) -> str:
        """The text that `parse` reads back as `value`."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if self.kind == "names":
            # A quote or a bracket that begins one name might end in the next, or in the last.
            plain = [name[:1] not in "\"'[" and self.parse(name) == [name] for name in value]
            return ", ".join(
                name if is_plain else notation.as_toml(name) for name, is_plain in zip(value, plain, strict=True)
            )
        if isinstance(value, (list, tuple)):
            items = ", ".join(repeated(value))
            # Of these a list of fewer than two items would be read as a single value.
            return f"[{items}]" if self.kind == "one or list" and len(value) < 2 else items
        text = str(value)
        return text if self.kind != "text" or self.parse(text) == text else notation.as_toml(text)


@cache
def knobs() -> dict[str, Knob]:
    """Every field of the experiment by its path, in the order of the file."""
    found: dict[str, Knob] = {}

    def walk(struct: type[Struct], prefix: str) -> None:
        info = inspect.type_info(struct)
        assert isinstance(info, inspect.StructType)
        for field in info.fields:
            path = prefix + field.encode_name
            if isinstance(field.type, inspect.StructType):
                walk(field.type.cls, path + ".")
            else:
                found[path] = _knob(path, field, {beside.encode_name for beside in info.fields})

    walk(Experiment, "")
    return found


def _knob(path: str, field: inspect.Field, beside: Collection[str]) -> Knob:
    """The knob of a field; `beside` are the names in its section."""
    section, kind = path.rpartition(".")[0], _bare(field.type)
    words, extra = {}, {}
    if isinstance(field.type, inspect.Metadata):
        words, extra = field.type.extra_json_schema or {}, field.type.extra or {}
    told = [(extra[OF], True)] if OF in extra else []
    told += [(said, False) for name, said in extra.items() if name.startswith(UNLESS)]
    rules = tuple(
        Idling(
            choosers=tuple(f"{section}.{one}" if one in beside else one for one in choosers), values=values, only=only
        )
        for (choosers, values), only in told
    )
    of = next((rule.values for rule in rules if rule.only), ())
    whose = f"of {' and '.join(filter(None, (', '.join(of[:-1]), of[-1])))}: " if of else ""
    return Knob(
        path=path,
        title=words.get("title", path),
        help=whose + words.get("description", ""),
        default=field.default,
        kind=_kind(kind),
        choices=_choices(kind),
        allowed=_allowed(kind),
        rules=rules,
        steps=extra.get(STEPS),
        bounds=_bounds(kind),
    )


def _kind(kind: inspect.Type) -> Kind:
    members = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    if isinstance(kind, inspect.VarTupleType) and isinstance(_bare(kind.item_type), inspect.StrType):
        return "names"
    if any(isinstance(_bare(member), inspect.VarTupleType) for member in members):
        return "one or list" if len(members) > 1 else "list"
    for member in members:
        match _bare(member):
            case inspect.IntType():
                return "integer"
            case inspect.FloatType():
                return "number"
            case inspect.BoolType():
                return "switch"
            case inspect.LiteralType():
                return "choice"
            case _:
                continue
    return "text"


def _bounds(kind: inspect.Type) -> tuple[float, float]:
    """Of a number, or of the single number that may stand for a list."""
    for member in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
        if isinstance(number := _bare(member), inspect.FloatType):
            low = (
                number.ge
                if number.ge is not None
                else math.nextafter(-math.inf if number.gt is None else number.gt, math.inf)
            )
            high = (
                number.le
                if number.le is not None
                else math.nextafter(math.inf if number.lt is None else number.lt, -math.inf)
            )
            return low, high
    return -math.inf, math.inf


def _choices(kind: inspect.Type) -> tuple[str, ...]:
    if isinstance(kind, inspect.UnionType) and _kind(kind) == "one or list":
        return next((choices for member in kind.types if (choices := _choices(_bare(member)))), ())
    return tuple(str(value) for value in kind.values) if isinstance(kind, inspect.LiteralType) else ()


def _bare(kind: inspect.Type) -> inspect.Type:
    """What stands within an annotation; a text that must be one of some names is as good as a literal."""
    if not isinstance(kind, inspect.Metadata):
        return kind
    choices = (kind.extra or {}).get(CHOICES)
    return inspect.LiteralType(choices) if choices else kind.type


def _allowed(kind: inspect.Type) -> str:
    match kind:
        case inspect.LiteralType():
            return "one of " + ", ".join(str(value) for value in kind.values)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() | inspect.FloatType():
            signs = (("≥", kind.ge), (">", kind.gt), ("≤", kind.le), ("<", kind.lt))
            bounds = ", ".join(f"{sign} {_bound(bound)}" for sign, bound in signs if bound is not None)
            return ("a whole number " if isinstance(kind, inspect.IntType) else "a number ") + bounds
        case inspect.VarTupleType():
            return f"a list, each {_allowed(kind.item_type)}"
        case inspect.UnionType():
            return ", or ".join(_allowed(member) for member in kind.types)
        case inspect.Metadata():
            return _allowed(_bare(kind))
        case _:
            return "text"


def _bound(number: int | float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.15g}"


def _next(value: float, up: bool) -> float:
    """The next number of 1, 2, 5, 10, … above or below; below 0.0001 there is 0 alone."""
    places = [float(f"{digit}e{power}") for power in range(-4, 7) for digit in (1, 2, 5)]
    if up:
        return next((place for place in places if place > value * (1 + 1e-9)), value)
    return next((place for place in reversed(places) if place < value * (1 - 1e-9)), 0.0)
