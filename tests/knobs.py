"""Strategies for hypothesis: any value that a knob may have."""

from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct, inspect

from tuilab.experiment import Experiment

described = cache(inspect.type_info)
text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


def values(path: str) -> st.SearchStrategy[Any]:
    """Any value of the knob at `path` (`network.hidden`)."""
    kind: Any = described(Experiment)
    for key in path.split("."):
        kind = next(field.type for field in kind.fields if field.encode_name == key)
    return of_type(kind)


def fields(struct: type[Struct]) -> dict[str, st.SearchStrategy[Any]]:
    """Any value of each knob that a variant declares."""
    info = described(struct)
    assert isinstance(info, inspect.StructType)
    return {field.name: of_type(field.type) for field in info.fields if isinstance(field.type, inspect.Metadata)}


def of_type(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Any value of a field declared so."""
    match kind:
        case inspect.Metadata(extra={"choices": choices}):
            return st.sampled_from(choices)
        case inspect.Metadata():
            return of_type(kind.type)
        case inspect.UnionType():
            return st.one_of(*(of_type(member) for member in kind.types))
        case inspect.LiteralType():
            return st.sampled_from(kind.values)
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(kind.ge, kind.le)
        case inspect.FloatType():
            low, high = (kind.ge if kind.gt is None else kind.gt), (kind.le if kind.lt is None else kind.lt)
            return st.floats(low, high, exclude_min=kind.gt is not None, exclude_max=kind.lt is not None)
        case inspect.VarTupleType():
            return st.lists(of_type(kind.item_type), max_size=4)
        case inspect.StrType():
            return text
    raise AssertionError(f"no values of {kind}")
