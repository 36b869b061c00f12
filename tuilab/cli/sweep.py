"""The command sweep: one experiment with some of its knobs varied, each trial a run."""

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuilab.cli import completion
from tuilab.cli.options import Json, Label, Sets, read_experiment, the_lab
from tuilab.cli.sweep_places import WORK, connected, on_cluster, script, work
from tuilab.cli.sweeps import follow_sweep
from tuilab.errors import BadInput
from tuilab.text import clean, is_screen
from tuilab.words import listed

if TYPE_CHECKING:
    from tuilab.lab import Lab
    from tuilab.search import Search


Swept = Annotated[
    str,
    typer.Argument(
        metavar="PRESET|FILE|SWEEP",
        help="What to vary; a sweep's name goes on with it or extends it.",
        autocompletion=completion.swept,
    ),
]
SweepName = Annotated[
    str,
    typer.Argument(metavar="[SWEEP]", help='Behind "work": the sweep to work on.', autocompletion=completion.sweeps),
]
Over = Annotated[
    list[str] | None,
    typer.Option(
        "--over",
        metavar="path=VALUES|RANGE",
        help="What to vary: values such as 0.5,0.8 or [16],[32,16], or a range such as log:1e-3..10; repeatable.",
        autocompletion=completion.settings,
    ),
]
Trials = Annotated[
    int | None, typer.Option(metavar="N", help="Points to try; 64 if left out, of a grid all.", show_default=False)
]
SeedsEach = Annotated[int | None, typer.Option(metavar="N", help="Seeds of each point.", show_default=False)]
Sampler = Annotated[
    str | None,
    typer.Option(
        metavar="halton|random|grid|tpe",
        help="The order of the points.",
        show_default=False,
        autocompletion=completion.samplers,
    ),
]
Ahead = Annotated[
    int | None, typer.Option(metavar="N", help="Trials of tpe that go on at once; 2 if left out.", show_default=False)
]
Prune = Annotated[
    str | None,
    typer.Option(metavar="off|median", help="Stop trials that are worse than half of the others were by then."),
]
Take = Annotated[
    str, typer.Option(metavar="HOST", help="Have what that host, which is gone, held of SWEEP trained here.")
]
ClusterAddress = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="Have the trials trained by the workers of a Dask scheduler, tcp://host:port."
    ),
]
Tls = Annotated[
    str, typer.Option(metavar="CA,CERT,KEY", help="Of --cluster tls://host:port: these files, for an encrypted line.")
]
Sbatch = Annotated[
    bool, typer.Option("--print-sbatch", help="Train nothing here; print a script for sbatch that does, on many nodes.")
]


def sweep(
    source: Swept,
    name: SweepName = "",
    over: Over = None,
    trials: Trials = None,
    seeds: SeedsEach = None,
    sampler: Sampler = None,
    ahead: Ahead = None,
    prune: Prune = None,
    named: Annotated[str, typer.Option("--name", metavar="NAME", help="What to call it.")] = "",
    take: Take = "",
    cluster: ClusterAddress = "",
    tls: Tls = "",
    sets: Sets = None,
    label: Label = "",
    json: Json = False,
    detach: Annotated[bool, typer.Option("--detach", help="Print the sweep's name and leave it going.")] = False,
    print_sbatch: Sbatch = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also more than 100,000 trials.")] = False,
) -> int:
    """Try an experiment with some of its knobs varied, and say which values are best on dev.

    Each trial is a run. Killed or stopped, it goes on with tuilab sweep SWEEP, which also takes more --trials, --seeds
    and another --over; no trial is trained twice. Ctrl+C stops it. tuilab sweep work SWEEP trains trials of a sweep
    from any machine that shares its folder, with --take HOST also what a machine held that is gone. Exit codes: 0 done,
    1 a trial failed, 2 bad input, 130 interrupted.
    """
    from tuilab.lab.sentences.sweep import untrained_text

    lab = the_lab()
    if take:
        _take(lab, name if source == WORK else source, take)
    if source == WORK:
        return work(lab, name)
    if name:
        raise BadInput(f"is one too many: {name!r}", path="SWEEP")
    if cluster and (detach or print_sbatch):
        raise BadInput("cannot be with --detach or --print-sbatch: the command submits the trials", path="--cluster")
    asked: dict[str, Any] = {"trials": trials, "seeds": seeds, "sampler": sampler, "ahead": ahead, "prune": prune}
    asked["workers"] = "asked" if print_sbatch or cluster else None
    changed = partial(_changed, over=_over(over), asked=asked, yes=yes, on_cluster=bool(cluster))
    with connected(cluster, tls) as scheduler:
        if lab.sweeps.has(source) or source == "last":
            if sets or label or named:
                raise BadInput("what all trials of a sweep have in common stays: start another sweep", path="--set")
            name = _gone_on(lab, source, changed)
        else:
            base = read_experiment(lab, source, sets, label)
            name = lab.sweeps.start(base, changed(lab.preset(source).search), named)
        if scheduler:
            return on_cluster(lab, name, scheduler, json=json)
    if print_sbatch or detach:
        typer.echo(script(lab, name) if print_sbatch else name)
        return 0
    if said := untrained_text(lab.sweeps.look(name)):
        print(said, file=sys.stderr)
    return follow_sweep(lab, name, json=json, stop=True)


def _gone_on(lab: "Lab", source: str, changed: "Callable[[Search], Search]") -> str:
    """Goes on with a sweep, which may be asked for more now; its whole name. Raises `BadInput`."""
    name = lab.sweeps.find(source).name
    before = lab.sweeps.look(name).search
    search = changed(before)
    lab.sweeps.go_on(name, search if search != before else None)
    return name


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


def _changed(
    said: "Search | None", *, over: dict[str, str], asked: dict[str, Any], yes: bool, on_cluster: bool
) -> "Search":
    """What a file or a sweep says is to be varied, with what is asked for; a person is asked about very many trials.

    Raises `BadInput` where nobody can be asked, or says no; for nothing that is varied; and for one that prunes, on a
    cluster.
    """
    from tuilab.search import MANY, Search

    if said is None and not over:
        raise BadInput("say what to vary, such as --over optimization.learning_rate=log:1e-3..1", path="--over")
    search = (said or Search(over={})).changed(over, **asked)
    if on_cluster and search.prune != "off":
        raise BadInput("cannot be with --cluster: the curve of a trial comes back when it is over", path="sweep.prune")
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
