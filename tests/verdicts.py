"""Runs in this process, with the verdict that the lab gives on them."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tuilab.engines import choose
from tuilab.events import PARTS, Finished, Parts
from tuilab.experiment import Experiment, edit
from tuilab.lab.watching import Ancestor, course_of, latest_error, reached
from tuilab.runs import fold
from tuilab.runs.view import RunView
from tuilab.training import Course, Diagnosis, Training, build, diagnose, diagnose_divergence, train
from tuilab.training.action import Action


@dataclass(frozen=True)
class Judged:
    """A run that is over."""

    experiment: Experiment
    finished: Finished
    error: Parts[float]
    course: Course
    diagnosis: Diagnosis
    line: tuple[Ancestor, ...]
    """What a child made from it knows of it, and of those it was made from."""

    @property
    def cost(self) -> float:
        """Data cost of the training part; of a run that diverged, none that could be lower."""
        return self.finished.cost.data if self.finished.cost else float("inf")


def judged(
    experiment: Experiment,
    edits: dict[str, str] | None = None,
    line: tuple[Ancestor, ...] = (),
    known: tuple[str, ...] = PARTS,
    offered: tuple[Action, ...] = (),
) -> Judged:
    """Trains `experiment` with `edits` to its end, as a child of those of `line`, of which the first `offered` that.

    The verdict is of the `known` parts.
    """
    experiment = edit(experiment, edits or {})
    problem = build(experiment)
    view = fold(RunView(), [problem.started(0.0, choose(problem)), *train(Training(problem))])
    assert view.finished is not None
    status, error = view.finished.status, latest_error(view)
    course = course_of(view, status, experiment, line, lambda: offered)
    diverged = status == "diverged"
    diagnosis = (
        diagnose_divergence(experiment, course)
        if diverged
        else diagnose(_of(error, known), _of(problem.dataset.examples, known), experiment, course)
    )
    one = Ancestor(experiment=experiment, reached=reached(view))
    return Judged(experiment, view.finished, error, course, diagnosis, (one, *line))


def _of(parts: Parts[Any], known: tuple[str, ...]) -> Parts[Any]:
    return Parts(**{name: getattr(parts, name) for name in known})


ENDLESS = 20_000


def shares(train: int, dev: int, *, swapped: bool = False) -> dict[str, str]:
    """Edits that give so many examples of a generated source, and `ENDLESS` ones to test with; or to look at as dev,
    the few of dev being those of test: what it learns from is the same."""
    every = train + dev + ENDLESS
    looked_at = ENDLESS if swapped else dev
    return {
        "data.examples": str(every),
        "split.train": repr(train / every),
        "split.dev": repr(looked_at / every),
        "split.test": repr(1 - train / every - looked_at / every),
    }


def random_network(seed: int) -> tuple[dict[str, str], int, int]:
    """Edits of a network that nobody chose, sound or not, of a generated source; and how many examples of train and
    dev it is to have."""
    draw = random.Random(seed)
    widths = [draw.choice([1, 2, 3, 4, 6, 8, 16, 32]) for _ in range(draw.choice([0, 1, 1, 1, 2, 2, 3, 5]))]
    rule = draw.choice(["gradient_descent"] * 3 + ["momentum", "adam", "adam", "rmsprop"])
    plain = rule in ("gradient_descent", "momentum")
    rates = [0.003, 0.03, 0.1, 0.1, 0.3, 1, 3] if plain else [0.0003, 0.001, 0.01, 0.01, 0.1]
    kind = draw.choice(["none"] * 4 + ["l2", "l2", "l1"])
    edits = {
        "seed": str(seed),
        "data.source": draw.choice(["circles", "moons", "xor", "blobs", "spiral"]),
        "data.noise": str(draw.choice([0.05, 0.1, 0.2, 0.3, 0.5, 0.8])),
        "network.hidden": ", ".join(map(str, widths)) or "[]",
        "initialization.scheme": draw.choice(["he"] * 4 + ["xavier", "random"]),
        "initialization.gain": str(draw.choice([1] * 6 + [0.3, 3, 20])),
        "optimization.optimizer": rule,
        "optimization.learning_rate": str(draw.choice(rates)),
        "optimization.batch_size": draw.choice(["full", "full", "8", "32"]),
        "optimization.iterations": str(draw.choice([100, 500, 1000, 2500])),
        "optimization.decay": draw.choice(["none"] * 7 + ["inverse"]),
        "optimization.decay_rate": "0.9",
        "regularization.kind": kind,
    }
    if kind != "none":
        edits["regularization.lambd"] = str(draw.choice([0.01, 0.1, 1, 10]))
    if widths:
        edits["network.activation"] = draw.choice(["relu"] * 5 + ["tanh", "tanh", "leaky_relu", "sigmoid", "linear"])
        edits["dropout.keep_prob"] = str(draw.choice([1] * 8 + [0.5, 0.8]))
    return edits, draw.choice([40, 90, 200, 600]), draw.choice([10, 30, 60, 150, 400])


def rare_table(path: Path, share: float, examples: int = 1200, seed: int = 0) -> None:
    """Writes a table of two classes that overlap, of which "yes" has this share of the examples, and five at least."""
    random = np.random.default_rng(seed)
    y = (np.arange(examples) < max(5, round(share * examples))).astype(int)
    X = random.standard_normal((examples, 3)) + y[:, None] * [1.5, 0.7, 0]
    rows = [f"{a:.4f},{b:.4f},{c:.4f},{'yes' if k else 'no'}\n" for (a, b, c), k in zip(X, y, strict=True)]
    path.write_text("a,b,c,label\n" + "".join(rows))


def outlier_table(path: Path, rows: int, seed: int, *, exponential: bool = False) -> None:
    """Writes a table of prices, one row in twenty of which is off by thirty times the noise, or on average by that."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((rows, 3))
    y = X @ [1.0, -0.7, 0.4] + 0.3 * np.sin(2 * X[:, 0]) + 0.3 * random.standard_normal(rows)
    off = (random.random(rows) < 0.05) * random.choice([-10.0, 10.0], rows)
    y += off * random.exponential(size=rows) if exponential else off
    np.savetxt(path, np.column_stack([X, y]), "%.5f", ",", header="a,b,c,price", comments="")


def bent_table(path: Path, rows: int, random: np.random.Generator) -> None:
    """Writes a table of 50 columns, of which six tell of a number y, bent, two of them together; and noise."""
    X = random.standard_normal((rows, 50))
    y = np.sin(2 * X[:, 0]) + 0.5 * np.sin(2 * X[:, 1]) + X[:, 2] - 0.5 * X[:, 3] + 0.5 * X[:, 4] * X[:, 5]
    y += 0.5 * random.standard_normal(rows)
    names = ",".join([f"x{k}" for k in range(50)] + ["y"])
    np.savetxt(path, np.column_stack([X, y]), "%.5f", ",", header=names, comments="")


LABELS: dict[str, list[float] | None] = {
    "2": [0.5] * 2,
    "3": [1 / 3] * 3,
    "10": [0.1] * 10,
    "90/10": [0.9, 0.1],
    "97/3": [0.97, 0.03],
    "numbers": None,
}
"""The shares of classes; or numbers."""
NETWORKS = [
    {"network.hidden": "8"},
    {"network.hidden": "16, 16", "optimization.optimizer": "adam", "optimization.learning_rate": "0.01"},
    {"network.hidden": "4", "early_stopping.monitor": "dev_cost"},
    {"network.hidden": ""},
]


def own_table(path: Path, rows: int, labels: str, seed: int, *, apart: float = 0.0) -> dict[str, str]:
    """Writes a table of columns that tell nothing of the labels, or of classes whose means lie `apart` in σ, of numbers
    that follow them by so many σ of their noise; and gives edits of a network that nobody chose."""
    draw = np.random.default_rng(seed)
    X, shares = draw.standard_normal((rows, int(draw.choice([2, 5, 10])))), LABELS[labels]
    if shares is None:
        y = apart * (X[:, 0] + 0.5 * np.sin(2 * X[:, 1])) + draw.standard_normal(rows)
        told = [f"{value:.5f}" for value in y]
    else:
        k = draw.choice(len(shares), rows, p=shares)
        means = draw.standard_normal((len(shares), X.shape[1]))
        means = means - means.mean(axis=0) if len(shares) == 2 else means
        X += apart * (means / np.linalg.norm(means, axis=1)[:, None])[k]
        told = [f"c{one}" for one in k]
    names = ",".join(f"x{k}" for k in range(X.shape[1]))
    lines = (",".join(f"{value:.4f}" for value in row) + f",{label}\n" for row, label in zip(X, told, strict=True))
    path.write_text(f"{names},label\n{''.join(lines)}")
    own = {"data.source": str(path), "seed": str(seed), "optimization.iterations": "600" if rows > 1000 else "1500"}
    return own | ({} if shares else {"task": "regression"}) | NETWORKS[draw.integers(len(NETWORKS))]
