"""The command report: runs as a document that needs nothing else."""

import sys
from typing import Annotated

import typer

from tuilab.cli.options import the_lab
from tuilab.cli.runs import RunNames
from tuilab.errors import BadInput
from tuilab.text import clean

ReportFormat = Annotated[str, typer.Option("--format", metavar="html|md", help="One page, or Markdown.")]


def report(names: RunNames, format: ReportFormat = "html") -> None:
    """Write a report of runs to standard output: result, curves, trust, mistakes, experiment, the command."""
    from tuilab.ui.figures.report import html_report, markdown_report

    kinds = {"html": html_report, "md": markdown_report}
    if format not in kinds:
        raise BadInput(f"must be one of {', '.join(kinds)}, not {format!r}", path="--format")
    lab = the_lab()
    content = kinds[format](lab, [lab.follow(name).poll() for name in names])
    if sys.stdout.isatty():
        content = "\n".join(clean(line, len(line)) for line in content.splitlines()) + "\n"
    sys.stdout.buffer.write(content.encode())
