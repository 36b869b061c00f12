"""The ways to decide a question, in the words of the experiment's table [columns]."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from tuilab.data.columns.kinds import Judged
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean

_NUMBERS = ("skip",)
"""Keys whose values are numbers, which TOML has without quotes."""
_ROWS = ("drop_rows", "keep_rows")
"""Keys whose items are numbers of rows."""
_LONGEST = 60
"""Characters of a mark of missing values."""


class Way(Struct, frozen=True, kw_only=True):
    """A setting that decides: a key of [columns] with its value, or with items of its list."""

    key: str
    value: str
    more: tuple[str, ...] = ()
    """Further items of a list."""
    others: tuple["str | Way", ...] = ()
    """What would decide it as well: in place of the value, or of what its item says of the column; or another key's."""

    @property
    def said(self) -> str:
        """As a line of an error, or of a trap, says it."""
        return f"columns.{self.key} = {together([self])[self.key]}{self.or_else}"

    @property
    def or_else(self) -> str:
        """The others, as they stand behind the value; empty where there are none."""
        said = [one if isinstance(one, str) else one.said for one in self.others]
        return f" (or {', '.join(said)})" if said else ""

    @property
    def otherwise(self) -> "Way | None":
        """The first of the others; None where there is none."""
        if not self.others:
            return None
        if isinstance(first := self.others[0], Way):
            return first
        name = f"{self.value.rpartition(' = ')[0]} = " if self.key == "as" else ""
        return Way(key=self.key, value=name + first)

    @property
    def turned(self) -> "Way | None":
        """The other way first, and this one as what would decide it as well."""
        other = self.otherwise
        return other and structs.replace(other, others=(structs.replace(self, others=()),))


def left_out(name: str, kind: str = "") -> Way:
    """That a column is not used, or that it is of a `kind` after all."""
    return Way(key="drop", value=name, others=(Way(key="as", value=f"{name} = {kind}"),) if kind else ())


def taken_as(name: str, judged: Judged) -> Way:
    """That a column is what it was found to be, and no more is to be asked of it: said beside another way."""
    kind = judged.reading.kind if judged.reading else "category"
    return Way(key="as", value=f"{name} = {kind}")


def marking(name: str, text: str, others: tuple[Way, ...] = (), more: Iterable[str] = ()) -> Way:
    """That a text, or any of more, stands in a column where a value is missing."""
    return Way(key="marks", value=f"{name} = {text}", more=tuple(f"{name} = {one}" for one in more), others=others)


def without_rows(rows: Sequence[int], may_stay: bool) -> Way:
    """That rows of the file are no examples, or that they are."""
    first, *more = map(str, rows)
    stay = (Way(key="keep_rows", value=first, more=tuple(more)),) if may_stay else ()
    return Way(key="drop_rows", value=first, more=tuple(more), others=stay)


def only_text(judged: Judged) -> str:
    """The only text that does not fit a column of numbers or dates; else none.

    A single slip, a long one is no mark, nor one that cannot be shown as it is: an item of a list would not hold it.
    """
    if judged.kind == "category" or len(judged.doubtful) != 1 or (judged.doubted < 2 and judged.slips):
        return ""
    return text if len(text := judged.doubtful[0]) <= _LONGEST and text.isprintable() else ""


def together(ways: Iterable[Way], wanted: ColumnsSection = PLAIN) -> dict[str, str]:
    """All `ways` by their key as TOML values, which `--set` reads too; lists go on from what is `wanted` already.

    What a column is comes in place of what it was, and nothing is said of one that is left out. Of two ways for one key
    that is no list the first counts.
    What marks missing values makes cells missing, of which a run must know what to do.
    """
    said = dict[str, list[str]]()
    for way in ways:
        said.setdefault(way.key, []).extend([way.value, *way.more])
    values = {key: items[0] if key in _NUMBERS else _text(items[0]) for key, items in said.items()}
    for key in said.keys() & _ROWS:
        values[key] = str(sorted({*getattr(wanted, key), *map(int, said[key])}))
    drop = dict.fromkeys([*wanted.drop, *said.get("drop", [])])
    if "drop" in said:
        values["drop"] = _list(drop)
    if "marks" in said:
        values["marks"] = _list([*wanted.marks, *said["marks"]])
        if wanted.missing == "refuse":
            values["missing"] = _text("median")
    if kinds := [kind for kind in said.pop("as", []) if _named(kind) not in drop]:
        again = {*map(_named, kinds)}
        values["as"] = _list([*(kind for kind in wanted.as_ if _named(kind) not in again), *kinds])
    else:
        values.pop("as", None)
    return values


def _named(kind: str) -> str:
    """The column of which an item of `as` says what it is."""
    return kind.rpartition("=")[0].strip()


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, dict.fromkeys(names))) + "]"


def _text(name: str) -> str:
    return '"' + clean(name).replace("\\", "\\\\").replace('"', '\\"') + '"'
