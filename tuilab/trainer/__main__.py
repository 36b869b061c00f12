"""`python -m tuilab.trainer RUN_FOLDER`."""

import sys

from tuilab.trainer.process import main

sys.exit(main(*sys.argv[1:]))
