"""Start a trainer as a process of its own, which outlives the one that started it."""

import os
import subprocess
import sys
import threading

from tuilab.runs.files import open_private, writing
from tuilab.runs.folder import RunFolder

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Unless the user has set them: sums come out the same bit for bit, and whoever watches keeps a core."""


def spawn(folder: RunFolder) -> int:
    """Start the trainer of `folder` in a session of its own; its process id.

    It gets no terminal: nothing on standard input, and what it prints goes to `folder.output_file`. Its working
    folder is `/`, so paths in the experiment must be absolute. Raises `BadInput` if that file cannot be written, and
    OSError if the system has no room for a process.
    """
    path = folder.path.resolve()
    with writing(folder.output_file):
        output = open_private(path / folder.output_file.name, os.O_WRONLY | os.O_APPEND)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "tuilab.trainer", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_ONE_THREAD | dict(os.environ),
            start_new_session=True,
        )
    finally:
        os.close(output)
    # Whoever started a process must collect it, or it stays a zombie; this thread waits for nothing else.
    threading.Thread(target=process.wait, name=f"reap {process.pid}", daemon=True).start()
    return process.pid
