"""The command pictures: what a sweep, or any runs of one base, show of the knobs in which they differ."""

import sys
from typing import Annotated, Literal

import typer

from tuilab.cli import completion
from tuilab.cli.options import Filter, Json, parsed_filter, the_lab
from tuilab.errors import BadInput

FORMATS = ("text", "svg", "png")


def pictures(
    name: Annotated[
        str,
        typer.Argument(metavar="[SWEEP]", help="A sweep; all runs if left out.", autocompletion=completion.sweeps),
    ] = "",
    filter: Filter = "",
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="text|svg|png",
            help="Sentences and tables, or plots as a picture.",
            autocompletion=lambda: [*FORMATS],
        ),
    ] = "text",
    json: Json = False,
) -> None:
    """Show error against each knob, the best by value and by two knobs, importance, and whether it was sampled enough.

    Of a sweep, or of the runs that fit --filter, such as 'source=circles and iterations=2000'.
    """
    from tuilab.lab.best_curves import BestCurves
    from tuilab.lab.export import as_json
    from tuilab.lab.pictures import of_runs, of_sweep
    from tuilab.lab.sentences.pictures import pictures_text

    if format not in FORMATS:
        raise BadInput(f"must be one of {', '.join(FORMATS)}, not {format!r}", path="--format")
    if format == "png" and sys.stdout.isatty():
        raise BadInput("is not text: send it into a file, > pictures.png", path="--format png")
    if name and filter:
        raise BadInput("not together with a sweep", path="--filter")
    lab, fits = the_lab(), parsed_filter(filter)
    curves = BestCurves(lab.store)
    if name:
        seen = of_sweep(lab.sweeps.look(name), curves)
    else:
        seen = of_runs("runs", [run for run in lab.browse() if fits(run)], curves)
    if format == "text":
        typer.echo(as_json(seen) if json else pictures_text(seen))
        return
    from tuilab.ui.figures.pictures import pages, title_of
    from tuilab.ui.plots.vector import as_picture

    kind: Literal["svg", "png"] = "svg" if format == "svg" else "png"
    sys.stdout.buffer.write(as_picture([one.shown for one in pages(seen)], title_of(seen), kind))
