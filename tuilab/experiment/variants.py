"""Concepts that bring their own knobs: what an update rule needs to be told is declared with the rule, not here."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar, cast, get_origin, get_type_hints

from msgspec import Meta, Struct, defstruct, structs

S = TypeVar("S", bound=Struct)
V = TypeVar("V", bound=Struct)

CHOICES, OF, UNLESS, STEPS = "choices", "of", "unless ", "steps"
"""What the fields say of themselves to `tuilab.experiment.knobs`; behind `UNLESS` stands a chooser."""


def one_of(names: Iterable[str]) -> Meta:
    """Annotates a text that must be one of `names`."""
    choices = tuple(sorted(names))
    return Meta(pattern=rf"\A(?:{'|'.join(choices)})\Z", extra={CHOICES: choices})


def only_for(chooser: str, *names: str) -> Meta:
    """Annotates a knob that matters only where the field `chooser` of its section is one of `names`."""
    return Meta(extra={OF: ((chooser,), names)})


def unless(choosers: str | tuple[str, ...], *names: str) -> Meta:
    """Annotates a knob that does not matter where each of `choosers` is one of `names`.

    They are fields of its section, or paths elsewhere. A knob may have several such annotations.
    """
    choosers = (choosers,) if isinstance(choosers, str) else choosers
    return Meta(extra={UNLESS + choosers[0]: (choosers, names)})


def brings_knobs(chooser: str, variants: Mapping[str, type[Struct]]) -> Callable[[type[S]], type[S]]:
    """Gives a section the annotated fields of all its `variants`, of which its field `chooser` names one.

    Raises TypeError for variants that share a field and declare it differently.
    """
    fields = _together(chooser, variants)

    def extend(section: type[S]) -> type[S]:
        extended = defstruct(
            section.__name__,
            fields,
            bases=(section,),
            module=section.__module__,
            namespace={"__doc__": section.__doc__},
            frozen=True,
            kw_only=True,
            forbid_unknown_fields=True,
        )
        return cast(type[S], extended)

    return extend


def _together(chooser: str, variants: Mapping[str, type[Struct]]) -> list[tuple[str, Any, Any]]:
    """(name, type, default) of each field of the variants; the type says whose it is."""
    declared: dict[str, tuple[Any, Any]] = {}
    owners: dict[str, list[str]] = {}
    for variant, struct in variants.items():
        hints = get_type_hints(struct, include_extras=True)
        for field in structs.fields(struct):
            name, said = field.name, (hints[field.name], field.default)
            if get_origin(said[0]) is not Annotated:
                continue
            if declared.setdefault(name, said) != said:
                raise TypeError(f"{variant} declares {name} otherwise than {', '.join(owners[name])}")
            owners.setdefault(name, []).append(variant)
    return [
        (name, Annotated[kind, only_for(chooser, *owners[name])], default) for name, (kind, default) in declared.items()
    ]


def chosen(variant: type[V], section: Struct, **others: Any) -> V:
    """The variant with the values that its knobs have in `section`; `others` are those of its other fields."""
    knobs = {name: getattr(section, name) for name in variant.__struct_fields__ if name not in others}
    return variant(**knobs, **others)
