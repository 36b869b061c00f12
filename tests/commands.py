"""The command line, here or in a process of its own."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from tests.forge import run
from tests.trainers import BOUND
from tuilab.cli import main

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
    done = run([*BOUND, sys.executable, "-c", _COMMANDS, json.dumps(arguments)])
    assert "Traceback" not in done.stderr
    return done, [line for line in done.stdout.splitlines() if line.startswith("exit")]


def here(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command in this process, with nothing on its standard input: one of its own takes half a second to begin."""
    said, told = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in (said, told))
    before = signal.getsignal(signal.SIGUSR1)
    with (
        Path(os.devnull).open() as nothing,
        mock.patch.multiple(sys, argv=["tuilab", *arguments], stdin=nothing),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):
        try:
            main()
        finally:
            signal.signal(signal.SIGUSR1, before)
    code = end.value.code
    assert code is None or isinstance(code, int)
    return subprocess.CompletedProcess(
        ["tuilab", *arguments], code or 0, said.getvalue().decode(), told.getvalue().decode()
    )
