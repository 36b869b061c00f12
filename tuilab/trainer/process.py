"""A trainer as a process: it claims its run, hears signals, and tells how it went in its exit code."""

import os
import sys
import traceback
from pathlib import Path

from tuilab.errors import BadInput
from tuilab.runs import RunFolder, claim, writing
from tuilab.runs.files import open_private
from tuilab.runs.journal import Journal
from tuilab.runs.process import WAIT
from tuilab.trainer.keeper import Keeper
from tuilab.trainer.output import shrugging
from tuilab.trainer.signals import Signals
from tuilab.trainer.trainer import Trainer

EXIT_CODES = {"done": 0, "stopped": 0, "failed": 1, "diverged": 3}
NOT_SAVED = 1
"""The exit code of a run that went well but could not save everything at any time."""


def main(path: str) -> int:
    """Trains the run in the folder at `path`, or in the one that standard input tells; returns the exit code."""
    with shrugging():
        return _train(path)


def _train(path: str) -> int:
    if path == WAIT and not (path := _told()):
        return 0
    folder = RunFolder(Path(path))
    try:
        claim(folder)
        with writing(folder.log_file):
            journal = Journal(folder.log_file)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    with journal:
        signals = Signals()
        trainer = Trainer(folder, journal, Keeper(folder, journal, signals.ends), signals)
        try:
            status = trainer.train()
        except (BadInput, MemoryError) as error:
            status = trainer.fail(str(error) or "out of memory")
        except BaseException as error:
            traceback.print_exc()
            status = trainer.fail(f"{type(error).__name__}: {error} (the traceback is in {folder.output_file.name})")
        return EXIT_CODES[status] or (NOT_SAVED if journal.troubled else 0)


def _told() -> str:
    """Waits to be told a folder, to whose file all output then goes; empty if whoever would tell it is gone."""
    path = os.fsdecode(sys.stdin.buffer.read())
    if path:
        output = open_private(RunFolder(Path(path)).output_file, os.O_WRONLY | os.O_APPEND)
        for descriptor in (sys.stdout.fileno(), sys.stderr.fileno()):
            os.dup2(output, descriptor)
        os.close(output)
    return path
