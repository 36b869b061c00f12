"""A Dask cluster: a scheduler and two workers as processes on the loopback, each of which is killed in the middle."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import here
from tests.trainers import until
from tuilab.lab import Lab

SWEEP = ["sweep", "circles", "--over", "optimization.learning_rate=log:0.01..0.1", "--trials", "6", "--name", "one"]
QUICK = ["--set", "optimization.iterations=2000"]


class Dask:
    """A scheduler with two workers of a thread each, in processes of their own.

    The scheduler blames a trial for the first worker that dies with it, not as usual for the fourth.
    """

    def __init__(self, place: Path) -> None:
        self._place, self._count = place, 0
        self.begin()

    def begin(self) -> None:
        self._count += 1
        self._file = self._place / f"scheduler-{self._count}.json"
        told = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._file)]
        self.scheduler = self._start("scheduler", *told)
        self.workers = [self.add() for _ in range(2)]
        until(self._is_there)

    @property
    def address(self) -> str:
        return str(json.loads(self._file.read_text())["address"])

    def _is_there(self) -> bool:
        """Whether the whole file stands there: it is not written at once."""
        return self._file.exists() and self._file.read_text().rstrip().endswith("}")

    def add(self) -> "subprocess.Popen[bytes]":
        told = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._place)]
        return self._start("worker", "--scheduler-file", str(self._file), *told)

    def _start(self, what: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._place / f"{what}.out").open("ab") as out:
            command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
            environment = os.environ | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
            return subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, env=environment)

    def kill(self) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    started = Dask(tmp_path)
    yield started
    started.kill()


def command(dask: Dask, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tuilab", *arguments, "--cluster", dask.address],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def over(lab: Lab, name: str) -> dict[str, bytes]:
    """The logs of the trials that are over."""
    if not lab.sweeps.has(name):
        return {}
    return {one: lab.store.find(one).log_file.read_bytes() for one in done(lab, name)}


def done(lab: Lab, name: str) -> list[str]:
    return [one.name for one in lab.sweeps.look(name).results if one.status == "done"]


@pytest.mark.parametrize("killed", ["worker", "scheduler", "sweep"])
def test_whatever_is_killed_each_trial_counts_once(lab: Lab, dask: Dask, killed: str) -> None:
    first = command(dask, *SWEEP, *QUICK)
    until(lambda: len(over(lab, "one")) >= 2)
    before = over(lab, "one")
    if killed == "worker":
        dask.workers.pop(0).kill()
        dask.workers.append(dask.add())
    if killed == "scheduler":
        dask.kill()
        said = first.communicate(timeout=100)[1]
        assert first.returncode == 1
        assert said.splitlines()[-1].endswith("--cluster ADDRESS goes on with what is left")
        dask.begin()
    if killed == "sweep":
        first.kill()
        first.communicate()
    if killed != "worker":
        first = command(dask, "sweep", "one")
    said = first.communicate(timeout=100)[1]
    assert first.returncode == 0, said
    view = lab.sweeps.look("one")
    assert view.states == {"done": 6} and len({one.name for one in view.results}) == 6
    after = over(lab, "one")
    assert len(before) >= 2 and {name: after[name] for name in before} == before


def test_two_sweeps_share_a_scheduler_and_one_is_stopped(lab: Lab, dask: Dask) -> None:
    long = ["--set", "optimization.iterations=100000000"]
    stopped = command(dask, *SWEEP, *long)
    until(lambda: lab.sweeps.has("one") and "starting" in lab.sweeps.look("one").states)
    other = command(dask, *SWEEP[:-1], "two", *QUICK, "--trials", "3")
    until(lambda: lab.sweeps.has("two"))
    stopped.send_signal(signal.SIGINT)
    assert stopped.wait(100) == 128 + signal.SIGINT and lab.sweeps.look("one").status == "stopped"
    assert other.wait(100) == 0 and lab.sweeps.look("two").states == {"done": 3}
    assert all(process.poll() is None for process in (dask.scheduler, *dask.workers))


def test_what_is_not_there_or_of_another_version_starts_nothing(
    lab: Lab, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {
        "tcp://127.0.0.1:1": "no scheduler answers at tcp://127.0.0.1:1: [Errno 111] Connection refused",
        "tcp://127.0.0.1": "must be tcp://host:port or tls://host:port",
        "127.0.0.1:8786": "must be tcp://host:port or tls://host:port",
        dask.address.replace("tcp", "tls"): "an encrypted line takes both",
    }
    for address, said in refused.items():
        ended = here(*SWEEP, "--cluster", address)
        assert ended.returncode == 2 and len(ended.stderr.splitlines()) == 1 and said in ended.stderr
    for more in (["--detach"], ["--prune", "median"]):
        assert here(*SWEEP, "--cluster", dask.address, *more).returncode == 2
    assert here(*SWEEP, "--tls", "a,b,c").returncode == 2
    ended = here(*SWEEP, "--cluster", dask.address.replace("tcp", "tls"), "--tls", "a,b,c")
    assert ended.returncode == 2 and "no scheduler answers" in ended.stderr
    with monkeypatch.context() as newer:
        newer.setattr("tuilab.runs.parcel.version", lambda _: "9.9")
        ended = here(*SWEEP, "--cluster", dask.address)
    assert (
        ended.returncode == 2
        and "has tuilab 0.1.0, and this is tuilab 9.9: a cluster must have the same" in ended.stderr
    )
    assert not lab.store.sweeps.exists()
    assert here(*SWEEP, "--prune", "median", "--print-sbatch").returncode == 0
    ended = here("sweep", "one", "--cluster", dask.address)  # nor a sweep that was said to prune before
    assert ended.returncode == 2 and "sweep.prune: cannot be with --cluster" in ended.stderr
