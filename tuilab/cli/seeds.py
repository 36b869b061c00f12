"""`tuilab run --seeds N`: one experiment with several seeds, worked off by the queue."""

import typer

from tuilab.cli.progress import signals, to_the_end
from tuilab.cli.report import EXIT_CODES, runs_text
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.comparison import spread
from tuilab.lab.export import as_json, run_object
from tuilab.lab.seeds import with_seeds


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
        typer.echo(f"{runs_text([known[name] for name in names if name in known])}\n{spread(snapshots)}")
    if caught:
        return 128 + caught[0]
    return max(EXIT_CODES.get(one.status, 1) or int(one.view.troubled) for one in snapshots)
