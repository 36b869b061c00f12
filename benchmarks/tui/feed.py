"""Logs three curves to W&B, offline: `python feed.py STEPS SECONDS_BETWEEN`. Runs in W&B's own environment."""

import math
import random
import sys
import time

import wandb

steps, pause = int(sys.argv[1]), float(sys.argv[2])
with wandb.init(project="benchmark") as run:
    print("started", flush=True)
    for step in range(steps):
        data = 0.7 * math.exp(-step / 3000) + 0.02 * random.gauss(0, 1)
        penalty = 0.02 + 0.05 * step / 30_000
        run.log({"data cost": data, "penalty": penalty, "total": data + penalty})
        time.sleep(pause)
