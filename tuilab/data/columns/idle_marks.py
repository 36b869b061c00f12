"""Marks of missing values that mark nothing: mistyped, or cut in two at their decimal comma."""

from collections.abc import Iterator, Sequence

from msgspec import structs

from tuilab.data.columns.column import SheetColumn
from tuilab.data.columns.kinds import Judged
from tuilab.data.columns.reading import OwnMarks, folded
from tuilab.text import clean


def idle_marks(own: OwnMarks, judged: Sequence[Judged], label: SheetColumn) -> Iterator[tuple[str, str]]:
    """The column ("": none is named) of each mark that stands in no cell, and what is to be said of it."""
    for name, texts in own.items():
        for text in texts:
            of = [one for one in judged if name in ("", one.column.name)]
            in_label = name in ("", label.name) and label.blanks(folded([text]))
            if not in_label and not any(_marks(text, one) for one in of):
                yield name, f'no cell holds "{clean(text, 40)}", which columns.marks has as a mark of a missing value'


def _marks(text: str, one: Judged) -> bool:
    """Whether cells of a column are missing because they hold a text, or a value that is written so."""
    if one.reading is None:
        return text.casefold() in folded(one.blanks)
    bare, marked = (structs.replace(one.reading, own_marks=marks) for marks in ((), (text,)))
    values = bare.values(list(one.blanks))
    return text.casefold() in folded(one.blanks) or bool(
        {value for value in values if value is not None} & set(marked.marked)
    )
