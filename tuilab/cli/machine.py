"""Commands about the machine and the terminal rather than about an experiment."""

import sys
from typing import Annotated

import typer

from tuilab.errors import BadInput
from tuilab.text import RESET, clean


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for a bug report.")] = False,
) -> int:
    """Say what is found of Python, NumPy, the terminal, the store and what a logout ends, and what to do about each.

    Tells no path, no name of a person, a machine or a run. Exit code 1 if something is bad.
    """
    from tuilab.lab.doctor import examine, worst
    from tuilab.lab.export import as_json
    from tuilab.runs import Store

    findings = examine(Store())
    if json:
        typer.echo(as_json({"findings": findings}))
    else:
        signs = {"good": "✓", "look": "?", "bad": "✗"}
        for finding in findings:
            line = f"{signs[finding.state]} {finding.area:<9} {finding.name:<18} {clean(finding.value)}"
            typer.echo(f"{line}\n{' ' * 12}→ {clean(finding.advice)}" if finding.advice else line)
    return 1 if worst(findings) == "bad" else 0


def reset() -> None:
    """Bring back a terminal that a killed program left unusable: type `tuilab reset` blindly and press enter."""
    import termios

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("works on a terminal, and this is none", path="reset")
    mode = termios.tcgetattr(sys.stdin)
    mode[0] |= termios.ICRNL | termios.IXON
    mode[1] |= termios.OPOST | termios.ONLCR
    mode[3] |= termios.ICANON | termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ISIG | termios.IEXTEN
    termios.tcsetattr(sys.stdin, termios.TCSANOW, mode)
    sys.stdout.write(f"{RESET}\r")
    sys.stdout.flush()
