"""The command data: a file of one's own explained before it is trained on."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Label, Sets, edits_of
from tuilab.cli.uncollected import uncollected
from tuilab.cli.waiting import waiting

if TYPE_CHECKING:
    from tuilab.data.columns.report import DataReport
    from tuilab.experiment import Experiment

_ROWS, _TRAPS = 100, 12
"""Columns that are shown, and traps of a kind; of more the first ones."""


@uncollected()
def data(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A file of data (.csv, .npz, …), a TOML experiment that names one, or a shipped set."
        ),
    ],
    label: Label = "",
    sets: Sets = None,
    json: Json = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 if something is to be decided.")] = False,
) -> int:
    """Explain a table before it is trained on: columns, classes, what may spoil a result, the split."""
    from tuilab.data.columns.report import report

    experiment = _experiment(file, label, sets)
    with waiting(experiment.data.source):
        found = report(experiment)
    if json:
        from tuilab.lab.export import as_json

        typer.echo(as_json(found))
    else:
        typer.echo(folded(report_text(found)))
    return 1 if strict and found.open else 0


def _experiment(file: str, label: str, sets: list[str] | None) -> "Experiment":
    """The experiment in a TOML file, or the default one on a file of data. Raises `BadInput`."""
    from tuilab.experiment import Experiment, edit, knobs

    if file.endswith(".toml"):
        from tuilab.cli.options import read_experiment, the_lab

        return read_experiment(the_lab(), file, sets, label)
    source = {"data.source": knobs()["data.source"].format(file)}
    return edit(Experiment(), {**source, **edits_of(sets, label)})


def report_text(found: "DataReport") -> str:
    """A report for a person."""
    from tuilab.data.columns.sentences import DECIDED, heading, split_line
    from tuilab.text import clean
    from tuilab.words import plural

    lines = [*heading(found), "", *_table(found), ""]
    lines += _traps(found)
    if found.open:
        ways = " All as proposed, in an experiment (or by --set):" if found.proposed else ""
        lines += ["", f"{plural(found.open, 'question')} open (!).{ways}", *(["[columns]"] if ways else [])]
        lines += (f"{key} = {value}" for key, value in found.proposed.items())
    else:
        lines.append(DECIDED)
    return "\n".join(clean(line, 4000) for line in [*lines, "", split_line(found)])


def _traps(found: "DataReport") -> Iterator[str]:
    """A line a trap, the first ones of a kind."""
    from tuilab.data.columns.sentences import trap_line

    kinds = Counter[str]()
    for trap in found.traps:
        kinds[trap.name] += 1
        if kinds[trap.name] <= _TRAPS:
            say = f"; say {trap.way.said}" if trap.way else ""
            yield f"{trap_line(trap)}{say}"
    for name, number in kinds.items():
        if number > _TRAPS:
            yield f"  {name}: {number - _TRAPS:,} more columns (--json has all)"


def _table(found: "DataReport") -> tuple[str, ...]:
    """A line a column: what it holds, and how much of the error it takes away alone."""
    from tuilab.data.columns.sentences import TITLES, cells
    from tuilab.words.table import aligned

    rows = [TITLES, *map(cells, found.columns[:_ROWS])]
    more = len(found.columns) - _ROWS
    return (*aligned(rows), f"and {more:,} more columns (--json has all)") if more > 0 else aligned(rows)
