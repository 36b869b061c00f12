"""The command mistakes: which examples are wrong, where they are, and whose labels look wrong."""

from typing import Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, RunName, the_lab
from tuilab.errors import BadInput

WhichPart = Annotated[str, typer.Option("--part", metavar="PART", help="dev, train, train_dev or test.")]
InDoubt = Annotated[bool, typer.Option("--labels", help="List the labels of train and dev that look wrong instead.")]


def mistakes(name: RunName, part: WhichPart = "dev", labels: InDoubt = False, json: Json = False) -> None:
    """List a run's mistakes, the surest first, what was said of them, and where they are more than elsewhere.

    With --labels, those whose label networks that were trained without them do not believe.
    """
    from tuilab.lab.export import as_json
    from tuilab.lab.insight.mistakes import PARTS, MistakesInsight
    from tuilab.lab.sentences.mistakes import doubt_lines, doubt_text

    lab = the_lab()
    run = lab.follow(name, shown=part == "test").poll()
    if part not in PARTS:
        raise BadInput(f"must be one of {', '.join(PARTS)}, not {part!r}", path="--part")
    if labels:
        *_, found = lab.doubts(run.experiment)
        classes = lab.problem(run.experiment).dataset.classes
        typer.echo(as_json(found) if json else folded("\n".join([doubt_text(found), "", *doubt_lines(found, classes)])))
        return
    seen = MistakesInsight.look(lab, run.experiment, run, part)
    if seen.part != part:
        raise BadInput(f"the run has no {part} part", path="--part")
    typer.echo(as_json(seen) if json else folded(seen.text))
