"""The command pictures: what a sweep, or any runs of one base, show of the knobs in which they differ."""

from typing import Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import Filter, Json, parsed_filter, the_lab
from tuilab.errors import BadInput


def pictures(
    name: Annotated[
        str,
        typer.Argument(metavar="[SWEEP]", help="A sweep; all runs if left out.", autocompletion=completion.sweeps),
    ] = "",
    filter: Filter = "",
    json: Json = False,
) -> None:
    """Show error against each knob, the best by value and by two knobs, importance, and whether it was sampled enough.

    Of a sweep, or of the runs that fit --filter, such as 'source=circles and iterations=2000'.
    """
    from tuilab.lab.export import as_json
    from tuilab.lab.pictures import of_runs, of_sweep
    from tuilab.lab.sentences.pictures import pictures_text

    if name and filter:
        raise BadInput("not together with a sweep", path="--filter")
    lab, fits = the_lab(), parsed_filter(filter)
    seen = of_sweep(lab.sweeps.look(name)) if name else of_runs("runs", [run for run in lab.browse() if fits(run)])
    typer.echo(as_json(seen) if json else pictures_text(seen))
