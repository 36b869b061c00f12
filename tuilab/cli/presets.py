"""The command presets and those below it."""

from typing import Annotated

import typer

from tuilab.cli.options import Json, Source, the_lab
from tuilab.text import clean

presets = typer.Typer(help="List the presets, or show one.", rich_markup_mode=None, add_completion=False)


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
