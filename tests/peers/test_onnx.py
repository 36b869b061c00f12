"""The exported ONNX says in onnxruntime what the network says here: of numbers, columns of many kinds, regressions."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from msgspec import structs

from tests.nn.counts import Counts
from tuilab.data import unlabeled
from tuilab.events import Target
from tuilab.experiment import Experiment, edit
from tuilab.lab.onnx_file import NOT_INCLUDED, weights_onnx
from tuilab.lab.prediction import Predictor
from tuilab.nn import ACTIVATIONS, TASKS, Parameters
from tuilab.runs import Model
from tuilab.training import Training, build
from tuilab.training.predict import outputs


def trained(edits: dict[str, str]) -> tuple[Predictor, Training]:
    training = Training(build(edit(Experiment(), {"optimization.iterations": "30", **edits})))
    training.advance(30)
    return Predictor(Model.of(training.problem), training.parameters.copy()), training


def opened(predictor: Predictor) -> tuple[onnxruntime.InferenceSession, dict[str, str]]:
    content = weights_onnx(predictor.parameters, predictor.model)
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session, session.get_modelmeta().custom_metadata_map


def agrees(predictor: Predictor, given: dict[str, Any], X: np.ndarray) -> None:
    """Logits to 1e-5, probabilities and labels of raw examples X (m, n), which the file gets as `given`."""
    session, told = opened(predictor)
    model, names = predictor.model, [one.name for one in session.get_outputs()]
    found = dict(zip(names, session.run(None, given), strict=True))
    z = outputs(model.network, predictor.parameters, model.inputs(X.copy(), predictor.parameters.theta.dtype))
    np.testing.assert_allclose(found["logits"], z.T, rtol=1e-5, atol=1e-5)
    said = predictor(X.copy())
    if model.target is not None:
        assert names == ["logits", "prediction"]
        np.testing.assert_allclose(found["prediction"][:, 0], said.classes, rtol=1e-5)
        return
    assert names == ["logits", "probabilities", "label"]
    np.testing.assert_allclose(found["probabilities"], said.probabilities, atol=1e-5)
    assert found["label"].tolist() == [model.classes[k] for k in said.classes]
    assert json.loads(told["classes"]) == list(model.classes) and told["not_included"] == NOT_INCLUDED


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_of_numbers(activation: str, dtype: str) -> None:
    edits = {"network.activation": activation, "network.precision": dtype, "network.hidden": "5, 4"}
    for source in ({"data.source": "moons", "diagnosis.threshold": "0.3"}, {"data.source": "digits"}):
        predictor, training = trained({**edits, **source})
        dataset = training.problem.dataset
        X = dataset.raw(dataset.dev.X)
        agrees(predictor, {"X": X}, X)


def test_a_regression_and_a_network_without_hidden_layers() -> None:
    for edits in ({"data.source": "sine"}, {"data.source": "breast-cancer", "network.hidden": "[]"}):
        predictor, training = trained(edits)
        X = training.problem.dataset.raw(training.problem.dataset.dev.X)
        agrees(predictor, {"X": X}, X)


def test_what_another_task_predicts_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of no task that is there the exponential of an output."""
    monkeypatch.setitem(TASKS, Counts.name, Counts())
    predictor, training = trained({"data.source": "sine"})
    target = Target(name="calls", task=Counts.name, mean=0.0, scale=3.0)
    X = training.problem.dataset.raw(training.problem.dataset.dev.X)
    agrees(structs.replace(predictor, model=structs.replace(predictor.model, target=target)), {"X": X}, X)


@pytest.mark.parametrize("categories", ["one-hot", "frequency"])
def test_columns_of_many_kinds_are_inputs_of_their_own(tmp_path: Path, categories: str) -> None:
    """Levels, unknown ones and missing ones; numbers and dates, also where they are missing; names that are taken."""
    random = np.random.default_rng(5)
    rows = [
        f"{random.choice(['rome', 'oslo', 'NA'])},{'?' if k % 7 == 0 else -99 if k % 11 == 0 else k % 50 / 2},"
        f"{2000 + k % 20}-03-{1 + k % 28:02},{random.choice(['a', 'b'])},{['no', 'yes'][k % 50 > 20]}"
        for k in range(120)
    ]
    (tmp_path / "mixed.csv").write_text("\n".join(["city,logits,day,z1,won", *rows]))
    predictor, _ = trained(
        {
            "data.source": str(tmp_path / "mixed.csv"),
            "columns.missing": "median",
            "columns.categories": categories,
            "columns.marks": '["-99", "k.A.", "day = 2040-01-01"]',
        }
    )
    asked = [
        ("rome", "1.5", "2003-07-01", "a"),
        ("NA", "?", "?", "b"),
        ("paris", "-3", "1999-12-31", "?"),
        ("N/A", "20", "2040-01-01", "c"),
        ("k.A.", "-99", "2040-01-01", "a"),
    ]
    encoders = predictor.model.encoders
    assert encoders is not None
    X = np.concatenate([unlabeled.row(row, predictor.model.features, encoders)[0] for row in asked])
    values = encoders.read(dict(zip(("city", "logits", "day", "z1"), zip(*asked, strict=True), strict=True)))
    values[-1, 1:3] = -99, 25567  # which the model is to know for one that is missing, and for that day
    given: dict[str, Any] = {
        one.reading.name: np.array([[row[at]] for row in asked])
        if one.reading.kind == "category"
        else values[:, at : at + 1]
        for at, one in enumerate(encoders.encoders)
    }
    session, _ = opened(predictor)
    assert [(one.name, one.type) for one in session.get_inputs()] == [
        ("city", "tensor(string)"),
        ("logits", "tensor(double)"),
        ("day", "tensor(double)"),
        ("z1", "tensor(string)"),
    ]
    found = session.run(None, given)
    z = outputs(predictor.model.network, predictor.parameters, predictor.model.inputs(X, np.dtype(np.float64)))
    np.testing.assert_allclose(found[0], z.T, rtol=1e-5, atol=1e-5)


def test_weights_that_are_no_numbers_can_be_taken_away() -> None:
    predictor, _ = trained({"data.source": "moons"})
    lost = Parameters(predictor.model.layers)
    lost.theta[:] = np.nan
    session, _ = opened(Predictor(predictor.model, lost))
    assert np.isnan(session.run(["logits"], {"X": np.ones((2, 2))})[0]).all()
