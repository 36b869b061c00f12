"""The command learning-curve: would more data help, and how much?"""

from typing import Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.line import told
from tuilab.cli.options import Json, Label, Sets, Source, read_experiment, the_lab

Sizes = Annotated[int, typer.Option("--sizes", min=3, max=20, help="Sizes of the training part.")]
CurveSeeds = Annotated[int, typer.Option("--seeds", min=2, max=50, help="Seeds for each size.")]


def learning_curve(
    preset: Source, sets: Sets = None, label: Label = "", sizes: Sizes = 8, seeds: CurveSeeds = 5, json: Json = False
) -> None:
    """Train with ever more of the examples, and say whether more data would help, and how much."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.learning_curve import curve_lines, forecast_text
    from tuilab.training.learning_curve import forecast

    lab = the_lab()
    curve = lab.learning_curve(read_experiment(lab, preset, sets, label), sizes=sizes, seeds=seeds)
    points = told(curve, lambda point: f"{point.examples} examples trained")
    known = forecast(points)
    if json:
        typer.echo(as_json({"points": points, "forecast": known}))
    else:
        typer.echo(folded("\n".join([*curve_lines(points), "", forecast_text(points, known)])))
