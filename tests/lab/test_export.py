"""What is taken away can be read back, and touches no file that is there."""

import io
import json
import shlex

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.ui.canned import snapshot
from tuilab.cli.options import read_experiment
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.export import command, curves_csv, curves_object, weights_npz, weights_safetensors, write
from tuilab.nn import Parameters
from tuilab.runs.curves import NO_ERRORS
from tuilab.runs.model import Model, encoded
from tuilab.training import build


def parameters(dtype=np.float64) -> Parameters:
    made = Parameters((2, 3, 1), dtype)
    made.theta[:] = np.arange(made.theta.size) / 7
    return made


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_can_be_read_back(dtype):
    made, model = (
        parameters(dtype),
        Model.of(build(edit(Experiment(), {"data.source": "circles", "network.hidden": "3"}))),
    )
    with np.load(io.BytesIO(weights_npz(made, model)), allow_pickle=False) as read:
        assert read["model"].tobytes() == encoded(model)
        weights = {name: read[name].tolist() for name in read if name != "model"}
        assert weights == {n: a.tolist() for n, a in made.named().items()}
    content = weights_safetensors(made, model)
    size = int.from_bytes(content[:8], "little")
    header, numbers = json.loads(content[8 : 8 + size]), content[8 + size :]
    assert header.pop("__metadata__") == {"model": encoded(model).decode()}
    assert size % 8 == 0 and list(header) == list(made.named())
    for name, array in made.named().items():
        start, end = header[name]["data_offsets"]
        assert header[name]["dtype"] == ("F32" if dtype is np.float32 else "F64")
        read = np.frombuffer(numbers[start:end], np.dtype(dtype).newbyteorder("<")).reshape(header[name]["shape"])
        np.testing.assert_array_equal(read, array)
    assert max(one["data_offsets"][1] for one in header.values()) == len(numbers)


def test_the_curves_are_told_twice_alike():
    run = snapshot("done", 5)
    rows = [line.split(",") for line in curves_csv(run).splitlines()]
    assert rows[0][:2] == ["iteration", "data_cost"] and len(rows) == 6
    told = curves_object(run)["curves"]["cost"]["data"]
    assert [float(row[1]) for row in rows[1:]] == told
    assert rows[0][-1] == "dev_cost"
    costs = curves_object(run)["curves"]["error"]["dev_cost"]
    assert [float(row[-1]) for row in rows[1:]] == costs == run.view.error.dev_cost.tolist()
    seen, nothing = run.view.error, np.full(5, np.nan)
    error = NO_ERRORS.extended([seen.iteration, seen.train, seen.dev, nothing, nothing])
    unmeasured = structs.replace(run, view=structs.replace(run.view, error=error))
    assert [line.split(",")[-1] for line in curves_csv(unmeasured).splitlines()[1:]] == [""] * 5


@pytest.mark.parametrize(
    ("preset", "edits"),
    [
        ("circles", {}),
        ("digits", {"optimization.learning_rate": "0.003", "network.hidden": "7, 5", "seed": "4"}),
        ("l2", {"dropout.keep_prob": "1.0, 0.5, 0.8", "data.source": "it's here.csv", "data.label": "a b"}),
        ("l2", {"network.hidden": "[]", "dropout.keep_prob": "[0.5]", "data.label": '" of two\\nlines"'}),
    ],
)
def test_the_command_runs_the_same_again(lab: Lab, preset, edits):
    experiment = edit(lab.open(preset)[1], edits)
    words = shlex.split(command(experiment, lab.presets()))
    assert words[:3] == ["tuilab", "run", preset] and words[3::2] == ["--set"] * len(edits)
    assert read_experiment(lab, words[2], words[4::2]) == experiment


@given(st.lists(st.sampled_from([".csv", ".json"]), max_size=6))
def test_no_file_is_written_over(tmp_path_factory, suffixes):
    folder = tmp_path_factory.mktemp("out") / "new"
    paths = [write(folder, "run-0001", suffix, bytes([n])) for n, suffix in enumerate(suffixes)]
    assert [path.read_bytes() for path in paths] == [bytes([n]) for n in range(len(suffixes))]
    assert len(set(paths)) == len(paths)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "elsewhere")
    assert write(tmp_path, "a", ".csv", b"x").name == "a-2.csv"
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        write(tmp_path / "file", "a", ".csv", b"x")
