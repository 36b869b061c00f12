"""The command open: the lab itself; where there is no terminal, a preset is trained instead."""

import gc
import sys
from typing import Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import Ascii, Label, Sets, edited, the_lab
from tuilab.errors import BadInput
from tuilab.text import is_screen


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
    return open_it(preset or DEFAULT, sets, label, run=run, ascii=ascii)


def open_it(source: str, sets: list[str] | None = None, label: str = "", *, run: str = "", ascii: bool) -> int:
    """The lab on a preset, a file, or `run`, until it is left; gives back the exit code. Raises `BadInput`."""
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
        from tuilab.cli.run import followed, trained

        if folder:
            return followed(lab, folder.name, json=False, stop=False)
        print(f"no terminal: training {name} and printing its report", file=sys.stderr)
        return trained(lab, experiment)
    from tuilab.ui.app import run as run_app

    return run_app(lab, experiment, name, folder.name if folder else "", search, ascii=ascii)
