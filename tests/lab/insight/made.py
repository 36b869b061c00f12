"""Small data sets and networks, made to measure."""

from dataclasses import replace

import numpy as np

from tuilab.data import Dataset, Part
from tuilab.experiment import Experiment
from tuilab.lab import Moment
from tuilab.nn import Network, Parameters
from tuilab.training import problem_for


def dataset(X: np.ndarray, y: np.ndarray, dev: int = 0, mean: float = 0.0, scale: float = 1.0) -> Dataset:
    """Examples whose last `dev` ones are the dev part; already normalized by `mean` and `scale`."""
    cut, n, classes = len(y) - dev, X.shape[1], int(y.max()) + 1
    empty = Part(X=np.empty((0, n)), y=np.empty(0, np.int64))
    return Dataset(
        train=Part(X=X[:cut], y=y[:cut]),
        train_dev=empty,
        dev=Part(X=X[cut:], y=y[cut:]),
        test=empty,
        features=tuple(f"f{index}" for index in range(n)),
        classes=tuple(f"c{index}" for index in range(classes)),
        mean=np.full(n, mean),
        scale=np.full(n, scale),
    )


def random_data(seed: int, m: int, n: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), np.arange(m) % classes


def filled(sizes: tuple[int, ...], seed: int = 0) -> Parameters:
    parameters = Parameters(sizes)
    parameters.theta[:] = np.random.default_rng(seed).normal(size=parameters.theta.size)
    return parameters


def moment(data: Dataset, network: Network, parameters: Parameters) -> Moment:
    """`parameters` of a network of any activations, on any data."""
    problem = problem_for(Experiment(), data)
    return Moment(replace(problem, network=network), parameters, 0)
