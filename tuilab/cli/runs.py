"""The runs of a store from the command line: listed and told apart, named, deleted."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import Filter, Json, RunName, parsed_filter, the_lab
from tuilab.cli.uncollected import uncollected
from tuilab.errors import BadInput
from tuilab.words import listed, plural

if TYPE_CHECKING:
    from tuilab.lab import RunSummary

COLUMNS = 8
"""Knobs that the list shows at most of those that differ."""
RunNames = Annotated[
    list[str],
    typer.Argument(metavar="RUN…", help='Names, their unique beginnings, or "last".', autocompletion=completion.runs),
]
OneLine = Annotated[str, typer.Argument(help="One line; an empty one takes it away.")]


@uncollected()
def list_runs(
    filter: Filter = "",
    sort: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Order by dev_error, a knob, …; -NAME: the largest first.",
            show_default=False,
            autocompletion=completion.orders,
        ),
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N of them.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with the whole experiment of each run.")] = False,
    json: Json = False,
) -> None:
    """List the runs, newest first, with the knobs by which they differ.

    Names are status, train_error, dev_error, best_dev_error, test_error, seconds, iteration, name, label, note, parent,
    title, and the paths of the knobs or their last part. Signs are = != < <= > >=, joined by and, or, not and ( ).
    A value with blanks stands in quotes; an error may be written as 5%.
    """
    from tuilab.lab import apart, catalog
    from tuilab.lab.sentences.queue import stall_text

    if csv and json:
        raise BadInput("not together with --json", path="--csv")
    fits = parsed_filter(filter)
    try:
        order = apart.order(sort) if sort else None
    except BadInput as error:
        raise error.within("--sort") from None
    lab = the_lab()
    found = [run for run in lab.browse() if fits(run)]
    shown = (order(found) if order else found)[:limit]
    if csv or json:
        typer.echo(catalog.runs_csv(shown) if csv else catalog.runs_json(shown), nl=json)
    else:
        _show(shown)
    if (stall := lab.stall()) is not None:
        print(stall_text(stall), file=sys.stderr)


def delete(
    names: RunNames,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete runs with all their curves and weights; none where one of them may still be going."""
    lab = the_lab()
    found = lab.deletable(names)
    if not yes:
        _ask(found)
    for name in found:
        lab.delete(name)


def label(name: RunName, text: OneLine) -> None:
    """Give a run a label, by which lists name it."""
    the_lab().describe(name, label=text.strip())


def note(name: RunName, text: OneLine) -> None:
    """Give a run a note."""
    the_lab().describe(name, note=text.strip())


def _show(runs: "list[RunSummary]") -> None:
    """Prints the table; what there is no room for is said beside it."""
    from tuilab.cli.report import runs_text
    from tuilab.lab.apart import differing

    apart = differing(runs)
    typer.echo(runs_text(runs, apart[:COLUMNS]))
    if more := [one.short for one in apart[COLUMNS:]]:
        print(f"they also differ in {listed(more, len(more))}: --csv has every knob", file=sys.stderr)


def _ask(names: list[str]) -> None:
    """Goes on after a yes. Raises `BadInput` where nobody can be asked."""
    what = names[0] if len(names) == 1 else f"{plural(len(names), 'run')}: {listed(names)}"
    if not sys.stdin.isatty():
        raise BadInput("is needed where nobody can be asked", path="--yes")
    if not typer.confirm(f"Delete {what}? Curves and weights will be lost for good.", err=True):
        raise typer.Abort
