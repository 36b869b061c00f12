"""What a run keeps is enough to predict: the same figures as in training, from a copy, with the data gone."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec import structs

from tests.trainers import end_of
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.prediction import Predictor
from tuilab.nn import Parameters
from tuilab.runs.model import Model, decoded, encoded
from tuilab.training import build
from tuilab.training.predict import predict
from tuilab.ui.figures.exports import KINDS


def table(path: Path, target: bool) -> Experiment:
    """60 rows of unlike scales; the label is a word, or a number."""
    random = np.random.default_rng(1)
    rows = random.standard_normal((60, 2)) * [3, 200] + [10, 1000]
    labels = [f"{size / 50 - age:.6f}" if target else ["no", "yes"][int(age > 10)] for age, size in rows]
    lines = [f"{age},{size},{label}" for (age, size), label in zip(rows.tolist(), labels, strict=True)]
    path.write_text("age,size,bought\n" + "\n".join(lines))
    return edit(Experiment(), {"data.source": str(path), "optimization.iterations": "60"})


@pytest.fixture(scope="module", params=["classes", "numbers"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A lab, its run, what its network says of the training file, and that file without labels; the file is gone."""
    folder = tmp_path_factory.mktemp("trained")
    lab = Lab(folder / "home")
    experiment = table(folder / "data.csv", request.param == "numbers")
    run = end_of(lab, lab.start(experiment))
    problem, parameters = build(experiment), lab.weights(run.name).parameters
    dataset = problem.dataset
    X = np.concatenate([part.X for part in dataset.parts.values()])
    said = predict(problem.network, parameters, X)
    new = folder / "new.csv"
    with new.open("w") as file:
        csv.writer(file).writerows([("size", "age"), *dataset.raw(X)[:, ::-1].tolist()])
    (folder / "data.csv").unlink()
    return lab, run, said, new


def told(predictor: Predictor, new: Path, **how: bool) -> list[Any]:
    X, _ = predictor.read(str(new))
    return list(predictor.lines(X, **{"chances": False, "as_json": False, **how}))


def check(predictor: Predictor, said: Any, new: Path) -> None:
    lines = told(predictor, new)
    classes = predictor.model.classes
    if not classes:
        np.testing.assert_allclose([float(line) for line in lines], said.classes, rtol=1e-9)
        return
    assert lines == [classes[k] for k in said.classes]
    rows = [json.loads(line) for line in told(predictor, new, chances=True, as_json=True)]
    np.testing.assert_allclose([[row["probabilities"][name] for name in classes] for row in rows], said.probabilities)


def test_a_run_predicts_what_its_network_said(trained: Any) -> None:
    lab, run, said, new = trained
    check(Predictor.of(lab, run.name), said, new)


def test_a_copy_of_its_folder_predicts_alone(trained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab, run, said, new = trained
    shutil.copytree(lab.store.find(run.name).path, tmp_path / "copy")
    check(Predictor.of(Lab(tmp_path / "empty"), str(tmp_path / "copy")), said, new)
    monkeypatch.chdir(tmp_path)
    check(Predictor.of(Lab(tmp_path / "empty"), "copy"), said, new)
    with pytest.raises(BadInput, match="nowhere: no such run"):
        Predictor.of(lab, "nowhere")
    (tmp_path / "net.onnx").touch()
    with pytest.raises(BadInput, match=r"net.onnx: is no network that predict reads: .* a .npz or .safetensors"):
        Predictor.of(lab, "net.onnx")


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_an_export_predicts_alone(trained: Any, tmp_path: Path, kind: str) -> None:
    lab, run, said, new = trained
    path = tmp_path / f"net.{kind}"
    path.write_bytes(KINDS[kind].content(lab, run))
    check(Predictor.of(Lab(tmp_path / "empty"), str(path)), said, new)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BadInput):
        Predictor.of(lab, str(path))


def test_a_run_of_an_earlier_tuilab_needs_its_data(trained: Any, tmp_path: Path) -> None:
    lab, run, *_ = trained
    shutil.copytree(lab.store.find(run.name).path, tmp_path / "old")
    (tmp_path / "old" / "model.json").unlink()
    with pytest.raises(BadInput, match="no such file"):
        Predictor.of(lab, str(tmp_path / "old"))


def test_probabilities_are_of_classes(trained: Any) -> None:
    lab, run, _, new = trained
    predictor = Predictor.of(lab, run.name)
    if predictor.model.classes:
        assert predictor.head(chances=True) == "prediction,no,yes"
        assert [len(line.split(",")) for line in told(predictor, new, chances=True)] == [3] * 60
    else:
        with pytest.raises(BadInput, match="a regression has no probabilities"):
            predictor.head(chances=True)


def test_columns_of_many_kinds_go_through_the_encoders_of_the_run(lab: Lab, tmp_path: Path) -> None:
    """Other order and another delimiter; a level that train has not and a missing value are said, and predicted."""
    random = np.random.default_rng(3)
    rows = [f"{random.choice(['rome', 'oslo'])};{k % 50},5;p{k};{['no', 'yes'][k % 50 > 20]}" for k in range(100)]
    (tmp_path / "mixed.csv").write_text("\n".join(["city;age;id;won", *rows]))
    edits = {"data.source": str(tmp_path / "mixed.csv"), "columns.drop": "id", "optimization.iterations": "200"}
    run = end_of(lab, lab.start(edit(Experiment(), edits)))
    predictor = Predictor.of(lab, run.name)
    new = tmp_path / "new.csv"
    new.write_text('age,won,city,id\n"1,5",,rome,p1\n"49,5",,paris,p2\n?,,oslo,p3\n')
    X, notes = predictor.read(str(new))
    assert X[:, :2].tolist() == [[0, 1], [0, 0], [1, 0]] and X[:2, 2].tolist() == [1.5, 49.5]
    assert 15 < X[2, 2] < 35, "the median of train"
    assert list(notes) == [
        '1 example of a level of city that train has not ("paris"): all zeros',
        "1 example without age, which none of train lacks: the median",
    ]
    assert told(predictor, new)[:2] == ["no", "yes"]
    whole = build(run.experiment)
    X, _ = predictor.read(str(tmp_path / "mixed.csv"))
    raw = whole.dataset.raw(np.concatenate([part.X for part in whole.dataset.parts.values()]))
    np.testing.assert_allclose(np.sort(X, axis=0), np.sort(raw, axis=0), atol=1e-9)
    with pytest.raises(BadInput, match=r'lacks the column "city"; has the column "town"'):
        new.write_text("age,town\n1,rome\n")
        predictor.read(str(new))
    new.write_text('age,city\n"1.234,5",rome\n\n1234.5,oslo\n')
    with pytest.raises(BadInput, match=r'row 4, column "age": no number'):
        predictor.read(str(new))


def test_whole_numbers_of_a_file_with_decimal_commas_may_come_in_groups(lab: Lab, tmp_path: Path) -> None:
    """They were read with a point: 1.234 as little more than 1, without a word."""
    rows = [f"{k % 50},5;{100 + 37 * (k % 90)};{['no', 'yes'][k % 50 > 20]}" for k in range(100)]
    (tmp_path / "euro.csv").write_text("\n".join(["age;income;won", *rows]))
    edits = {"data.source": str(tmp_path / "euro.csv"), "optimization.iterations": "20"}
    predictor = Predictor.of(lab, end_of(lab, lab.start(edit(Experiment(), edits))).name)
    new = tmp_path / "new.csv"
    new.write_text("age;income\n1,5;1234\n1,5;1.234\n1,5;1234,5\n")
    X, notes = predictor.read(str(new))
    assert X.tolist() == [[1.5, 1234], [1.5, 1234], [1.5, 1234.5]] and not notes


def test_what_is_far_from_train_is_said(trained: Any, tmp_path: Path) -> None:
    """A size in another unit, and an age that was mistyped; by no more than train's own width it may well be right."""
    lab, run, *_ = trained
    predictor = Predictor.of(lab, run.name)
    low, high = predictor.model.lowest[0], predictor.model.highest[0]
    ages = [low - 0.9 * (high - low), 10, high + 1.1 * (high - low), low - 1.2 * (high - low)]
    new = tmp_path / "new.csv"
    new.write_text(
        "size,age\n" + "\n".join(f"{size},{age}" for size, age in zip((1000, 1e6, 900, 800), ages, strict=True))
    )
    _, notes = predictor.read(str(new))
    assert list(notes) == [
        f"2 examples with age far from what train has, {low:.5g} … {high:.5g}: {ages[3]:.5g}",
        f"1 example with size far from what train has, {predictor.model.lowest[1]:.5g} … "
        f"{predictor.model.highest[1]:.5g}: 1e+06",
    ]
    older = structs.replace(predictor, model=structs.replace(predictor.model, lowest=(), highest=()))
    assert older.read(str(new))[1] == (), "of a run of an earlier tuilab nothing is known of it"


def test_of_many_columns_that_are_far_off_some_are_named(tmp_path: Path) -> None:
    """Those that are the same in all of train have no width to be compared with: a pixel that was never lit."""
    problem = build(edit(Experiment(), {"data.source": "digits"}))
    predictor = Predictor(Model.of(problem), problem.initial)
    model, new = predictor.model, tmp_path / "new.npz"
    lit = sum(low < high for low, high in zip(model.lowest, model.highest, strict=True))
    assert 50 < lit < 64
    np.savez(new, X=[5 * np.array(model.highest) + 1])
    _, notes = predictor.read(str(new))
    assert notes[0].startswith("1 example with pixel 0,1 far from what train has, 0 … ")
    assert len(notes) == 6 and notes[5] == f"of {lit - 5} more columns, too, examples are far from what train has"
    np.savez(new, X=[np.array(model.highest) + 1])
    assert predictor.read(str(new))[1] == ()


def test_weights_that_say_nothing_predict_nothing() -> None:
    problem = build(edit(Experiment(), {"data.source": "circles"}))
    lost = Parameters(problem.network.sizes)
    lost.theta[:] = np.nan
    predictor = Predictor(Model.of(problem), lost)
    X = np.ones((1, 2))
    assert list(predictor.lines(X, chances=True, as_json=False)) == [",,"]
    (line,) = predictor.lines(X, chances=True, as_json=True)
    assert json.loads(line) == {"prediction": None, "probabilities": {"0": None, "1": None}}


MODEL = Model.of(build(edit(Experiment(), {"data.source": "circles", "network.hidden": "3"})))


@pytest.mark.parametrize(
    "change",
    [
        {"mean": [0.0]},
        {"scale": [0.0, 1.0]},
        {"activations": ["sinus"]},
        {"layers": [2, 3, 2]},
        {"layers": []},
        {"classes": []},
        {"threshold": 2},
        {"lowest": [0.0]},
        {"lowest": [], "highest": [1.0, 1.0]},
        {"version": 99},
        {"features": "x1"},
        {"target": {"name": "y", "mean": 0.0, "scale": 0.0}},
    ],
)
def test_a_model_of_a_stranger_is_checked(change: dict[str, Any]) -> None:
    assert decoded(encoded(MODEL), "model.json") == MODEL
    changed = msgspec.json.encode({**msgspec.to_builtins(MODEL), **change})
    with pytest.raises(BadInput) as refused:
        decoded(changed, "model.json")
    assert refused.value.file == "model.json"


def test_what_a_network_is_for_is_not_asked_again_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made anew each time: half of the time that a line takes."""
    problem = build(edit(Experiment(), {"data.source": "circles"}))
    predictor, task, asked = Predictor(Model.of(problem), problem.initial), problem.network.task, []
    monkeypatch.setattr(Predictor, "task", property(lambda self: asked.append(self) or task))
    assert len(list(predictor.lines(np.ones((99, 2)), chances=True, as_json=False))) == 99 and len(asked) == 1
