"""The command compare: which of two runs is better, and whether that is more than chance."""

from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli.options import Json, RunName, the_lab
from tuilab.errors import BadInput

if TYPE_CHECKING:
    from tuilab.lab import Lab, Snapshot

Seeds = Annotated[
    int, typer.Option("--seeds", min=1, max=100, help="Compare so many seeds of each; those that are missing are run.")
]


def compare(first: RunName, second: RunName, seeds: Seeds = 1, json: Json = False) -> int:
    """Say which of two runs is better on dev, by how much, and whether chance may be all there is to it."""
    from tuilab.lab.better import better, better_seeds, require_one_question
    from tuilab.lab.comparison import differing
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.better import better_text, doubts_text
    from tuilab.text import clean
    from tuilab.training.better import FEWEST_SEEDS

    lab = the_lab()
    runs = [lab.follow(name).poll() for name in (first, second)]
    if runs[0].name == runs[1].name:
        raise BadInput("the two runs are one", path="RUN")
    names = runs[0].name, runs[1].name
    if 1 < seeds < FEWEST_SEEDS:
        raise BadInput(f"must be 1, or {FEWEST_SEEDS} and more, of which something can be told", path="--seeds")
    require_one_question(*runs)
    measured = runs
    if seeds > 1:
        measured, code = _with_seeds(lab, runs, seeds)
        if code:
            return code
        known = better_seeds(lab, measured)
        if known is None:
            raise BadInput(f"must be two experiments with {FEWEST_SEEDS} seeds that were measured on dev", path="RUN")
        result = known[2]
    else:
        result = better(lab, *runs)
    knobs = differing([run.experiment for run in runs])
    if json:
        typer.echo(as_json({"runs": names, "knobs": knobs, "better": result, "shown": result.shown}))
        return 0
    for row in knobs:
        typer.echo(f"{row.name}: {' → '.join(clean(value, 60) for value in row.values)}")
    typer.echo(better_text(result, *names))
    if doubts := doubts_text(measured):
        typer.echo(doubts)
    return 0


def _with_seeds(lab: "Lab", runs: "list[Snapshot]", seeds: int) -> "tuple[list[Snapshot], int]":
    """Both with so many seeds, from that of the first on, all over; and the exit code if they were interrupted."""
    from tuilab.cli.progress import signals, to_the_end
    from tuilab.lab.seeds import seeds_of

    with signals() as caught:
        first = runs[0].experiment.seed
        names = [name for run in runs for name in seeds_of(lab, run.name, first, seeds)]
        found = to_the_end(lab, names, caught)
    return found, 128 + caught[0] if caught else 0
