"""The command check-descent."""

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Sets, Source, read_experiment, the_lab


def check_descent(preset: Source, sets: Sets = None, json: Json = False) -> int:
    """Does J fall at each iteration, with every keep_prob at 1 and the full batch? Exit code 1 if not."""
    from tuilab.cli.lessons import descent_text
    from tuilab.lab.export import as_json

    lab = the_lab()
    descent = lab.check_descent(read_experiment(lab, preset, sets))
    typer.echo(as_json(descent) if json else folded(descent_text(descent)))
    return 0 if descent.falls else 1
