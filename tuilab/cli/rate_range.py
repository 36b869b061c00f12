"""The command lr-range: which learning rate?"""

import sys
from typing import Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Label, Sets, Source, read_experiment, the_lab

RangeSeeds = Annotated[int, typer.Option("--seeds", min=1, max=50, help="Seeds whose costs are averaged.")]


def lr_range(preset: Source, sets: Sets = None, label: Label = "", seeds: RangeSeeds = 5, json: Json = False) -> None:
    """Learning-rate range test: J while α rises, the largest stable, the steepest and the suggested α."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.rate_range import range_lines, range_text
    from tuilab.text import is_screen

    lab = the_lab()
    experiment = read_experiment(lab, preset, sets, label)[1]
    test, points = lab.rate_range(experiment, seeds), []
    for point in test.rise():
        points.append(point)
        if is_screen(sys.stderr):
            print(f"\rα {point.rate:.2g}", end="\033[K", file=sys.stderr, flush=True)
    known = test.found()
    if is_screen(sys.stderr):
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if json:
        typer.echo(as_json({"points": points, "range": known}))
    else:
        typer.echo(folded("\n".join([*range_lines(points), "", range_text(points, known, experiment)])))
