"""The command export."""

import sys
from typing import Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import RunName, the_lab
from tuilab.errors import BadInput
from tuilab.text import clean


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
