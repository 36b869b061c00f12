"""The command preflight: is the set-up sound, before anything is trained?"""

from typing import Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Label, Sets, Source, read_experiment, the_lab
from tuilab.cli.waiting import waiting

PlantFirst = Annotated[str, typer.Option(metavar="BUG", help="Plant a bug into the gradient first, e.g. dW1-factor-2.")]


def preflight(preset: Source, sets: Sets = None, label: Label = "", plant: PlantFirst = "", json: Json = False) -> int:
    """Check data, start, gradient and a few short trainings before a run; exit 1 if a check does not hold."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.preflight import check_lines, outcome

    lab = the_lab()
    experiment = read_experiment(lab, preset, sets, label)
    checks, found = lab.preflight(experiment, plant), []
    while True:
        with waiting(experiment.data.source):
            check = next(checks, None)
        if check is None:
            break
        found.append(check)
        if not json:
            typer.echo(folded("\n".join(check_lines(check))))
    typer.echo(as_json(found) if json else outcome(found, over=True))
    return int(any(check.holds is False for check in found))
