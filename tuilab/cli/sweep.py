"""The commands sweep and sweeps: one experiment with some of its knobs varied, each trial a run."""

import os
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuilab.cli.options import Json, Label, Sets, read_experiment, the_lab
from tuilab.errors import BadInput
from tuilab.text import clean, is_screen
from tuilab.words import listed

if TYPE_CHECKING:
    from tuilab.lab import Lab
    from tuilab.lab.sweeps import SweepView
    from tuilab.queue.cluster import Cluster
    from tuilab.search import Search

WORK = "work"
"""In place of a preset: the sweep named behind it is worked on."""
PACE = 0.25
"""Seconds between two looks at a sweep; more where a look takes long."""

Over = Annotated[
    list[str] | None,
    typer.Option(
        "--over",
        metavar="path=VALUES|RANGE",
        help="What to vary: values such as 0.5,0.8 or [16],[32,16], or a range such as log:1e-3..10; repeatable.",
    ),
]


def sweep(
    source: Annotated[
        str,
        typer.Argument(metavar="PRESET|FILE|SWEEP", help="What to vary; a sweep's name goes on with it or extends it."),
    ],
    name: Annotated[str, typer.Argument(metavar="[SWEEP]", help='Behind "work": the sweep to work on.')] = "",
    over: Over = None,
    trials: Annotated[
        int | None, typer.Option(metavar="N", help="Points to try; 64 if left out, of a grid all.", show_default=False)
    ] = None,
    seeds: Annotated[int | None, typer.Option(metavar="N", help="Seeds of each point.", show_default=False)] = None,
    sampler: Annotated[
        str | None, typer.Option(metavar="halton|random|grid|tpe", help="The order of the points.", show_default=False)
    ] = None,
    ahead: Annotated[
        int | None,
        typer.Option(metavar="N", help="Trials of tpe that go on at once; 2 if left out.", show_default=False),
    ] = None,
    prune: Annotated[
        str | None,
        typer.Option(metavar="off|median", help="Stop trials that are worse than half of the others were by then."),
    ] = None,
    named: Annotated[str, typer.Option("--name", metavar="NAME", help="What to call it.")] = "",
    take: Annotated[
        str,
        typer.Option(metavar="HOST", help="Have what that host, which is gone, held of SWEEP trained here."),
    ] = "",
    cluster: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Have the trials trained by the workers of a Dask scheduler, tcp://host:port."
        ),
    ] = "",
    tls: Annotated[
        str,
        typer.Option(metavar="CA,CERT,KEY", help="Of --cluster tls://host:port: these files, for an encrypted line."),
    ] = "",
    sets: Sets = None,
    label: Label = "",
    json: Json = False,
    detach: Annotated[bool, typer.Option("--detach", help="Print the sweep's name and leave it going.")] = False,
    print_sbatch: Annotated[
        bool,
        typer.Option("--print-sbatch", help="Train nothing here; print a script for sbatch that does, on many nodes."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also more than 100,000 trials.")] = False,
) -> int:
    """Try an experiment with some of its knobs varied, and say which values are best on dev.

    Each trial is a run. Killed or stopped, it goes on with tuilab sweep SWEEP, which also takes more --trials, --seeds
    and another --over; no trial is trained twice. Ctrl+C stops it. tuilab sweep work SWEEP trains trials of a sweep
    from any machine that shares its folder, with --take HOST also what a machine held that is gone. Exit codes: 0 done,
    1 a trial failed, 2 bad input, 130 interrupted.
    """
    lab = the_lab()
    if take:
        _take(lab, name if source == WORK else source, take)
    if source == WORK:
        return _work(lab, name)
    if name:
        raise BadInput(f"is one too many: {name!r}", path="SWEEP")
    asked = {
        "trials": trials,
        "seeds": seeds,
        "sampler": sampler,
        "ahead": ahead,
        "prune": prune,
        "workers": "asked" if print_sbatch or cluster else None,
    }
    if cluster and (detach or print_sbatch):
        raise BadInput("cannot be with --detach or --print-sbatch: the command submits the trials", path="--cluster")
    if cluster and prune == "median":
        raise BadInput("cannot be with --cluster: the curve of a trial comes back when it is over", path="--prune")
    connected = _connected(cluster, tls)
    if lab.sweeps.has(source) or source == "last":
        if sets or label or named:
            raise BadInput("what all trials of a sweep have in common stays: start another sweep", path="--set")
        name = _gone_on(lab, source, over, asked, yes)
    else:
        _, base = read_experiment(lab, source, sets, label)
        search = _few(_search(lab, source, over).changed({}, **asked), yes)
        name = lab.sweeps.start(base, search, named)
    if print_sbatch:
        typer.echo(_script(lab, name))
        return 0
    if detach:
        typer.echo(name)
        return 0
    if connected:
        return _on_cluster(lab, name, connected, json=json)
    return follow_sweep(lab, name, json=json, stop=True)


def _connected(address: str, tls: str) -> "Cluster | None":
    """The scheduler, if one is asked for. Raises `BadInput` if it is not there."""
    if not address:
        if tls:
            raise BadInput("is of --cluster alone", path="--tls")
        return None
    from tuilab.queue.cluster import Cluster

    files = tuple(tls.split(",")) if tls else ()
    if len(files) not in (0, 3):
        raise BadInput(f"must be three files, CA,CERT,KEY, not {tls!r}", path="--tls")
    return Cluster(address, (files[0], files[1], files[2]) if files else None)


def _on_cluster(lab: "Lab", name: str, cluster: "Cluster", *, json: bool) -> int:
    """Has the trials trained elsewhere, and follows the sweep to its end."""
    from tuilab.queue.cluster import ClusterWorker, SchedulerGone

    worker = ClusterWorker(lab.sweeps.find(name), cluster)
    gone = (
        f"the scheduler at {cluster.address} is gone: tuilab sweep {name} --cluster ADDRESS goes on with what is left"
    )
    print(f"{name}: submits its trials to {cluster.address}, {cluster.threads} at once", file=sys.stderr, flush=True)

    def rest(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if worker.look():
                worker.rest(left)
            else:
                time.sleep(left)

    try:
        return follow_sweep(lab, name, json=json, stop=True, rest=rest)
    except SchedulerGone:
        print(f"tuilab: {gone}", file=sys.stderr)
        return 1
    finally:
        worker.stop()
        cluster.close()


def _gone_on(lab: "Lab", source: str, over: list[str] | None, asked: dict[str, Any], yes: bool) -> str:
    """Goes on with a sweep, extended by what is asked for; its whole name. Raises `BadInput`."""
    name = lab.sweeps.find(source).name
    before = lab.sweeps.look(name).search
    search = _few(before.changed(_over(over), **asked), yes)
    lab.sweeps.go_on(name, search if search != before else None)
    return name


def list_sweeps(
    name: Annotated[str, typer.Argument(metavar="[SWEEP]", help="One sweep, with its best trials.")] = "",
    save: Annotated[
        str, typer.Option(metavar="NAME", help="Save its best as a preset of your own.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """List the sweeps, newest first; or show the best trials of one, and once it is over what is known of the best."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.sweep import sweeps_text

    lab = the_lab()
    sweeps = lab.sweeps
    if name:
        view = sweeps.look(name)
        _show(lab, view, json=json)
        if save:
            lab.save_preset(save, view.best_experiment)
            print(f"tuilab run {save} trains it again", file=sys.stderr)
    elif save:
        raise BadInput("say of which sweep", path="--save")
    else:
        summaries = sweeps.summaries()
        typer.echo(as_json(summaries) if json else sweeps_text(summaries))


def follow_sweep(
    lab: "Lab",
    name: str,
    *,
    json: bool,
    stop: bool,
    plain: bool = False,
    rest: Callable[[float], None] = time.sleep,
) -> int:
    """Follows a sweep to its end and prints its best trials; the first signal stops it if `stop`.

    `plain`: what its pictures show is told in sentences as it changes. `rest` passes the time between two looks.
    """
    from tuilab.cli.progress import signals

    with signals() as caught:
        view = _to_the_end(lab, name, caught, stop, _Told() if plain and not json else None, rest)
    _show(lab, view, json=json)
    if caught:
        return 128 + caught[0]
    return 1 if view.failed else 0


def _show(lab: "Lab", view: "SweepView", *, json: bool) -> None:
    """Prints the best trials, and what is known of the best one once there will be no other."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.sweep import sweep_object, sweep_text
    from tuilab.lab.sentences.winner import winner_sentences
    from tuilab.lab.winner import winner

    found = winner(lab, view) if view.status == "done" and view.ranked else None
    if json:
        typer.echo(as_json({**sweep_object(view), "winner": found}))
    else:
        typer.echo("\n".join([sweep_text(view), *(winner_sentences(found) if found else ())]))


class _Told:
    """Says what the pictures of a sweep show, each sentence once, until another takes its place."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def say(self, view: "SweepView") -> None:
        """Prints what is new."""
        from tuilab.lab.pictures import of_sweep
        from tuilab.lab.sentences.pictures import shown_sentences

        with suppress(BadInput):  # of too few trials there are none
            said = shown_sentences(of_sweep(view))
            for sentence in said:
                if sentence not in self._said:
                    typer.echo(sentence)
            self._said = said


def _to_the_end(
    lab: "Lab", name: str, caught: list[int], stop: bool, told: _Told | None, rest: Callable[[float], None]
) -> "SweepView":
    from tuilab.lab.sentences.sweep import progress_text

    said, due, asked = "", 0.0, False
    while True:
        start = time.monotonic()
        view = lab.sweeps.look(name)
        text = f"{view.name}: {progress_text(view)}"
        over = view.status in ("done", "stopped")
        if text != said and (over or time.monotonic() >= due):
            said, due = text, time.monotonic() + (1.0 if is_screen(sys.stderr) else 10.0)
            print(text, file=sys.stderr, flush=True)
            if told:
                told.say(view)
        if over:
            return view
        if caught and stop and not asked:
            asked = True
            lab.sweeps.stop(name)
        elif len(caught) > asked:
            raise KeyboardInterrupt
        rest(max(PACE, 5 * (time.monotonic() - start)))


def _search(lab: "Lab", source: str, over: list[str] | None) -> "Search":
    """What a file and the options say is to be varied. Raises `BadInput`."""
    from tuilab.search import Search

    said, found = _over(over), lab.search(source)
    if not said and found is None:
        raise BadInput("say what to vary, such as --over optimization.learning_rate=log:1e-3..1", path="--over")
    return found.changed(said) if found else Search(over=dict(said))


def _over(over: list[str] | None) -> dict[str, str]:
    from tuilab.search import dimension

    said = {}
    for text in over or []:
        path, equals, values = text.partition("=")
        if not equals:
            raise BadInput(f"must be path=values or path=range, not {text!r}", path="--over")
        try:
            said[path.strip()] = dimension(path.strip(), values).text
        except BadInput as error:
            raise error.within("--over") from None
    return said


def _few(search: "Search", yes: bool) -> "Search":
    """The same; asks about very many trials. Raises `BadInput` where nobody can be asked, or says no."""
    from tuilab.search import MANY

    count = search.count() * search.seeds
    asks = count > MANY and not yes
    if asks and not (
        is_screen(sys.stdin, sys.stderr) and typer.confirm(f"That is {count:,} trials. Start them?", err=True)
    ):
        raise BadInput(f"would be {count:,} trials: say --yes, or --trials with a number", path="sweep")
    return search


def _take(lab: "Lab", sweep: str, host: str) -> None:
    """Takes a person's word that a host is gone. Raises `BadInput` where the evidence is against it."""
    try:
        taken = lab.sweeps.take(sweep, host)
    except BadInput as error:
        raise error.within("--take") from None
    print(f"taken from {clean(host, 100)}: {listed(taken)}", file=sys.stderr)


def _work(lab: "Lab", name: str) -> int:
    """Trains trials of a sweep until none is left that nobody else trains; a signal stops those of this process."""
    from tuilab.cli.progress import signals
    from tuilab.queue import Worker, cores
    from tuilab.runs.process import ONE_THREAD
    from tuilab.search import ADAPTIVE, require

    sweep = lab.sweeps.find(name)
    if sweep.stopped:
        raise BadInput(f"is stopped: tuilab sweep {sweep.name} goes on with it", path=sweep.name)
    if sweep.read()[1].sampler == ADAPTIVE:
        require()
    at_once = cores()
    if at_once > 1:
        os.environ.update(ONE_THREAD)
    worker = Worker(lab.store, at_once, sweep)
    print(f"{sweep.name}: works on its trials, {at_once} at once", file=sys.stderr, flush=True)
    with signals() as caught:
        while worker.look():
            worker.rest()
            if caught:
                worker.stop()
                break
    print(f"{sweep.name}: nothing left to begin here", file=sys.stderr)
    return 128 + caught[0] if caught else 0


def _script(lab: "Lab", name: str) -> str:
    """A job array for SLURM, each of whose tasks works on the sweep; the tasks share the store's folder."""
    command = shlex.join([sys.executable, "-m", "tuilab", "sweep", WORK, name])
    return "\n".join(
        (
            "#!/bin/sh",
            f"#SBATCH --job-name={name}",
            "#SBATCH --array=1-4",
            "#SBATCH --cpus-per-task=4",
            "#SBATCH --signal=B:TERM@120",
            "# Each task trains as many trials at once as it has cores, of those that no other has begun.",
            f"export TUILAB_HOME={shlex.quote(str(lab.store.home))}",
            f"exec {command}",
        )
    )
