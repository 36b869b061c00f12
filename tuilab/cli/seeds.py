"""`tuilab run --seeds N`: one experiment with several seeds, worked off by the queue."""

from collections.abc import Iterator, Sequence

import typer

from tuilab.cli.progress import signals, to_the_end
from tuilab.cli.report import EXIT_CODES, runs_text
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.lab.comparison import spread
from tuilab.lab.export import as_json, run_object
from tuilab.lab.seeds import with_seeds
from tuilab.lab.sentences.report import reason_of


def run_seeds(lab: Lab, experiment: Experiment, seeds: int, *, json: bool, detach: bool) -> int:
    """Queues the runs, the experiment's own seed first; prints their names, or their report when all are over.

    Interrupted it stops them all. The exit code is the worst one of the runs. Raises `BadInput`.
    """
    with signals() as caught:
        names = lab.queue(with_seeds(experiment, experiment.seed, seeds))
        if detach:
            typer.echo("\n".join(names))
            return 0
        snapshots = to_the_end(lab, names, caught)
    if json:
        typer.echo(as_json([run_object(snapshot) for snapshot in snapshots]))
    else:
        known = {run.name: run for run in lab.browse()}
        table, told = runs_text([known[name] for name in names if name in known]), [*_why(snapshots), spread(snapshots)]
        typer.echo("\n".join([table, *told]))
    if caught:
        return 128 + caught[0]
    return max(EXIT_CODES.get(one.status, 1) or int(one.view.troubled) for one in snapshots)


def _why(snapshots: Sequence[Snapshot]) -> Iterator[str]:
    """Of those that have failed what the table does not say: why, each reason once."""
    reasons = dict[str, list[str]]()
    for one in snapshots:
        if one.status in ("dead", "failed") and (reason := reason_of(one)):
            reasons.setdefault(reason, []).append(one.name)
    for reason, names in reasons.items():
        yield f"{', '.join(names)}: {reason}"
