"""The command line in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence

from tests.trainers import BOUND

_COMMANDS = """
import json, sys
from tuilab.cli import main
for command in json.loads(sys.argv[1]):
    sys.argv = ["tuilab", *command]
    try:
        main()
    except SystemExit as end:
        print(f"exit {end.code or 0}", flush=True)
"""


def tuilab(*commands: str | Sequence[str]) -> tuple["subprocess.CompletedProcess[str]", list[str]]:
    """Commands of somebody whom permissions bind, one after another, and how each ended.

    A command is its words, or its arguments as they are.
    """
    arguments = [command.split() if isinstance(command, str) else command for command in commands]
    done = subprocess.run(
        [*BOUND, sys.executable, "-c", _COMMANDS, json.dumps(arguments)], capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
    return done, [line for line in done.stdout.splitlines() if line.startswith("exit")]
