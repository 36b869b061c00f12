"""How good the best of 30 trials is: `python -m benchmarks.search [20]` compares the samplers on that many seeds.

The objective is the dev error of three presets by α and λ. It was measured where it is asked for, at `NODES` × `NODES`
places, by real trainings; between them it is bilinear in the logarithms, so that what a sampler wins is no luck of a
seed, and 30 × 20 × 3 trials of each take no hour. Regret is the dev error of the best trial less the lowest of all.
TPE through tuilab is what a sweep does, with the two trials at once that it has by itself, and with one; beside it
Optuna's own, which has one. Intervals are those of a bootstrap of the seeds.
"""

import math
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Literal

import numpy as np
import optuna
from msgspec.structs import replace

from tuilab.arrays import Array
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.queue import cores
from tuilab.search import Search, Tried, trials_in_turn
from tuilab.training import Training, build

Sampler = Literal["random", "halton", "tpe"]
PRESETS = {"breast-cancer": "1000", "digits": "150", "high-variance": "1500"}
"""With so many iterations."""
ALPHA, LAMBDA = ("optimization.learning_rate", 1e-3, 10.0), ("regularization.lambd", 1e-2, 1e3)
NODES = 17
TRIALS = 30
RESAMPLES = 10_000


def main(seeds: int) -> None:
    """Prints the regret of each sampler, and what is between those that are to be compared."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    start = time.perf_counter()
    tables = {name: _table(name, iterations) for name, iterations in PRESETS.items()}
    print(f"{len(tables)} × {NODES} × {NODES} trainings: {time.perf_counter() - start:.0f} s")
    found = {name: {one: _regrets(table, one, seeds) for one in SAMPLERS} for name, table in tables.items()}
    for name, regrets in found.items():
        span = f"{100 * tables[name].min():.2f} % to {100 * tables[name].max():.2f} %"
        print(f"\n{name} (dev errors from {span}), regret after {TRIALS} trials in points, {seeds} seeds:")
        for sampler, regret in regrets.items():
            low, middle, high = 100 * np.quantile(regret, [0.25, 0.5, 0.75])
            print(f"  {sampler:14} median {middle:.3f} [{low:.3f}, {high:.3f}], mean {100 * regret.mean():.3f}")
        for one, other in COMPARED:
            print(f"  {one} − {other}: {_difference(regrets[one], regrets[other])}")
    print("\nall three, as multiples of random's median:")
    scale = {name: max(np.median(regrets["random"]), 1e-9) for name, regrets in found.items()}
    together = {one: np.concatenate([found[name][one] / scale[name] for name in found]) for one in SAMPLERS}
    for sampler, regret in together.items():
        print(f"  {sampler:14} median {np.median(regret):.2f}, mean {regret.mean():.2f}")
    for one, other in COMPARED:
        print(f"  {one} − {other}: {_difference(together[one], together[other], 1)}")


def _difference(one: Array, other: Array, scale: float = 100) -> str:
    """Of the means, with what 95 of 100 resamplings of the seeds leave."""
    draw = np.random.default_rng(0)
    means = [(draw.choice(each, (RESAMPLES, len(each)))).mean(axis=1) for each in (one, other)]
    low, high = scale * np.quantile(means[0] - means[1], [0.025, 0.975])
    return f"mean {scale * (one.mean() - other.mean()):+.3f} [{low:+.3f}, {high:+.3f}]"


def _table(name: str, iterations: str) -> Array:
    """Dev errors, a row a learning rate."""
    base = edit(Lab().open(name)[1], {"optimization.iterations": iterations, "regularization.kind": "l2"})
    axes = [np.geomspace(low, high, NODES) for _, low, high in (ALPHA, LAMBDA)]
    points = [(base, alpha, lambd) for alpha in axes[0] for lambd in axes[1]]
    with ProcessPoolExecutor(cores()) as pool:
        return np.array(list(pool.map(_trained, points, chunksize=8))).reshape(NODES, NODES)


def _trained(point: tuple[Experiment, float, float]) -> float:
    """The dev error of one training; of one that diverges that of its last finite weights."""
    base, alpha, lambd = point
    training = Training(build(edit(base, {ALPHA[0]: repr(float(alpha)), LAMBDA[0]: repr(float(lambd))})))
    training.advance(base.optimization.iterations)
    error = training.error("dev")
    assert error is not None
    return error


def _at(table: Array, alpha: float, lambd: float) -> float:
    places = [
        (NODES - 1) * math.log(value / low) / math.log(high / low)
        for value, (_, low, high) in ((alpha, ALPHA), (lambd, LAMBDA))
    ]
    (i, s), (j, t) = ((min(int(place), NODES - 2), place - min(int(place), NODES - 2)) for place in places)
    upper, lower = table[i, j : j + 2], table[i + 1, j : j + 2]
    return float((1 - s) * ((1 - t) * upper[0] + t * upper[1]) + s * ((1 - t) * lower[0] + t * lower[1]))


def _swept(table: Array, sampler: Sampler, seed: int, ahead: int) -> float:
    """The lowest dev error of a sweep, of which the oldest trial ends whenever the next one follows from it."""
    over: dict[str, str | list[Any]] = {path: f"log:{low!r}..{high!r}" for path, low, high in (ALPHA, LAMBDA)}
    base = edit(Experiment(), {"seed": str(seed), "regularization.kind": "l2"})
    search = Search(over=over, sampler=sampler, trials=TRIALS, ahead=ahead)
    tried: list[Tried] = []
    for trial in trials_in_turn(base, search, lambda: tried):
        if trial is None:
            oldest = next(number for number, one in enumerate(tried) if not one.over)
            tried[oldest] = replace(tried[oldest], over=True, dev=_of(table, tried[oldest]))
        else:
            tried.append(Tried(identity=trial.identity, point=trial.point, seed=seed, over=False))
    assert len(tried) == TRIALS
    return min(_of(table, one) for one in tried)


def _of(table: Array, one: Tried) -> float:
    return _at(table, *(float(one.point[path]) for path, *_ in (ALPHA, LAMBDA)))


def _optuna(table: Array, seed: int) -> float:
    def objective(trial: optuna.Trial) -> float:
        return _at(table, *(trial.suggest_float(path, low, high, log=True) for path, low, high in (ALPHA, LAMBDA)))

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=TRIALS)
    return study.best_value


SAMPLERS: dict[str, Callable[[Array, int], float]] = {
    "random": lambda table, seed: _swept(table, "random", seed, 1),
    "halton": lambda table, seed: _swept(table, "halton", seed, 1),
    "Optuna's TPE": _optuna,
    "tpe": lambda table, seed: _swept(table, "tpe", seed, 2),
    "tpe --ahead 1": lambda table, seed: _swept(table, "tpe", seed, 1),
}
COMPARED = (("halton", "random"), ("tpe", "Optuna's TPE"), ("tpe --ahead 1", "Optuna's TPE"))


def _regrets(table: Array, sampler: str, seeds: int) -> Array:
    return np.array([SAMPLERS[sampler](table, seed) for seed in range(seeds)]) - table.min()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
