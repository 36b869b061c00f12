"""The commands. Each parses, calls the lab, prints; everything heavy is imported where it is used."""

import gc
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.compare import compare
from tuilab.cli.data import data
from tuilab.cli.folding import folded
from tuilab.cli.gradcheck import gradcheck
from tuilab.cli.inspect import inspect
from tuilab.cli.learning_curve import learning_curve
from tuilab.cli.mistakes import mistakes
from tuilab.cli.options import Ascii, Json, Label, RunName, Sets, Source, edited, read_experiment, the_lab
from tuilab.cli.pictures import pictures
from tuilab.cli.preflight import preflight
from tuilab.cli.rate_range import lr_range
from tuilab.cli.reporting import report
from tuilab.cli.runs import delete, label, list_runs, note
from tuilab.cli.sweep import sweep
from tuilab.cli.sweeps import follow_sweep, list_sweeps
from tuilab.cli.trust import trust
from tuilab.cli.waiting import waiting
from tuilab.errors import BadInput
from tuilab.text import clean, is_screen

if TYPE_CHECKING:
    from tuilab.experiment import Experiment
    from tuilab.lab import Lab

app = typer.Typer(
    name="tuilab",
    help="A training lab for neural networks in a terminal. Without a command it opens the lab.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
presets = typer.Typer(help="List the presets, or show one.", rich_markup_mode=None)
app.add_typer(presets, name="presets")


def _version(wanted: bool) -> None:
    if wanted:
        from tuilab import __version__

        typer.echo(f"tuilab {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    ascii: Ascii = False,
) -> int | None:
    if context.invoked_subcommand is None:
        from tuilab.presets import DEFAULT

        return _open(DEFAULT, ascii=ascii)
    context.default_map = {"open": {"ascii": ascii}}  # said before the command, it is meant for that
    return None


@app.command("open")
def open_lab(
    preset: Annotated[str, typer.Argument(metavar="[PRESET|FILE]", autocompletion=completion.presets)] = "",
    run: Annotated[
        str,
        typer.Option(
            "--run", metavar="RUN", help="Come back to a run, with its experiment.", autocompletion=completion.runs
        ),
    ] = "",
    sets: Sets = None,
    label: Label = "",
    ascii: Ascii = False,
) -> int:
    """Open the lab; where there is no terminal, train the preset and print its report."""
    from tuilab.presets import DEFAULT

    if run and (preset or sets or label):
        raise BadInput("has an experiment of its own: leave PRESET, --set and --label out", path="--run")
    return _open(preset or DEFAULT, sets, label, run=run, ascii=ascii)


@app.command()
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
    return _run(lab, experiment, json=json, detach=detach)


app.command()(gradcheck)


@app.command("check-descent")
def check_descent(preset: Source, sets: Sets = None, json: Json = False) -> int:
    """Does J fall at each iteration, with every keep_prob at 1 and the full batch? Exit code 1 if not."""
    from tuilab.cli.lessons import descent_text
    from tuilab.lab.export import as_json

    lab = the_lab()
    descent = lab.check_descent(read_experiment(lab, preset, sets))
    typer.echo(as_json(descent) if json else folded(descent_text(descent)))
    return 0 if descent.falls else 1


app.command()(inspect)
app.command()(compare)
app.command()(data)
app.command()(preflight)
app.command()(mistakes)
app.command()(report)
app.command()(trust)
app.command("learning-curve")(learning_curve)
app.command("lr-range")(lr_range)
app.command()(sweep)
app.command("sweeps")(list_sweeps)


app.command("runs")(list_runs)
app.command()(pictures)
app.command()(delete)
app.command()(label)
app.command()(note)


@app.command()
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
        return follow_sweep(lab, name, json=json, plain=plain, stop=False)
    return _follow(lab, name, json=json, plain=plain, stop=False)


@app.command()
def stop(name: RunName) -> None:
    """Stop a run, or a sweep with all its trials; what was learned is kept."""
    the_lab().stop(name)


@app.command()
def export(
    name: RunName,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="csv|json|svg|png|npz|safetensors|onnx|html|md|toml",
            help="What to write.",
            autocompletion=completion.formats,
        ),
    ] = "csv",
) -> None:
    """Write a run's curves, plots, weights or experiment to standard output."""
    from tuilab.ui.figures.exports import KINDS

    if format not in KINDS:
        raise BadInput(f"must be one of {', '.join(KINDS)}, not {format!r}", path="--format")
    if not KINDS[format].text and sys.stdout.isatty():
        raise BadInput(f"is not text: send it into a file, > {name}.{format}", path=f"--format {format}")
    lab = the_lab()
    content = KINDS[format].content(lab, lab.follow(name).poll())
    if KINDS[format].note:
        print(KINDS[format].note, file=sys.stderr)
    if sys.stdout.isatty():
        content = "\n".join(clean(line, len(line)) for line in content.decode().splitlines()).encode()
    sys.stdout.buffer.write(content + b"\n" * (sys.stdout.isatty() or format == "json"))


@presets.callback(invoke_without_command=True)
def list_presets(context: typer.Context, json: Json = False) -> None:
    """List the presets, or show one."""
    if context.invoked_subcommand is not None:
        return
    from tuilab.lab.export import as_json
    from tuilab.words.table import aligned

    found = the_lab().presets()
    if json:
        typer.echo(as_json([{"name": p.name, "title": p.title, "about": p.about, "own": p.own} for p in found]))
        return
    rows = [("PRESET", "", "TITLE"), *((p.name, "own" if p.own else "", clean(p.title)) for p in found)]
    typer.echo("\n".join(aligned(rows)))


@presets.command("show")
def show_preset(name: Source) -> None:
    """Print a preset's whole experiment as TOML."""
    from tuilab import experiment as experiments

    typer.echo(experiments.dumps(the_lab().open(name)[1]), nl=False)


@presets.command("check")
def check_presets(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One lesson; all of them if left out.")] = "",
    seeds: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=100,
            help="Check each claim on N seeds: the lesson's own and the next ones; else on as many as it asks for.",
            show_default=False,
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the slow lessons.")] = False,
    json: Json = False,
) -> int:
    """Train the lessons and check what they claim; exit code 1 if a claim does not hold on nine of ten seeds."""
    from tuilab.cli.lessons import check_presets as check

    return check(the_lab(), name, seeds or 0, quick, json)


def _open(source: str, sets: list[str] | None = None, label: str = "", *, run: str = "", ascii: bool) -> int:
    from tuilab.runs import read_experiment

    seen = is_screen(sys.stdin, sys.stdout)
    if seen:
        gc.disable()  # starting makes much and drops little: a tenth of it was collecting; the app enables it again
    lab = the_lab()
    folder = lab.store.find(run) if run else None
    if folder:
        name, experiment, search = folder.name, read_experiment(folder), None
    else:
        preset = lab.preset(source)
        name, experiment, search = preset.name, edited(lab, preset.experiment, sets, label), preset.search
    if not seen:
        if folder:
            return _follow(lab, folder.name, json=False, stop=False)
        print(f"no terminal: training {name} and printing its report", file=sys.stderr)
        return _run(lab, experiment)
    from tuilab.ui.app import run as run_app

    return run_app(lab, experiment, name, folder.name if folder else "", search, ascii=ascii)


def _run(lab: "Lab", experiment: "Experiment", *, json: bool = False, detach: bool = False) -> int:
    with waiting(experiment.data.source):
        name = lab.start(experiment)
    if said := lab.crowd():
        print(f"note: {said}", file=sys.stderr)
    if detach:
        typer.echo(name)
        return _begun(lab, name)
    return _follow(lab, name, json=json, stop=True)


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


def _follow(lab: "Lab", name: str, *, json: bool, plain: bool = False, stop: bool) -> int:
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
