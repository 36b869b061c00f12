"""The commands run, watch and stop: a run is begun, followed to its end, ended."""

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Label, RunName, Sets, Source, read_experiment, the_lab
from tuilab.cli.waiting import waiting
from tuilab.errors import BadInput
from tuilab.text import clean

if TYPE_CHECKING:
    from tuilab.experiment import Experiment
    from tuilab.lab import Lab


def run(
    preset: Source,
    sets: Sets = None,
    label: Label = "",
    json: Json = False,
    detach: Annotated[bool, typer.Option("--detach", help="Print the run's name and leave it going.")] = False,
    seeds: Annotated[
        int,
        typer.Option(min=1, max=1000, metavar="N", help="Train with N seeds, as many at once as there are cores."),
    ] = 1,
) -> int:
    """Train an experiment and print its report. Ctrl+C stops the run and keeps what was learned.

    Exit codes: 0 done or stopped, 1 failed, 2 bad input, 3 diverged, 130 or 143 interrupted.
    """
    lab = the_lab()
    experiment = read_experiment(lab, preset, sets, label)
    if seeds > 1:
        from tuilab.cli.seeds import run_seeds

        return run_seeds(lab, experiment, seeds, json=json, detach=detach)
    return trained(lab, experiment, json=json, detach=detach)


def watch(
    name: RunName,
    plain: Annotated[
        bool, typer.Option("--plain", help="What the panels, or of a sweep its pictures, show, in sentences.")
    ] = False,
    json: Json = False,
) -> int:
    """Follow a run or a sweep to its end and print its report. Ctrl+C leaves it going."""
    lab = the_lab()
    if lab.sweeps.has(name):
        from tuilab.cli.sweeps import follow_sweep

        return follow_sweep(lab, name, json=json, plain=plain, stop=False)
    return followed(lab, name, json=json, plain=plain, stop=False)


def stop(name: RunName) -> None:
    """Stop a run, or a sweep with all its trials; what was learned is kept."""
    the_lab().stop(name)


def trained(lab: "Lab", experiment: "Experiment", *, json: bool = False, detach: bool = False) -> int:
    """Starts a run and follows it, or with `detach` until it has begun; gives back the exit code. Raises `BadInput`."""
    with waiting(experiment.data.source):
        name = lab.start(experiment)
    if said := lab.crowd():
        print(f"note: {said}", file=sys.stderr)
    if detach:
        typer.echo(name)
        return _begun(lab, name)
    return followed(lab, name, json=json, stop=True)


def _begun(lab: "Lab", name: str) -> int:
    """Waits until the run has begun; says it if that did not come to pass."""
    from tuilab.cli.report import EXIT_CODES
    from tuilab.runs import ACTIVE

    follower = lab.follow(name)
    while (snapshot := follower.poll()).status == "starting":
        time.sleep(0.02)
    if snapshot.status == "dead":
        print(f"{name} {snapshot.status}: {clean(snapshot.trouble)}", file=sys.stderr)
    return 0 if snapshot.status in ACTIVE else EXIT_CODES.get(snapshot.status, 1)


def followed(lab: "Lab", name: str, *, json: bool, plain: bool = False, stop: bool) -> int:
    """Follows a run to its end and prints its report; with `stop`, Ctrl-C stops it. Gives back the exit code."""
    from tuilab.cli.progress import follow
    from tuilab.cli.report import EXIT_CODES
    from tuilab.lab.export import as_json, run_object
    from tuilab.lab.sentences.report import run_text

    def interrupt() -> None:
        with suppress(BadInput):  # it may have ended just now
            lab.stop(name)

    def save() -> None:
        with suppress(BadInput):
            lab.control.save(name)

    snapshot, signal = follow(lab.follow(name), plain=plain, interrupt=interrupt if stop else None, save=save)
    typer.echo(as_json(run_object(snapshot)) if json else folded(run_text(snapshot)))
    if signal:
        return 128 + signal
    return EXIT_CODES.get(snapshot.status, 1) or int(snapshot.view.troubled)
