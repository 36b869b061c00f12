"""One iteration each: forward, backward, L2, update, cost. The same network, data and batch for all."""

import warnings
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from benchmarks.timing import Contender
from tuilab.experiment import Experiment, convert
from tuilab.training import Training, problem_from_arrays

jax.config.update("jax_enable_x64", True)
RATE, LAMBD = 0.01, 0.7
Data = tuple[NDArray[np.floating], NDArray[np.int64]]


def data(sizes: tuple[int, ...], rows: int, dtype: str) -> Data:
    """`rows` random examples with as many classes as the output has."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((rows, sizes[0])).astype(dtype), np.arange(rows) % max(2, sizes[-1])


def experiment(sizes: tuple[int, ...], rows: int, batch: int, dtype: str, engine: str = "auto") -> Experiment:
    """The experiment that all contenders run."""
    return convert(
        {
            "inputs": {"normalize": False},
            "network": {"hidden": list(sizes[1:-1]), "activation": "relu", "precision": dtype},
            "regularization": {"kind": "l2", "lambd": LAMBD},
            "optimization": {"learning_rate": RATE, "batch_size": "full" if batch == rows else batch},
            "compute": {"engine": engine},
        }
    )


def tuilab(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str) -> Contender:
    """`Training.advance`, which is what the trainer does."""
    return Training(problem_from_arrays(experiment(sizes, len(examples[1]), batch, dtype), examples)).advance


def numpy_engine(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str) -> Contender:
    """The same on the engine that is NumPy."""
    plan = experiment(sizes, len(examples[1]), batch, dtype, "numpy")
    return Training(problem_from_arrays(plan, examples)).advance


def jax_scan(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str, nets: int = 0) -> Contender:
    """JAX: J and its gradient by `value_and_grad`, the iterations of a call in one compiled `lax.scan`.

    With `nets` so many networks at once, by `vmap`.
    """
    rng = np.random.default_rng(0)
    X, y = jnp.asarray(examples[0]), jnp.asarray(examples[1])
    m, many = len(examples[1]), (nets,) if nets else ()
    layers = [
        (
            jnp.asarray(rng.standard_normal(many + pair) * (2 / pair[0]) ** 0.5, dtype),
            jnp.zeros((*many, pair[1]), dtype),
        )
        for pair in pairwise(sizes)
    ]

    def cost(layers, X, y):
        for W, b in layers[:-1]:
            X = jax.nn.relu(X @ W + b)
        logits = X @ layers[-1][0] + layers[-1][1]
        if sizes[-1] == 1:
            losses = jax.nn.softplus(jnp.where(y == 1, -1, 1) * logits[:, 0])
        else:
            losses = jax.nn.logsumexp(logits, axis=1) - jnp.take_along_axis(logits, y[:, None], axis=1)[:, 0]
        return losses.mean() + LAMBD / (2 * m) * sum(jnp.vdot(W, W) for W, _ in layers)

    def step(layers, index):
        inputs, wanted = (X, y) if index is None else (X[index], y[index])
        J, gradient = jax.value_and_grad(cost)(layers, inputs, wanted)
        return jax.tree.map(lambda theta, slope: theta - RATE * slope, layers, gradient), J

    def scan(layers, index, length):
        return jax.lax.scan(step, layers, index, length)

    def train(layers, index, length):
        return jax.vmap(lambda one: scan(one, index, length))(layers) if nets else scan(layers, index, length)

    train = jax.jit(train, static_argnums=2)

    def run(iterations: int) -> None:
        nonlocal layers
        index = None
        if batch < m:
            epochs = [rng.permutation(m)[: m // batch * batch] for _ in range(iterations * batch // m)]
            index = jnp.asarray(np.concatenate(epochs).reshape(-1, batch))
        layers, costs = train(layers, index, iterations)
        np.asarray(costs)

    return run


def pytorch(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str) -> Contender:
    """Eager PyTorch: a sequential model, the fused loss from logits, SGD with the decay of the weights, J each time.

    The penalty beside the graph and the decay in SGD is the faster of the two ways; in the graph it takes longer.
    """
    torch.set_num_threads(1)
    X, y = torch.from_numpy(examples[0]), torch.from_numpy(examples[1])
    binary, m = sizes[-1] == 1, len(examples[1])
    layers: list[torch.nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out, dtype=X.dtype), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    loss = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()
    target = y.to(X.dtype)[:, None] if binary else y
    weights = [each for each in model.parameters() if each.ndim == 2]
    biases = [each for each in model.parameters() if each.ndim == 1]
    optimizer = torch.optim.SGD([{"params": weights, "weight_decay": LAMBD / m}, {"params": biases}], lr=RATE)
    order, start = torch.randperm(m), 0

    def run(iterations: int) -> None:
        nonlocal order, start
        for _ in range(iterations):
            inputs, wanted = X, target
            if batch < m:
                if start + batch > m:
                    order, start = torch.randperm(m), 0
                index = order[start : start + batch]
                inputs, wanted, start = X[index], target[index], start + batch
            optimizer.zero_grad()
            cost = loss(model(inputs), wanted)
            cost.backward()
            with torch.no_grad():
                penalty = LAMBD / (2 * m) * sum(each.square().sum().item() for each in weights)
            optimizer.step()
            cost.item() + penalty

    return run


def scikit_learn(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str) -> Contender:
    """`MLPClassifier.fit` with plain SGD for as many epochs as make the iterations, its checks of the data included."""
    X, y = examples
    per_epoch = len(y) // batch

    def run(iterations: int) -> None:
        epochs = max(1, round(iterations / per_epoch))
        model = MLPClassifier(
            sizes[1:-1],
            solver="sgd",
            momentum=0,
            alpha=LAMBD,
            batch_size=batch,
            learning_rate_init=RATE,
            max_iter=epochs,
            tol=0,
            n_iter_no_change=epochs + 1,
        )
        with warnings.catch_warnings(action="ignore"):
            model.fit(X, y)

    return run


def products(sizes: tuple[int, ...], examples: Data, batch: int, dtype: str) -> Contender:
    """Nothing but the matrix products of an iteration, into ready buffers."""
    rng = np.random.default_rng(0)
    X = examples[0][:batch]
    weights = [rng.standard_normal(pair).astype(dtype) for pair in pairwise(sizes)]
    a = [X, *(np.ones((batch, n), dtype) for n in sizes[1:])]
    above = [np.ones((batch, n), dtype) for n in sizes]
    gradients = [np.empty_like(each) for each in weights]
    layers = range(len(weights))

    def run(iterations: int) -> None:
        for _ in range(iterations):
            for layer in layers:
                np.dot(a[layer], weights[layer], out=a[layer + 1])
            for layer in reversed(layers):
                np.dot(a[layer].T, above[layer + 1], out=gradients[layer])
                if layer:
                    np.dot(above[layer + 1], weights[layer].T, out=above[layer])

    return run


CONTENDERS = {
    "tuilab": tuilab,
    "NumPy engine": numpy_engine,
    "PyTorch": pytorch,
    "JAX": jax_scan,
    "scikit-learn": scikit_learn,
    "products": products,
}
