"""The command lr-range: which learning rate?"""

from typing import Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.line import told
from tuilab.cli.options import Json, Label, Sets, Source, read_experiment, the_lab

RangeSeeds = Annotated[int, typer.Option("--seeds", min=1, max=50, help="Seeds whose costs are averaged.")]


def lr_range(preset: Source, sets: Sets = None, label: Label = "", seeds: RangeSeeds = 5, json: Json = False) -> None:
    """Learning-rate range test: J while α rises, the largest stable, the steepest and the suggested α."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.rate_range import range_lines, range_text

    lab = the_lab()
    experiment = read_experiment(lab, preset, sets, label)
    test = lab.rate_range(experiment, seeds)
    points, known = told(test.rise(), lambda point: f"α {point.rate:.2g}"), test.found()
    if json:
        typer.echo(as_json({"points": points, "range": known}))
    else:
        typer.echo(folded("\n".join([*range_lines(points), "", range_text(points, known, experiment)])))
