"""The way in: every fault that a person can mend becomes one line on stderr and exit code 2."""

import atexit
import gc
import os
import signal
import sys

import typer

from tuilab.cli.commands import app
from tuilab.cli.completion import whole_words
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.threads import is_no_room

FAILED, BAD_INPUT = 1, 2


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    # SLURM's warning goes to every process of a job. It is the trainers that have something to save, and what they
    # inherit from here keeps those alive that have not begun yet.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    # All memory goes with the process: at its end nothing need be looked through for garbage, which takes long of much.
    atexit.register(gc.freeze)
    _open_what_is_closed()
    try:
        with whole_words():
            code = app(prog_name="tuilab", standalone_mode=False)
    except BadInput as error:
        code = _refuse(str(error))
    except typer.TyperException as error:
        code = _refuse(error.format_message())
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        # The reader of a pipe has gone (`tuilab runs | head`): say nothing more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except OSError as error:
        code = _fail(f"{error.filename or 'the system'}: {error.strerror or error}")
    except MemoryError:
        code = _fail("not enough memory")
    except RuntimeError as error:
        if not is_no_room(error):
            raise
        code = _fail("the system has no room for another thread")
    sys.exit(code)


def _open_what_is_closed() -> None:
    """A stream that was closed before the program began leads nowhere; or the next file to be opened would be it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _refuse(message: str) -> int:
    _say(message)
    return BAD_INPUT


def _fail(message: str) -> int:
    """What no other input would mend: no room for a process, in memory, a store that is none."""
    _say(message)
    return FAILED


def _say(message: str) -> None:
    print(f"tuilab: {clean(message, 2000)}", file=sys.stderr)
