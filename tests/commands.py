"""The command line in a process of its own."""

import subprocess
import sys

from tests.trainers import BOUND

_COMMANDS = """
import sys
from tuilab.cli import main
for command in sys.argv[1:]:
    sys.argv = ["tuilab", *command.split()]
    try:
        main()
    except SystemExit as end:
        print(f"exit {end.code or 0}", flush=True)
"""


def tuilab(*commands: str) -> tuple["subprocess.CompletedProcess[str]", list[str]]:
    """Commands of somebody whom permissions bind, one after another, and how each ended."""
    done = subprocess.run([*BOUND, sys.executable, "-c", _COMMANDS, *commands], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done, [line for line in done.stdout.splitlines() if line.startswith("exit")]
