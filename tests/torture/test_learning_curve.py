"""Learning curves of networks whose dev error with twice the examples is known, of 3,000 others.

`python -m pytest tests/torture/test_learning_curve.py -s` prints how often anything is told, and how often it holds;
two minutes of one core.
"""

from collections import Counter

import numpy as np

from tuilab.data import prepare
from tuilab.experiment import Experiment, edit
from tuilab.training.build import build
from tuilab.training.learning_curve import error_at_end, forecast, learning_curve

SOURCES = (
    ("moons", 0.3),
    ("circles", 0.2),
    ("xor", 0.25),
    ("blobs", 0.7),
    ("spiral", 0.1),
    ("spiral", 0.2),
    ("spiral", 0.4),
)
NETWORKS = ("", "8", "16, 16", "32, 16")
BASE = edit(
    Experiment(),
    {
        "split.train": "0.5",
        "split.dev": "0.5",
        "split.test": "0",
        "optimization.optimizer": "adam",
        "optimization.learning_rate": "0.01",
        "optimization.iterations": "400",
    },
)
MANY = 3000


def sized(experiment: Experiment, train: int, dev: int, seed: int) -> Experiment:
    whole = train + dev
    shares = {"split.train": repr(train / whole), "split.dev": repr(dev / whole)}
    return edit(experiment, {"data.examples": str(whole), "seed": str(seed), **shares})


def test_what_is_told_of_twice_the_examples_holds_of_networks_too_and_a_knee_is_not_told() -> None:
    told, held, near = Counter[str](), Counter[str](), 0
    for number in range(140):
        (source, noise), random = SOURCES[number % len(SOURCES)], np.random.default_rng(number)
        train, dev = int(random.choice([60, 120, 250, 500])), int(random.choice([100, 300, 1000]))
        edits = {"data.source": source, "data.noise": str(noise), "network.hidden": str(random.choice(NETWORKS))}
        one, kind = edit(BASE, edits), f"{source} {noise}"
        known = forecast(list(learning_curve(sized(one, train, dev, 91_000 + 100 * number))))
        if not known.proves or known.met or not known.learned:
            continue
        others = [sized(one, 2 * train, MANY, 5_000_000 + 100 * number + seed) for seed in range(6)]
        truth = float(np.mean([error_at_end(other, build(other, prepare).dataset)[1] for other in others]))
        told[kind] += 1
        held[kind] += known.interval[0] <= truth <= known.interval[1]
        near += abs(known.twice / truth - 1) <= 0.2
    print({kind: (held[kind], number) for kind, number in told.items()}, f"within a fifth: {near} of {told.total()}")
    assert told.total() >= 30 and held.total() >= 0.93 * told.total() and near >= 0.9 * told.total()
