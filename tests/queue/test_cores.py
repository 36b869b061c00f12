"""How many cores a job may use: its affinity and its control groups, of either version."""

import os
from pathlib import Path

import pytest

from tuilab.queue import cores


@pytest.fixture(autouse=True)
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process may run on eight cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def groups(tmp_path: Path, mine: str, files: dict[str, str]) -> int:
    """The cores of a process whose /proc/self/cgroup is `mine`, on a machine with these `files`."""
    (tmp_path / "cgroup").write_text(mine)
    for name, text in files.items():
        file = tmp_path / "mounted" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return cores(tmp_path / "cgroup", tmp_path / "mounted")


V2 = "0::/slurm/job_7/step_0\n"
PAIR = "cpu,cpuacct/docker/abc"
V1 = "4:memory:/x\n3:cpuset:/x\n2:cpu,cpuacct:/docker/abc\n0::/\n"


@pytest.mark.parametrize(
    ("mine", "files", "expected"),
    [
        (V2, {}, 8),
        (V2, {"slurm/job_7/step_0/cpu.max": "max 100000\n"}, 8),
        (V2, {"slurm/job_7/step_0/cpu.max": "300000 100000\n"}, 3),
        (V2, {"slurm/job_7/step_0/cpu.max": "max 100000\n", "slurm/job_7/cpu.max": "250000 100000\n"}, 2),
        (V2, {"slurm/cpu.max": "50000 100000\n"}, 1),
        (V2, {"cpu.max": "400000 100000\n"}, 4),  # seen from inside a container
        (V2, {"cpu.max": "1600000 100000\n"}, 8),
        (V2, {"cpu.max": "nonsense\n", "slurm/cpu.max": "1 0\n"}, 8),
        (V1, {f"{PAIR}/cpu.cfs_quota_us": "-1\n", f"{PAIR}/cpu.cfs_period_us": "1000"}, 8),
        (V1, {f"{PAIR}/cpu.cfs_quota_us": "6000", f"{PAIR}/cpu.cfs_period_us": "1000"}, 6),
        (V1, {"cpu/docker/abc/cpu.cfs_quota_us": "2000", "cpu/docker/abc/cpu.cfs_period_us": "1000"}, 2),
        (V1, {"cpu/cpu.cfs_quota_us": "5000", "cpu/cpu.cfs_period_us": "1000"}, 5),
        (V1, {"memory/x/cpu.max": "100000 100000", "cpuset/x/cpu.max": "100000 100000"}, 8),
        ("", {"cpu.max": "100000 100000\n"}, 8),
    ],
)  # fmt: skip
def test_the_smallest_limit_on_the_way_counts(tmp_path: Path, mine: str, files: dict[str, str], expected: int) -> None:
    assert groups(tmp_path, mine, files) == expected


def test_without_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert cores(tmp_path / "nothing", tmp_path) == 8
    assert 1 <= cores() <= 8
