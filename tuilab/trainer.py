"""The trainer: `python -m tuilab.trainer RUN_FOLDER` trains one run and is the only writer of its log.

It reads the folder's experiment, appends events, and looks between iterations for requests that others left. It
never knows who looks.
"""

import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.events import Finished
from tuilab.runs import Appender, RunFolder, claim, pending, save_weights
from tuilab.training import Training, build, train

EXIT_CODES = {"done": 0, "stopped": 0, "failed": 1, "diverged": 3}


def main(path: str) -> int:
    """Trains the run in the folder at `path`; returns the exit code."""
    folder = RunFolder(Path(path))
    try:
        claim(folder)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    with Appender(folder.log_file) as log:
        try:
            status = _train(folder, log)
        except (BadInput, MemoryError) as error:
            status = _fail(log, str(error) or "out of memory")
        except BaseException as error:
            traceback.print_exc()
            status = _fail(log, f"{type(error).__name__}: {error} (the traceback is in {folder.output_file.name})")
    return EXIT_CODES[status]


def _train(folder: RunFolder, log: Appender) -> str:
    """Trains to the end, or to a stop; returns the status that the log ends with."""
    training = Training(build(experiments.load(folder.experiment_file)))
    log.append(training.problem.started(time.time()))
    with _stop_signals() as caught:
        for event in train(training, stop=lambda: _stop_reason(folder, caught)):
            if isinstance(event, Finished):
                save_weights(folder.weights_file, training.parameters)
            log.append(event)
    assert isinstance(event, Finished), "training ends with its last event"
    return event.status


def _fail(log: Appender, reason: str) -> str:
    log.append(Finished(time=time.time(), status="failed", reason=reason, iteration=0, seconds=0))
    return "failed"


def _stop_reason(folder: RunFolder, caught: list[str]) -> str:
    if caught:
        return f"the trainer was told to by {caught[0]}"
    return "somebody asked for it" if "stop" in pending(folder) else ""


@contextmanager
def _stop_signals() -> Iterator[list[str]]:
    """SIGTERM and SIGINT end the run in good order: the loop sees their names in the list."""
    caught: list[str] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, frame: caught.append(signal.Signals(received).name))
    yield caught


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
