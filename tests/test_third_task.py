"""A third task is one file and its name in a list: all that a run is asked, it answers of that task as of the others.

The file is `tests/nn/counts.py`, put into a copy of tuilab, so that its trainer finds it too.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec import convert
from msgspec.structs import replace

from tests.copies import copied, there, told
from tests.nn.counts import Counts
from tests.runs.events import started
from tuilab.errors import BadInput
from tuilab.events import Parts, Target
from tuilab.lab.insight import INSIGHTS
from tuilab.lab.onnx_trace import Traced
from tuilab.nn.task import NumberTask, Regression
from tuilab.runs import RunView, fold
from tuilab.runs.model import decoded

ADDED = {
    "from tuilab.nn.task.cross_entropy": "from tuilab.nn.task.counts import Counts\nfrom tuilab.nn.task.cross_entropy",
    "(CLASSIFICATION, REGRESSION)}": "(CLASSIFICATION, REGRESSION, Counts())}",
}
"""To `tuilab/nn/task/__init__.py`: it is imported, and it stands in the list."""
RATES = (0.3, 0.8, -0.5)
"""log μ = 0.3 + 0.8·a − 0.5·b."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tuilab that has a third task, a file of counts, and some rows to be predicted."""
    counts = (Path(__file__).parent / "nn" / "counts.py").read_text()
    place = copied(tmp_path_factory.mktemp("third"), {"nn/task/counts.py": counts}, {"nn/task/__init__.py": ADDED})
    random = np.random.default_rng(1)
    X = random.standard_normal((600, 2))
    y = random.poisson(np.exp(RATES[0] + X @ RATES[1:]))
    rows = [f"{a:.4f},{b:.4f},{count}" for (a, b), count in zip(X, y, strict=True)]
    (place / "calls.csv").write_text("\n".join(["a,b,calls", *rows, ""]))
    (place / "new.csv").write_text("a,b\n0,0\n1,0\n0,1\n1,1\n")
    return place


@pytest.fixture(scope="module")
def run(place: Path) -> str:
    """What the command line says of a run of that task: a straight line of log μ, which is the truth."""
    setting = "--set task=counts --set network.hidden=[] --set optimization.iterations=400"
    ((said, code),) = told(place, f"run calls.csv {setting}")
    assert code == 0
    return said


def test_it_learns_the_truth_and_is_judged_in_its_own_words(place: Path, run: str) -> None:
    assert "D² train 0." in run and "R²" not in run and "RMSE" not in run
    assert "intervals at 95 %: by the spread of the deviances" in run
    assert "does not know the loss PoissonDeviance; NumPy trains instead" in run
    ((text, code),) = told(place, "predict last new.csv")
    said = [float(line) for line in text.splitlines()[1:]]
    log_mu = [RATES[0] + a * RATES[1] + b * RATES[2] for a, b in ((0, 0), (1, 0), (0, 1), (1, 1))]
    assert code == 0 and np.allclose(np.log(said), log_mu, atol=0.12)


@pytest.mark.usefixtures("run")
def test_it_is_exported_in_its_own_words(place: Path) -> None:
    found = told(
        place,
        "export last --format json",
        "export last --format csv",
        "export last --format md",
        "predict last new.csv --proba",
    )
    (result, _), (curves, _), (report, _), (_, refused) = found
    target = json.loads(result)["target"]
    assert target["task"] == "counts" and 0.4 < target["d_squared"]["train"] < 1 and "rmse" not in target
    assert curves.splitlines()[0].endswith("train_d_squared,dev_d_squared")
    assert "D² train" in report and "task=counts" in report
    assert refused == 2


@pytest.mark.usefixtures("run")
def test_its_gradient_its_set_up_and_every_view_are_told(place: Path) -> None:
    asked = [f"inspect last --view {view}" for view in INSIGHTS]
    setting = "calls.csv --set task=counts"
    before = f"gradcheck {setting}", f"preflight {setting}", f"inspect {setting}", f"data {setting}"
    checked, ready, plan, table, *views = told(place, *before, *asked)
    assert checked[1] == 0 and "correct" in checked[0]
    assert ready[1] == 0 and "100.00 % with all inputs at 0" in ready[0]
    assert plan[1] == 0 and "calls, counts, of train a deviance of" in plan[0]
    assert table[1] == 0 and "label calls: numbers: a count" in table[0]
    refused = {view for view, (_, code) in zip(INSIGHTS, views, strict=True) if code}
    assert refused == {"mistakes", "trust", "units"}, "there are neither classes nor hidden layers"


def test_a_regressor_is_fitted_to_it(place: Path) -> None:
    script = """if True:
    import numpy as np
    from tuilab.estimators import Regressor
    random = np.random.default_rng(2)
    X = random.standard_normal((800, 1))
    one = Regressor(hidden=(), iterations=600, settings={"task": "counts"}).fit(X, random.poisson(np.exp(X[:, 0])))
    print(one.model_.target.task, *np.log(one.predict([[-1.0], [0.0], [1.0]])))
    """
    task, *log_mu = there(place, script).split()
    assert task == "counts" and np.allclose(np.array(log_mu, float), [-1, 0, 1], atol=0.12)


def test_its_labels_are_looked_at(place: Path) -> None:
    (place / "debts.csv").write_text("a,b\n" + "".join(f"{k},{-k}.5\n" for k in range(60)))
    ((_, code),) = told(place, "run debts.csv --set task=counts")
    assert code == 2


class Nodes(list[tuple[str, ...]]):
    """What is written down of a prediction: constants are called by what they are."""

    def node(self, *written: str) -> str:
        self.append(written)
        return f"#{len(self)}"

    def traced(self, task: NumberTask) -> None:
        z: object = Traced("z", self.node, lambda value: str(float(value)))
        task.predict(z)


def test_onnx_is_told_how_it_predicts() -> None:
    of_counts, of_numbers = Nodes(), Nodes()
    of_counts.traced(Counts(scale=3.0))
    of_numbers.traced(Regression(mean=5.0, scale=2.0))
    assert of_counts == [("Exp", "z"), ("Mul", "3.0", "#1")]
    assert of_numbers == [("Mul", "2.0", "z"), ("Add", "5.0", "#1")]


def test_what_onnx_has_no_word_for_is_refused() -> None:
    class Angles(Counts):
        def predict(self, z: np.ndarray) -> np.ndarray:
            return np.arctan(z[0])

    with pytest.raises(BadInput, match=r"numpy\.arctan"):
        Nodes().traced(Angles())


@pytest.mark.usefixtures("run")
def test_a_model_of_a_task_that_is_not_here_is_refused(place: Path) -> None:
    model = next((place / "home" / "runs").glob("*/model.json"))
    with pytest.raises(BadInput, match="its task 'counts' is none that is known"):
        decoded(model.read_bytes(), "model.json")


def test_a_line_of_a_task_that_is_not_here_is_damaged() -> None:
    for task in ("counts", "classification"):
        target = Target(name="calls", task=task, mean=0.0, scale=1.0)
        view = fold(RunView(), [replace(started(1.0), classes=(), labels=Parts(), target=target)])
        assert (view.started, view.damaged) == (None, 1)


def test_a_target_in_a_log_of_an_earlier_version_is_of_a_regression() -> None:
    assert convert({"name": "price", "mean": 5.0, "scale": 2.0}, Target).task == "regression"
