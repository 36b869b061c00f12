"""`python -m tuilab.queue HOME [LOCK]`: works off the queue of the store at HOME, then ends."""

import sys

from tuilab.queue.worker import main

main(*sys.argv[1:])
