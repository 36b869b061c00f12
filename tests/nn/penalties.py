"""Penalties as an experiment makes them, and any of them."""

from typing import Any

from hypothesis import strategies as st

from tests.knobs import fields
from tuilab.experiment import convert
from tuilab.nn import PENALTIES, Penalty

TAME = {"lambd": st.floats(0.01, 2)}
"""Of the penalties' own numbers; the others may be anything that they may be."""


def penalty(kind: str, lambd: float = 0.0, examples: int = 1, **others: Any) -> Penalty:
    """The penalty over a training part of m = `examples`."""
    return convert({"regularization": {"kind": kind, "lambd": lambd, **others}}).regularization.penalty(examples)


@st.composite
def regularizations(draw: st.DrawFn, kinds: Any = None) -> dict[str, Any]:
    """Any table `[regularization]`."""
    kind = draw(st.sampled_from(sorted(kinds or PENALTIES)))
    return {"kind": kind, **draw(st.fixed_dictionaries({**fields(PENALTIES[kind]), **TAME}))}
