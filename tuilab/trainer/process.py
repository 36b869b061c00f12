"""A trainer as a process: it claims its run, hears signals, and tells how it went in its exit code."""

import os
import select
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tuilab.data.prepared import Newest
from tuilab.engines import why_missing
from tuilab.errors import BadInput
from tuilab.runs import RunFolder, claim, release, writing
from tuilab.runs.journal import Journal
from tuilab.spawning import END, LEASHED, WAIT, fork, told
from tuilab.trainer.keeper import Keeper
from tuilab.trainer.output import shrugging
from tuilab.trainer.signals import Signals
from tuilab.trainer.trainer import Trainer

EXIT_CODES = {"done": 0, "stopped": 0, "failed": 1, "diverged": 3}
NOT_SAVED = 1
"""The exit code of a run that went well but could not save everything at any time."""


def main(path: str, *beside: str) -> int:
    """Trains the run in the folder at `path`, or one after the other those that it is told on standard input.

    `beside` are the lines on which others are told theirs, which are forked from this one. Returns the exit code, of
    several runs the last one's.
    """
    code, data = 0, Newest()
    if path in (WAIT, LEASHED):
        why_missing()  # loads the fused engine's kernel while there is time
    if beside:
        fork([int(line) for line in beside])
    if path == LEASHED:
        threading.Thread(target=_end_with, args=[sys.stdin.fileno()], daemon=True).start()
    with shrugging():
        for told in _told() if path in (WAIT, LEASHED) else [path]:
            with Signals() as signals:
                code, sound = _train(RunFolder(Path(told)), signals, data)
            # A signal was meant for the process, not for one of its runs; and one that met what nobody expected, such
            # as a device that is lost, would have its next runs meet it too.
            if signals.ends or not sound:
                break
    return code


def _train(folder: RunFolder, signals: Signals, data: Newest) -> tuple[int, bool]:
    """The exit code, and whether the process is fit for another run."""
    sound = True
    try:
        claim(folder)
        with writing(folder.log_file):
            journal = Journal(folder.log_file)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2, sound
    with journal:
        trainer = Trainer(folder, journal, Keeper(folder, journal, signals.ends), signals, data)
        try:
            status = trainer.train()
        except (BadInput, MemoryError) as error:
            status = trainer.fail(str(error) or "out of memory")
        except BaseException as error:
            traceback.print_exc()
            sound, said = False, str(error).partition("\n")[0]
            status = trainer.fail(f"{type(error).__name__}: {said} (the traceback is in {folder.output_file.name})")
        return EXIT_CODES[status] or (NOT_SAVED if journal.troubled else 0), sound


def _told() -> Iterator[str]:
    """The folders that it is told, until whoever tells them is gone.

    Says after each that its run is over: somebody else may take it up then, and another one may be told.
    """
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as line:
        while path := os.fsdecode(told(line)):
            try:
                yield path
            finally:
                release(RunFolder(Path(path)))
            with suppress(OSError):  # nobody waits for it
                line.sendall(END)


def _end_with(line: int) -> None:
    """Ends this process, at once and whatever it does, when nobody has the other end of the line any more."""
    poll = select.poll()
    poll.register(line, 0)  # a hangup alone, which is always told
    poll.poll()
    os._exit(NOT_SAVED)
