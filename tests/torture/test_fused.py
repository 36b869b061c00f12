"""The fused engine and NumPy, at length."""

import numpy as np

from tests.engines.agreement import CLOSE, FACTOR, compare, random_experiment
from tuilab.engines.fused_engine import FusedEngine
from tuilab.training import build

EXPERIMENTS, UPDATES = 300, 1000


@np.errstate(all="ignore")
def test_three_hundred_experiments_of_a_thousand_updates() -> None:
    """They agree, or NumPy itself, rounded otherwise by a unit in the last place, comes to something as different."""
    close, worst = 0, 0.0
    for seed in range(1000, 1000 + EXPERIMENTS):
        found, chaos = compare(build(random_experiment(seed)), FusedEngine, UPDATES, stride=97)
        assert found <= max(CLOSE["float64"], FACTOR * chaos), seed
        close += found <= CLOSE["float64"]
        worst = max(worst, found / chaos if chaos else 0)
    print(
        f"{close} of {EXPERIMENTS} within {CLOSE['float64']:g}; the others at most {worst:.0f} × as far as NumPy itself"
    )
    assert close >= 0.85 * EXPERIMENTS
