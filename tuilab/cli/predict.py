"""The command predict: what a run's network says of new examples."""

import sys
from typing import Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import the_lab
from tuilab.cli.waiting import waiting

Trained = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run; the path of a copy of its folder; an exported .npz or .safetensors.",
        autocompletion=completion.runs,
    ),
]
NewExamples = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A file (.csv, .npz, …) of examples without labels; - for a .csv on stdin."),
]


def predict(
    run: Trained,
    file: NewExamples,
    proba: Annotated[bool, typer.Option("--proba", help="The probability of each class, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="A line of JSON for each example, not of CSV.")] = False,
) -> None:
    """Predict new examples with a run's newest weights: a line for each, its class or its number.

    Columns are found by their names and normalized as the training part was; the file and the data that the run was
    trained on are not needed.
    """
    from tuilab.lab.prediction import Predictor
    from tuilab.text import clean

    with waiting(file):
        predictor = Predictor.of(the_lab(), run)
        head, (X, notes) = predictor.head(proba), predictor.read(file)
    for note in notes:
        print(f"note: {clean(note)}", file=sys.stderr)
    seen = sys.stdout.isatty()
    if not json:
        print(clean(head, len(head)) if seen else head)
    for line in predictor.lines(X, chances=proba, as_json=json):
        print(clean(line, len(line)) if seen else line)
