"""The commands: where each is, so that only the one that is asked for is loaded.

Each parses, calls the lab, prints; everything heavy is imported where it is used.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tuilab.cli.options import Ascii

PLACES = {
    "open": "open_lab.open_lab",
    "run": "run.run",
    "gradcheck": "gradcheck.gradcheck",
    "check-descent": "descent.check_descent",
    "inspect": "inspect.inspect",
    "compare": "compare.compare",
    "data": "data.data",
    "preflight": "preflight.preflight",
    "mistakes": "mistakes.mistakes",
    "report": "reporting.report",
    "trust": "trust.trust",
    "learning-curve": "learning_curve.learning_curve",
    "lr-range": "rate_range.lr_range",
    "sweep": "sweep.sweep",
    "sweeps": "sweeps.list_sweeps",
    "runs": "runs.list_runs",
    "pictures": "pictures.pictures",
    "delete": "runs.delete",
    "label": "runs.label",
    "note": "runs.note",
    "watch": "run.watch",
    "stop": "run.stop",
    "export": "export.export",
    "pause": "control.pause",
    "resume": "control.resume",
    "set": "control.set_value",
    "step": "control.step",
    "predict": "predict.predict",
    "doctor": "machine.doctor",
    "reset": "machine.reset",
    "presets": "presets.presets",
}
"""The function of each command, or the `Typer` of several below it: its module in this package, and its name there."""


class _Commands(Mapping[str, Any]):
    """The commands by name, each made when it is looked up."""

    def __init__(self) -> None:
        self._made = dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            module, _, place = PLACES[name].rpartition(".")
            found = getattr(import_module(f"tuilab.cli.{module}"), place)
            if not isinstance(found, typer.Typer):
                alone = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
                alone.command(name)(found)
                found = alone
            self._made[name] = typer.main.get_command(found)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


class _Group(TyperGroup):
    """The command `tuilab`, whose subcommands are looked up."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()  # type: ignore[assignment]  # nobody adds one


app = typer.Typer(
    name="tuilab",
    cls=_Group,
    help="A training lab for neural networks in a terminal. Without a command it opens the lab.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
        from tuilab.cli.open_lab import open_it
        from tuilab.presets import DEFAULT

        return open_it(DEFAULT, ascii=ascii)
    context.default_map = {"open": {"ascii": ascii}}  # said before the command, it is meant for that
    return None
