"""Runs in this process, with the verdict that the lab gives on them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tuilab.engines import choose
from tuilab.events import Finished, Parts
from tuilab.experiment import Experiment, edit
from tuilab.lab.watching import Ancestor, course_of, latest_error, reached
from tuilab.runs import fold
from tuilab.runs.view import RunView
from tuilab.training import Course, Diagnosis, Training, build, diagnose, diagnose_divergence, train


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


def judged(experiment: Experiment, edits: dict[str, str] | None = None, line: tuple[Ancestor, ...] = ()) -> Judged:
    """Trains `experiment` with `edits` to its end, as a child of those of `line`."""
    experiment = edit(experiment, edits or {})
    problem = build(experiment)
    view = fold(RunView(), [problem.started(0.0, choose(problem)), *train(Training(problem))])
    assert view.finished is not None
    status, error = view.finished.status, latest_error(view)
    course = course_of(view, status, experiment, line)
    diverged = status == "diverged"
    diagnosis = (
        diagnose_divergence(experiment, course)
        if diverged
        else diagnose(error, problem.dataset.examples, experiment, course)
    )
    known = Ancestor(experiment=experiment, reached=reached(view))
    return Judged(experiment, view.finished, error, course, diagnosis, (known, *line))


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
