"""Figures of tuilab beside those of other programs, as ratios in one run, all on one core."""

import os

if hasattr(os, "sched_setaffinity"):  # before anything is imported that starts as many threads as there are cores
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
