"""What the explainer says of real tables, and how a network does on them: `python -m benchmarks.tables [FOLDER]`.

The tables that come with scikit-learn, and the shipped ones. A flag on a column of theirs is false, unless the column
is constant; the errors are beside those of scikit-learn's MLPClassifier with as many units, on the same parts. In
FOLDER lie `WELL_KNOWN` tables, or some of them: they are trained on by one command, as what is said of them proposes.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
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
WELL_KNOWN = {
    "penguins.csv": {"data.label": "species"},
    "titanic.csv": {"data.label": "survived"},
    "adult.data": {"columns.header": "none"},
    "winequality-red.csv": {},
    "mnist.csv": {"data.label": "label"},
}
"""What must be said of each, as its own file does not: seaborn's, UCI's, and MNIST as numbers in a row an image."""


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


NETWORK = {
    "optimization.optimizer": "adam",
    "optimization.learning_rate": "0.01",
    "optimization.iterations": "500",
}
"""16 units under Adam, 500 iterations of the full batch."""


def errors(settings: Mapping[str, str], seed: int) -> tuple[float, float]:
    """Dev error of `NETWORK` on the data in `settings`, and of scikit-learn's on the same inputs and parts."""
    experiment = edit(Experiment(), {**NETWORK, **settings, "seed": str(seed)})
    training = Training(build(experiment, prepare))
    for _ in range(experiment.optimization.iterations):
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


def compared(settings: Mapping[str, str]) -> str:
    """Both errors over all seeds, with the standard error of the mean of their differences."""
    both = np.array([errors(settings, seed) for seed in range(1, SEEDS + 1)])
    deviation = np.std(both[:, 0] - both[:, 1], ddof=1) / np.sqrt(SEEDS)
    ours, theirs = both.mean(axis=0)
    return (
        f"dev error {ours:.2%}, scikit-learn's {theirs:.2%} (mean of {SEEDS} seeds, the difference ± {deviation:.2%})"
    )


def command(settings: Mapping[str, str]) -> str:
    """One command from the file to a verdict; what that is."""
    given = {**NETWORK, **settings}
    source = given.pop("data.source")
    sets = [word for path, value in given.items() for word in ("--set", f"{path}={value}")]
    words = [sys.executable, "-m", "tuilab", "run", source, *sets, "--json"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        return f"exit code {done.returncode}: {done.stderr.strip()}"
    found = json.loads(done.stdout)
    return f"{found['diagnosis']['state']}, dev error {found['error']['dev']:.2%}, test {found['error']['test']:.2%}"


def real(path: Path) -> None:
    """Prints what is said of a well-known table, what becomes of one command that takes all as proposed, and errors."""
    settings = {"data.source": str(path), **WELL_KNOWN[path.name]}
    found = report(edit(Experiment(), settings))
    proposed = {f"columns.{key}": value for key, value in found.proposed.items()}
    kinds = sorted({f"{trap.name}{' (!)' * trap.open}" for trap in found.traps})
    print(f"{path.name:<22} {found.rows:,} rows {len(found.columns)} columns")
    print(f"{'':<22} {', '.join(kinds)}")
    print(f"{'':<22} {', '.join(f'{key} = {value}' for key, value in proposed.items()) or 'nothing to decide'}")
    print(f"{'':<22} {command({**settings, **proposed})}")
    print(f"{'':<22} {compared({**settings, **proposed})}", flush=True)


def main() -> None:
    """Prints all of it."""
    for folder in map(Path, sys.argv[1:]):
        for name in WELL_KNOWN:
            if (folder / name).exists():
                real(folder / name)
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
                print(f"{'':<22} {compared({'data.source': source})}")
    print(f"{wrong} of {columns} columns flagged falsely: {wrong / columns:.2%} (at most {AT_MOST:.1%})")
    sys.exit(wrong > AT_MOST * columns)


if __name__ == "__main__":
    main()
