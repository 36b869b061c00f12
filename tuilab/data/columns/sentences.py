"""What is said of a table before it is trained on, here and on the command line."""

from tuilab.data.columns.report import SUPPOSED, ColumnReport, DataReport, holds
from tuilab.data.columns.traps import Trap
from tuilab.data.columns.written import CALLED
from tuilab.nn.task import TASKS
from tuilab.text import clean
from tuilab.words import listed, percent, plural, sparkline

_NAME, _HOLDS = 18, 24
"""Characters of a column's name, and of its range or levels."""
TITLES = ("COLUMN", "KIND", "HOLDS", "MISSING", "TELLS", "ROWS")
"""What `cells` are; what a narrow screen cuts off is the picture."""
DECIDED = "Nothing is left to decide."


def heading(found: DataReport) -> tuple[str, str]:
    """The file and how it is written; the label and its classes."""
    columns = plural(len(found.columns) + 1, "column")
    written = f" ({CALLED[found.delimiter]} between them, {found.encoding.upper()})" if found.delimiter else ""
    return f"{found.file}: {plural(found.rows, 'row')}, {columns}{written}", _label(found)


def cells(one: ColumnReport) -> tuple[str, ...]:
    """What a column holds, and how much of the error it takes away alone."""
    kind = one.kind if one.used else "left out"  # with its kind it would push what it tells off a small screen
    tells = "" if one.tells is None else f"{one.tells:.2f}"
    held = clean(holds(one), _HOLDS)
    return (clean(one.name, _NAME), kind, held, f"{one.missing or ''}", tells, sparkline(one.histogram))


def trap_line(trap: Trap) -> str:
    """What is found, and whether it is to be decided (!)."""
    return f"{'!' if trap.open else '·'} {f'{trap.column}: ' if trap.column else ''}{trap.said}"


def _label(found: DataReport) -> str:
    if not found.classes:
        kind = f"numbers: {TASKS[found.task].words.task}" if found.task else "no label that can be learned"
        return f"label {clean(found.label, 40)}: {kind}"
    classes = listed([_times(name, number) for name, number in found.classes.items()], 6)
    always = f"always saying the most frequent one has an error of {percent(found.baseline)}"
    return f"label {clean(found.label, 40)}: {len(found.classes)} classes ({classes}); {always}"


def _times(name: str, number: int) -> str:
    """A class with its rows; one that is a number is set apart from theirs."""
    return f"{name}: {number:,}" if name[-1:].isdigit() else f"{name} {number:,}"


def split_line(found: DataReport) -> str:
    """The advised split, and how well dev would tell an error."""
    split = found.split
    shares = "/".join(f"{100 * share:.3g}" for share in split.shares)
    of, by = (f"of {percent(SUPPOSED)}", "") if found.classes else ("(RMSE²)", " of it")
    if not split.dev_examples:
        return "there are too few rows for a dev part"
    if not found.task:
        return f"split {shares} is advised for so many rows"
    dev, alike = plural(split.dev_examples, "dev example"), ""
    if split.dev_groups is not None:
        dev += f" of about {plural(split.dev_groups, 'group')}"
        alike = f", of {percent(split.of_groups)} where those of one group err alike"
    deviation = percent(split.standard_error)
    return f"split {shares} is advised: measured on {dev}, an error {of} has a standard error of {deviation}{by}{alike}"
