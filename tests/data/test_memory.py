"""What would not fit in memory is refused before it is allocated."""

import numpy as np
import pytest

from tuilab.data import memory, prepare
from tuilab.errors import BadInput
from tuilab.experiment import convert
from tuilab.training import build


@pytest.fixture
def small(monkeypatch):
    """A machine of 2 MiB."""
    monkeypatch.setattr(memory, "total", lambda: 2**21)


def refusal(make, **experiment):
    with pytest.raises(BadInput) as caught:
        make(convert(experiment))
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_a_table_as_csv(small, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b,c,kind\n" + "1,2,3,x\n1,2,3,y\n" * 20_000)
    error = refusal(prepare, data={"source": str(path)})
    assert (error.path, error.file) == ("data.source", str(path))
    assert error.message == (
        "40002 lines of 4 columns would need about 2.4 MiB of memory; 1.6 MiB of this machine's 2.0 MiB may be used"
    )


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_table_as_npz(small, tmp_path, order):
    path = tmp_path / "table.npz"
    fits = order == "C"  # the other order is copied
    X, y = np.zeros((100, 1200), order=order), np.arange(100) % 2
    np.savez(path, X=X, y=y)
    if fits:
        prepare(convert({"data": {"source": str(path)}}))
    else:
        message = refusal(prepare, data={"source": str(path)}).message
        assert message.startswith("the arrays would need about 1.8 MiB of memory")


def test_small_numbers_that_become_large(small, tmp_path):
    path = tmp_path / "table.npz"
    np.savez(path, X=np.zeros((100, 2000), np.uint8), y=np.arange(100) % 2)
    assert refusal(prepare, data={"source": str(path)}).message.startswith("the arrays would need about 1.7 MiB")


def test_single_precision_that_becomes_double(small, tmp_path):
    path = tmp_path / "table.npz"
    np.savez(path, X=np.zeros((100, 2000), np.float32), y=np.arange(100) % 2)
    assert prepare(convert({"data": {"source": str(path)}, "network": {"precision": "float32"}})).train.X.nbytes
    error = refusal(prepare, data={"source": str(path)})
    assert error.path == "network.precision"
    assert error.message.startswith("100 examples in float64 would need about 2.3 MiB of memory")


def test_generated_examples(small):
    error = refusal(prepare, data={"source": "circles", "examples": 30_000})
    assert (error.path, error.message.partition(";")[0]) == (
        "data.examples",
        "30000 examples would need about 2.3 MiB of memory",
    )


def test_copies(small):
    error = refusal(
        prepare,
        data={"source": "circles", "examples": 1000},
        augmentation={"copies": 100, "noise": 0.1},
        split={"train": 1, "dev": 0, "test": 0},
    )
    assert error.path == "augmentation.copies"


def test_layers(small):
    error = refusal(build, data={"source": "circles"}, network={"hidden": [1000]})
    assert error.path == "network.hidden"
    assert error.message.startswith("layers 2-1000-1 with 240 examples a batch would need about ")


@pytest.mark.parametrize(
    ("mine", "files", "limits"),
    [
        ("1:cpu:/elsewhere\n0::/job/step\n", {"job/memory.max": "1000000", "job/step/memory.max": "max"}, [1_000_000]),
        ("4:memory:/box\n0::/\n", {"memory/box/memory.limit_in_bytes": "2000000"}, [2_000_000]),
        ("4:memory:/docker/abc\n", {"memory/memory.limit_in_bytes": "3000000"}, [3_000_000]),  # seen from inside
        ("4:cpu:/box\n", {"cpu/box/memory.limit_in_bytes": "1"}, []),
        ("", {"memory.max": "1"}, []),
    ],
)
def test_a_group_of_processes_may_have_less_than_the_machine(tmp_path, mine, files, limits):
    (tmp_path / "cgroup").write_text(mine)
    for name, text in files.items():
        (tmp_path / "mounted" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mounted" / name).write_text(text)
    assert list(memory._limits(tmp_path / "cgroup", tmp_path / "mounted")) == limits
    assert list(memory._limits(tmp_path / "none", tmp_path)) == []
    assert 0 < memory.total() < 2**50
