"""Checkpoints: whole or not there, the previous one kept, every byte checked, nothing of a stranger executed."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.runs.events import finished, started
from tuilab.errors import BadInput
from tuilab.nn import Parameters
from tuilab.runs import Appender, RunFolder, save_weights
from tuilab.runs import checkpoint as checkpoints
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.checkpoint import Header, Saver, newest
from tuilab.runs.weights import latest_weights, load_weights

SIZES = (2, 3, 1)
HEADER = Header(layers=SIZES)


def state(iteration: int) -> dict[str, np.ndarray]:
    theta = np.linspace(0, iteration, Parameters(SIZES).theta.size)
    return {
        "iteration": np.array(iteration),
        "theta": theta,
        "rows": np.empty((0, 3)),
        "bits": np.arange(3, dtype="u8"),
    }


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)


def iteration(folder: RunFolder) -> int | None:
    found = newest(folder)
    return None if found is None else int(found.arrays["iteration"])


def test_arrays_come_back_as_they_were(tmp_path):
    path = tmp_path / "arrays.npz"
    given = {**state(5), "f": np.array([np.nan, -0.0, np.inf], np.float32), "order": np.asfortranarray(np.eye(2, 3))}
    write_arrays(path, given)
    found = read_arrays(path)
    assert found.keys() == given.keys()
    for name, array in given.items():
        assert (found[name].dtype, found[name].shape, found[name].tobytes()) == (
            array.dtype,
            array.shape,
            array.tobytes(),
        )
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_changed_byte_or_a_missing_end_is_told_or_changes_nothing(tmp_path):
    path = tmp_path / "arrays.npz"
    write_arrays(path, {"theta": np.arange(3.0), "iteration": np.array(7)})
    good = path.read_bytes()
    told = 0
    damaged = [good[:cut] for cut in range(0, len(good), 3)]
    damaged += [good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :] for at in range(len(good))]
    for content in damaged:
        path.write_bytes(content)
        try:
            found = read_arrays(path)
        except BadInput:
            told += 1
        else:
            values = [array.tolist() for array in found.values()]
            assert values == [[0.0, 1.0, 2.0], 7]
    assert told > len(damaged) / 2


def test_pickles_bombs_and_forged_shapes_of_strangers_are_refused_unread(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, a=np.array([print], dtype=object))
    with pytest.raises(BadInput, match="is damaged"):
        read_arrays(path)
    np.savez_compressed(path, a=np.zeros(10**6))
    with pytest.raises(BadInput, match="no archive that tuilab wrote"):
        read_arrays(path)
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", array.getvalue())
    with pytest.raises(BadInput, match="declares what it does not hold"):
        read_arrays(path)
    path.unlink()
    with pytest.raises(BadInput, match="is missing"):
        read_arrays(path)
    os.mkfifo(path)
    with pytest.raises(BadInput, match="not a regular file"):
        read_arrays(path)


def test_the_newest_two_are_kept_and_a_damaged_one_falls_back_on_the_other(folder):
    assert newest(folder) is None
    saver = Saver(folder)
    for number in range(1, 5):
        saver.save(HEADER, state(number))
    files = sorted(folder.checkpoints_folder.iterdir())
    assert [file.name for file in files] == ["000003.npz", "000004.npz"]
    assert iteration(folder) == 4
    files[1].write_bytes(files[1].read_bytes()[:-50])
    assert iteration(folder) == 3
    files[0].write_bytes(b"")
    assert newest(folder) is None
    Saver(folder).save(HEADER, state(9))
    assert iteration(folder) == 9


def test_a_failed_save_leaves_the_others_and_no_litter(folder, monkeypatch):
    saver = Saver(folder)
    saver.save(HEADER, state(1))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        saver.save(HEADER, state(2))
    assert iteration(folder) == 1
    assert [file.name for file in folder.checkpoints_folder.iterdir()] == ["000001.npz"]


@pytest.mark.parametrize(("seconds", "rest"), [(0.001, 1.0), (0.5, 50.0)])
def test_saving_takes_one_percent_of_the_time_and_comes_once_a_second_at_most(folder, monkeypatch, seconds, rest):
    now = [100.0]
    monkeypatch.setattr(checkpoints, "write_arrays", lambda path, arrays: now.__setitem__(0, now[0] + seconds))
    saver = Saver(folder, clock=lambda: now[0])
    assert not saver.due()
    now[0] = 101.0
    assert saver.due()
    saver.save(HEADER, state(1))
    end = now[0]
    now[0] = end + rest - 0.01
    assert not saver.due()
    now[0] = end + rest + 0.01
    assert saver.due()


def test_a_checkpoint_of_a_newer_tuilab_is_refused(folder):
    Saver(folder).save(Header(version=checkpoints.VERSION + 1, layers=SIZES), state(1))
    with pytest.raises(BadInput, match="written by a newer tuilab"):
        newest(folder)


def test_the_latest_weights_are_the_checkpoints_while_a_run_goes_on_and_the_kept_ones_after(folder):
    assert latest_weights(folder) is None
    Saver(folder).save(HEADER, state(30))
    going = latest_weights(folder)
    assert (going.iteration, going.kept, going.parameters.sizes) == (30, False, SIZES)
    assert going.parameters.theta.tobytes() == state(30)["theta"].tobytes()
    kept = Parameters(SIZES, theta=np.arange(13.0))
    save_weights(folder.weights_file, kept)
    with Appender(folder.log_file) as log:
        log.append(started())
        assert latest_weights(folder).iteration == 30
        end = finished(40)
        log.append(type(end)(**{name: getattr(end, name) for name in end.__struct_fields__} | {"kept_iteration": 20}))
    over = latest_weights(folder)
    assert (over.iteration, over.kept, over.parameters.theta.tolist()) == (20, True, kept.theta.tolist())


def test_weights_of_no_network_are_refused(tmp_path):
    path = tmp_path / "weights.npz"
    for arrays in ({"x": np.zeros(3)}, {"W1": np.zeros((2, 3))}, {"W1": np.zeros((2, 3)), "b1": np.zeros(2)}):
        write_arrays(path, arrays)
        with pytest.raises(BadInput, match="does not hold W1"):
            load_weights(path)
