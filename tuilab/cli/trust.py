"""The command trust: may the probabilities of a run be believed?"""

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, RunName, the_lab


def trust(name: RunName, json: Json = False) -> None:
    """Say how far a run's probabilities hold, each class's recall, precision and F1, and what simple models come to.

    Of the newest weights, on dev.
    """
    from tuilab.lab.export import as_json
    from tuilab.lab.insight.trust import TrustInsight

    lab = the_lab()
    run = lab.follow(name, shown=False).poll()
    found = TrustInsight.look(lab, run.experiment, run)
    typer.echo(as_json(found) if json else folded(found.text))
