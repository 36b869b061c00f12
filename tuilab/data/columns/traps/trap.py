"""One thing to know of a file before it is trained on."""

from msgspec import Struct

from tuilab.data.columns.ways import Way


class Trap(Struct, frozen=True, kw_only=True):
    """One thing to know of a file before it is trained on."""

    name: str
    """What kind of thing: missing, identifier, …"""
    said: str
    """A sentence: the evidence, and what is or will be done."""
    column: str = ""
    """Empty: it is of the whole file."""
    open: bool = False
    """Whether a person must decide, or mend the file."""
    way: Way | None = None
    """What to say, where that decides it."""
