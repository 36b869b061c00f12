"""MNIST's own files: images, their labels in the file beside them; a change of either is a change."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.data import Prepared, files, memory, prepare, unlabeled
from tuilab.data.origin import stamp_of, together
from tuilab.data.table import is_right
from tuilab.errors import BadInput
from tuilab.events import DataFile
from tuilab.experiment import convert


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.tobytes()


IMAGES = np.arange(12 * 3 * 2, dtype=np.uint8).reshape(12, 3, 2) * 3
LABELS = np.array([7, 0, 9] * 4, np.uint8)
HELD = idx(IMAGES), idx(LABELS)
NAMES = [
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
    ("T10K-IMAGES-IDX3-UBYTE", "T10K-LABELS-IDX1-UBYTE"),
    ("images/own-idx3-ubyte.gz", "images/own-idx1-ubyte.gz"),
]


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write(folder: Path, names: tuple[str, str] = NAMES[0], images: bytes = HELD[0], labels: bytes = HELD[1]) -> Path:
    put(folder / names[0], images)
    put(folder / names[1], labels)
    return folder / names[0]


def refusal(path: Path, label: str = "") -> BadInput:
    with pytest.raises(BadInput) as caught:
        files.load(str(path), label)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


@pytest.mark.parametrize("names", NAMES)
def test_images_are_read_with_the_labels_beside_them(tmp_path: Path, names: tuple[str, str]) -> None:
    path = write(tmp_path, names)
    table = files.load(str(path), "")
    assert is_right(table) and np.array_equal(table.X, IMAGES.reshape(12, 6))
    assert table.features == ("pixel 0,0", "pixel 0,1", "pixel 1,0", "pixel 1,1", "pixel 2,0", "pixel 2,1")
    assert table.classes == ("0", "7", "9") and table.y.tolist() == [1, 0, 2] * 4
    assert np.array_equal(unlabeled.load(str(path), table.features)[0], table.X)
    (tmp_path / names[1]).unlink()
    assert len(unlabeled.load(str(path), table.features)[0]) == 12
    assert (refusal(path).file, refusal(path).message) == (str(tmp_path / names[1]), "no such file")


def test_a_part_may_have_images_of_its_own(tmp_path: Path) -> None:
    other = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    train, test = write(tmp_path), write(tmp_path, other, idx(IMAGES[:6]), idx(LABELS[:6]))
    data = {"source": str(train), "test_source": str(test)}
    dataset = prepare(convert({"data": data, "split": {"train": 0.5, "dev": 0.5, "test": 0}}))
    assert len(dataset.test.y) == 6 and [one.place for one in dataset.files] == ["data.source", "data.test_source"]
    assert dataset.raw(dataset.test.X) == pytest.approx(IMAGES[:6].reshape(6, 6))


@pytest.mark.parametrize("changed", [0, 1])
def test_a_change_of_either_file_is_noticed(tmp_path: Path, changed: int) -> None:
    path = write(tmp_path)
    experiment, data = convert({"data": {"source": str(path)}}), Prepared()
    noted = data.dataset(experiment)
    place = tmp_path / NAMES[0][changed]
    before, content = place.stat(), bytearray(place.read_bytes())
    content[-1] ^= 7
    place.write_bytes(content)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    now = data.dataset(experiment)
    assert now is not noted
    assert now.files[0].checksum != noted.files[0].checksum and isinstance(now.files[0], DataFile)
    assert now.files[0].size == 16 + 72 + 8 + 12
    origin = files.load(str(path), "").origin
    assert origin is not None and origin.stamp == files.stamp(str(path))


def test_the_stamp_of_two_files_tells_them_apart(tmp_path: Path) -> None:
    one, other = (stamp_of(write(tmp_path).with_name(name).stat()) for name in NAMES[0])
    assert together([one]) == one and together([one, other]) != together([other, one])


@pytest.mark.parametrize(
    ("images", "labels", "at", "said"),
    [
        (idx(IMAGES), idx(LABELS[:-1]), 1, "holds 11 labels of the 12 images in train-images-idx3-ubyte"),
        (idx(IMAGES)[:-1], idx(LABELS), 0, "declares 72 bytes, shape (12, 3, 2), but holds 71"),
        (idx(IMAGES), idx(LABELS) + b"x", 1, "declares 12 bytes, shape (12,), but holds 13"),
        (struct.pack(">I3I", 0x803, *[2**32 - 1] * 3), idx(LABELS), 0, "but holds 0"),
        (idx(LABELS), idx(LABELS), 0, "has 1 dimensions; an IDX file of images (three dimensions) is wanted"),
        (idx(IMAGES), idx(IMAGES), 1, "has 3 dimensions; an IDX file of labels (one dimension) is wanted"),
        (idx(IMAGES, 9), idx(LABELS), 0, "holds the type 0x09; unsigned bytes (0x08) are wanted"),
        (b"P5 28 28 255 pixels of all kinds", idx(LABELS), 0, "is none: an IDX file of images"),
        (b"\0\0\x08", idx(LABELS), 0, "is none"),
        (idx(IMAGES[:, :0]), idx(LABELS), 0, "has images of 0 × 2 pixels; 1 to 100000 pixels are read"),
        (idx(np.zeros((4, 400, 400), np.uint8)), idx(LABELS[:4]), 0, "has images of 400 × 400 pixels"),
        (idx(IMAGES), idx(LABELS * 0), None, "needs at least 2 different labels"),
        (b"", idx(LABELS), 0, "is empty"),
        (idx(IMAGES), b"", 1, "is empty"),
    ],
)
def test_what_is_amiss_is_named_with_its_file(tmp_path: Path, images: bytes, labels: bytes, at: int, said: str) -> None:
    error = refusal(write(tmp_path, images=images, labels=labels))
    assert said in error.message and error.path == "data.source"
    assert error.file == str(tmp_path / NAMES[0][at or 0])


def test_there_are_no_columns_to_decide_on_and_a_name_tells_where_labels_are(tmp_path: Path) -> None:
    assert refusal(write(tmp_path), "y").path == "data.label"
    name = "archive-Idx3-ubyte"
    write(tmp_path, (name, "other"))
    assert "no labels beside it" in refusal(tmp_path / name).message


def test_what_does_not_fit_is_refused_before_it_is_allocated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, images=idx(np.zeros((5000, 20, 20), np.uint8)), labels=idx(np.zeros(5000, np.uint8)))
    monkeypatch.setattr(memory, "total", lambda: 2**20)
    assert refusal(path).message.startswith("5,000 images of 400 pixels would need about 15.8 MiB of memory")


@given(st.data())
@examples(150)
def test_damaged_files_give_a_right_table_or_one_line(tmp_path_factory, data: st.DataObject) -> None:
    path = write(tmp_path_factory.getbasetemp())
    place = path.with_name(data.draw(st.sampled_from(NAMES[0])))
    content = bytearray(place.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    place.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "TICK", 0)
        try:
            assert is_right(files.load(str(path), ""))
        except BadInput as error:
            assert str(error).isprintable()
