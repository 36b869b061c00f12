"""What the explainer says of tables that are sound, and how a network does on them: `python -m benchmarks.tables`.

The tables that come with scikit-learn, and the shipped ones. A flag on a column of theirs is false, unless the column
is constant; the errors are beside those of scikit-learn's MLPClassifier with as many units, on the same parts.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.neural_network import MLPClassifier

from tuilab.data import prepare
from tuilab.data.columns.report import DataReport, report
from tuilab.experiment import SHIPPED, Experiment, edit
from tuilab.training import Training, build

NAMES = ("iris", "wine", "breast_cancer", "digits", "diabetes", "linnerud")
AT_MOST = 0.006
"""Of all sound columns, those that may be flagged."""
SEEDS = 5


def write(folder: Path, name: str) -> list[Path]:
    """A .csv file of a table for each of its targets."""
    bunch = getattr(datasets, f"load_{name}")()
    features = [str(one) for one in bunch.feature_names]
    named = name in ("iris", "wine", "breast_cancer")
    targets = (
        {"label": bunch.target}
        if bunch.target.ndim == 1
        else dict(zip(bunch.target_names, bunch.target.T, strict=True))
    )
    paths = []
    for target, y in targets.items():
        labels = [str(bunch.target_names[k]) for k in y] if named else [str(value) for value in y.tolist()]
        rows = [",".join([*map(repr, row), label]) for row, label in zip(bunch.data.tolist(), labels, strict=True)]
        paths.append(folder / f"{name}-{target}.csv")
        paths[-1].write_text("\n".join([",".join([*features, target]), *rows]) + "\n")
    return paths


def flags(found: DataReport) -> list[str]:
    """False ones: of a column, and not that it is constant."""
    return [
        f"{trap.name} {trap.column}"
        for trap in found.traps
        if trap.name != "constant" and trap.column and trap.column != found.label
    ]


def errors(source: str, seed: int) -> tuple[float, float]:
    """Dev error of a network of 16 units under Adam, 500 iterations of the full batch; and of scikit-learn's."""
    settings = {
        "data.source": source,
        "seed": str(seed),
        "optimization.optimizer": "adam",
        "optimization.learning_rate": "0.01",
        "optimization.iterations": "500",
        "compute.engine": "numpy",
    }
    experiment = edit(Experiment(), settings)
    training = Training(build(experiment, prepare))
    for _ in range(500):
        training.step()
    data = training.problem.dataset
    ours = training.error("dev") or 0.0
    other = MLPClassifier(
        (16,),
        learning_rate_init=0.01,
        alpha=0,
        max_iter=500,
        batch_size=len(data.train.y),
        n_iter_no_change=500,
        random_state=seed,
    )
    other.fit(data.train.X, data.train.y)
    return ours, float((other.predict(data.dev.X) != data.dev.y).mean())


def main() -> None:
    """Prints both."""
    columns = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        sources = [str(path) for name in NAMES for path in write(Path(folder), name)] + list(SHIPPED)
        for source in sources:
            found = report(edit(Experiment(), {"data.source": source}))
            false = flags(found)
            columns, wrong = columns + len(found.columns), wrong + len(false)
            size = f"{found.rows:>5} rows {len(found.columns):>3} columns"
            print(f"{Path(source).stem:<22} {size}  {', '.join(false) or 'none flagged'}")
            if found.task == "classification" and found.rows > 100:
                both = np.array([errors(source, seed) for seed in range(1, SEEDS + 1)]).mean(axis=0)
                print(f"{'':<22} dev error {both[0]:.2%}, scikit-learn's {both[1]:.2%} (mean of {SEEDS} seeds)")
    print(f"{wrong} of {columns} columns flagged falsely: {wrong / columns:.2%} (at most {AT_MOST:.1%})")
    sys.exit(wrong > AT_MOST * columns)


if __name__ == "__main__":
    main()
