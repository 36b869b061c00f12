"""What several commands take, and how they get at the lab."""

from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli import completion
from tuilab.errors import BadInput

if TYPE_CHECKING:
    from tuilab.experiment import Experiment
    from tuilab.lab import Lab
    from tuilab.lab.filter import Fits

PRESET_HELP = "A preset's name, a TOML experiment, or a file of data."
Source = Annotated[str, typer.Argument(metavar="PRESET|FILE", help=PRESET_HELP, autocompletion=completion.presets)]
RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help='A run\'s name, its unique beginning, or "last".', autocompletion=completion.runs
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="path=value",
        help="Change one value, e.g. optimization.learning_rate=0.01; repeatable.",
        autocompletion=completion.settings,
    ),
]
Filter = Annotated[
    str,
    typer.Option(
        "--filter",
        metavar="EXPRESSION",
        help="Only runs that fit, e.g. 'lambd>=1 and status=done'.",
        show_default=False,
    ),
]
Label = Annotated[
    str, typer.Option("--label", metavar="COLUMN", help="The label's column in a file of data; else the last one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Ascii = Annotated[
    bool, typer.Option("--ascii", envvar="TUILAB_ASCII", help="Draw with ASCII alone: no Braille, no box characters.")
]


def the_lab() -> "Lab":
    """The lab over the user's store."""
    from tuilab.lab import Lab

    return Lab()


def read_experiment(lab: "Lab", source: str, sets: list[str] | None, label: str = "") -> "Experiment":
    """The experiment of a preset or file, with the `--label` and `--set` options applied. Raises `BadInput`."""
    return edited(lab, lab.preset(source).experiment, sets, label)


def edited(lab: "Lab", experiment: "Experiment", sets: list[str] | None, label: str = "") -> "Experiment":
    """The experiment with the `--label` and `--set` options applied. Raises `BadInput`."""
    edits = edits_of(sets, label)
    try:
        return lab.edit(experiment, edits)
    except BadInput as error:
        raise error.within("--set") from None


def parsed_filter(expression: str) -> "Fits":
    """Whether a run fits what `--filter` says; all do if that is nothing. Raises `BadInput`."""
    from tuilab.lab import filter as filters

    try:
        return filters.parse(expression) if expression else lambda run: True
    except BadInput as error:
        raise error.within("--filter") from None


def edits_of(sets: list[str] | None, label: str = "") -> dict[str, str]:
    """The text for each path that the `--set` and `--label` options give. Raises `BadInput`."""
    from tuilab.experiment import knobs

    edits = {"data.label": knobs()["data.label"].format(label)} if label else {}
    return edits | pairs(sets or [], "--set", "path=value")


def pairs(texts: list[str], option: str, form: str) -> dict[str, str]:
    """What stands before and behind the `=` of each text, the last one of a name. Raises `BadInput`."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadInput(f"must be {form}, not {text!r}", path=option)
        found[name.strip()] = value
    return found
