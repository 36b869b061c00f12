"""What an experiment decides of columns, held against the columns that a file has."""

from collections.abc import Collection
from typing import cast

from tuilab.data.columns.kinds import DECISIONS, Decision
from tuilab.data.columns.reading import OwnMarks
from tuilab.data.columns.sheet import Sheet
from tuilab.data.header import no_column
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection
from tuilab.text import clean


def kinds_decided(wanted: ColumnsSection) -> set[str]:
    """The columns of which a person said what they are."""
    return {text.rpartition("=")[0].strip() for text in wanted.as_}


def decisions(wanted: ColumnsSection, sheet: Sheet) -> dict[str, Decision]:
    """What `wanted` says that columns are, by name. Raises `BadInput` for a name that is none, or the label's."""
    decided: dict[str, Decision] = {**sheet.typed}
    for text in wanted.as_:
        name, _, kind = (part.strip() for part in text.rpartition("="))
        if kind not in DECISIONS:
            kinds = ", ".join(DECISIONS)
            raise BadInput(f"must be name = kind, the kind one of {kinds}, not {clean(text, 60)!r}", path="columns.as")
        decided[name] = cast(Decision, kind)
    names = [column.name for column in sheet.columns]
    label = names[sheet.label]
    for key, given in (("drop", wanted.drop), ("as", decided), ("group", [wanted.group]), ("time", [wanted.time])):
        for name in filter(None, given):
            if name not in names:
                raise no_column(name, names, f"columns.{key}")
            if name == label and key != "as":
                raise BadInput(f'"{clean(name, 60)}" is the label', path=f"columns.{key}")
            if key in ("group", "time") and name in wanted.drop:
                said = "is left out by columns.drop; it is no input either way: take it out of there"
                raise BadInput(f'"{clean(name, 60)}" {said}', path=f"columns.{key}")
    return decided


def own_marks(wanted: ColumnsSection, sheet: Sheet) -> OwnMarks:
    """What else means that there is no value, by column. Raises `BadInput` for a name that is none."""
    own, names = dict[str, tuple[str, ...]](), [column.name for column in sheet.columns]
    for item in wanted.marks:
        name, text = _of_column(item.strip(), names)
        if name and name not in names:
            raise no_column(name, names, "columns.marks")
        own[name] = (*own.get(name, ()), text)
    return own


def _of_column(item: str, names: Collection[str]) -> tuple[str, str]:
    """The name of a column and the text behind its =, either of which may hold another; "" for what begins with it."""
    parts = item.split("=")
    ways = [("=".join(parts[:at]).strip(), "=".join(parts[at:]).strip()) for at in range(len(parts) - 1, 0, -1)]
    if not ways or not ways[-1][0]:
        return "", item
    return next((way for way in ways if way[0] in names), ways[-1])
