"""tuilab, its UI thread standing still now and then, for random moments: `python -m tests.stalled SEED ARGUMENTS…`."""

import random
import sys
import time
from pathlib import Path

from tuilab.__main__ import main
from tuilab.ui import app

EVERY, LONGEST = 0.2, 0.15
"""Seconds between two stalls, and of a stall, at most."""


class StalledApp(app.LabApp):
    """The lab on a machine that is busy with other things."""

    CSS_PATH = Path(app.__file__).with_name("lab.tcss")

    def on_ready(self) -> None:
        hand = random.Random(SEED)

        def stall() -> None:
            time.sleep(hand.uniform(0, LONGEST))
            self.set_timer(hand.uniform(0, EVERY), stall)

        stall()


if __name__ == "__main__":
    SEED = int(sys.argv.pop(1))
    vars(app)["LabApp"] = StalledApp
    main()
