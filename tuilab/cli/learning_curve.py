"""The command learning-curve: would more data help, and how much?"""

import sys
from typing import Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Label, Sets, Source, read_experiment, the_lab

Sizes = Annotated[int, typer.Option("--sizes", min=3, max=20, help="Sizes of the training part.")]
CurveSeeds = Annotated[int, typer.Option("--seeds", min=2, max=50, help="Seeds for each size.")]


def learning_curve(
    preset: Source, sets: Sets = None, label: Label = "", sizes: Sizes = 8, seeds: CurveSeeds = 5, json: Json = False
) -> None:
    """Train with ever more of the examples, and say whether more data would help, and how much."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.learning_curve import curve_lines, forecast_text
    from tuilab.text import is_screen
    from tuilab.training.learning_curve import forecast

    lab = the_lab()
    points = []
    for point in lab.learning_curve(read_experiment(lab, preset, sets, label)[1], sizes=sizes, seeds=seeds):
        points.append(point)
        if is_screen(sys.stderr):
            print(f"\r{point.examples} examples trained", end="", file=sys.stderr, flush=True)
    if is_screen(sys.stderr):
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    known = forecast(points)
    if json:
        typer.echo(as_json({"points": points, "forecast": known}))
    else:
        typer.echo(folded("\n".join([*curve_lines(points), "", forecast_text(points, known)])))
