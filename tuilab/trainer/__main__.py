"""`python -m tuilab.trainer RUN_FOLDER`."""

import socket
import sys

from tuilab.spawning import LEASHED, WAIT, told

try:
    from tuilab.trainer.process import main
except Exception:
    if sys.argv[1] in (WAIT, LEASHED):
        # Until it is told its run it may print to nobody: why it cannot train is said where that lies.
        with socket.socket(fileno=sys.stdin.fileno()) as line:
            told(line)
    raise

sys.exit(main(*sys.argv[1:]))
