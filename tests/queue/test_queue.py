"""The queue: each run is started once, as many at once as there may be, whoever is killed."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.commands import here as tuilab
from tests.forge import Process, run
from tests.trainers import PATIENCE, end_of, kill, reach, trainer, until
from tuilab.cli.progress import stall_teller
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.doctor import examine
from tuilab.lab.seeds import queue_seeds, with_seeds
from tuilab.lab.sentences.queue import stall_text
from tuilab.queue import Worker, cores, working
from tuilab.queue.sign import Sign, Stall, lock_file
from tuilab.runs import ACTIVE, RunFolder, Status, ask, claim, pending, status_of
from tuilab.runs.holder import describe

ROOT = Path(__file__).parents[2]
QUICK = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "200"})
LONG = edit(QUICK, {"optimization.iterations": "1000000000"})
WORKER = """
import sys, time
from pathlib import Path
from tuilab.queue import Worker, cores, working
from tuilab.runs import Store
worker = Worker(Store(Path(sys.argv[1])), int(sys.argv[2]))
while worker.look():
    time.sleep(0.01)
"""


@pytest.fixture
def unworked(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab that starts no worker, so that a test can be one."""
    monkeypatch.setattr("tuilab.queue.starting._started", lambda store: None)
    return lab


def workers(lab: Lab) -> list[psutil.Process]:
    """The workers of the lab's store."""
    wanted = ["-m", "tuilab.worker", str(lab.store.home)]
    return [one for one in psutil.process_iter(["cmdline"]) if (one.info["cmdline"] or [])[1:4] == wanted]


def trainers(worker: psutil.Process) -> list[psutil.Process]:
    """Those that a worker has started and that have not ended."""
    found = []
    for one in worker.children(recursive=True):
        with suppress(psutil.Error):  # it has ended just now
            if "tuilab.trainer" in one.cmdline():
                found.append(one)
    return found


def statuses(lab: Lab) -> list[str]:
    """Oldest first."""
    return [run.status for run in lab.runs()][::-1]


def claims(lab: Lab) -> list[int]:
    """How many trainers each run has had."""
    return [len(list(folder.claims_folder.iterdir())) for folder in lab.store.list()]


def begun(folder: RunFolder) -> int:
    """How often the log says that a trainer began."""
    return folder.log_file.read_bytes().count(b'"event":"started"')


def test_one_look_of_the_worker_looks_once_at_each_run_that_goes_on(
    unworked: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [unworked.store.create(LONG) for _ in range(3)]
    for folder in folders:
        ask(folder, "start")
        claim(folder)
    worker, seen = Worker(unworked.store, 2), list[RunFolder]()
    assert worker.look()

    def counted(folder: RunFolder, now: float) -> Status:
        seen.append(folder)
        return status_of(folder, now)

    monkeypatch.setattr("tuilab.queue.worker.status_of", counted)
    assert worker.look() and sorted(folder.name for folder in seen) == [folder.name for folder in folders]


@pytest.mark.usefixtures("paced")
def test_a_run_that_a_trainer_of_the_worker_has_is_looked_at_now_and_then(
    unworked: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever a trainer is free the worker looks, at short runs many times a second; of the others nothing is new."""
    (name,) = unworked.queue([LONG])
    seen = list[RunFolder]()
    monkeypatch.setattr("tuilab.queue.worker.status_of", lambda *what: seen.append(what[0]) or status_of(*what))
    monkeypatch.setattr("tuilab.queue.worker.PACE", math.inf)
    worker = Worker(unworked.store, 1)
    assert all(worker.look() for _ in range(5))
    started = len(seen)
    assert started <= 2  # before it was told of the run, and after
    monkeypatch.setattr("tuilab.queue.worker.PACE", 0.0)
    assert worker.look() and len(seen) == started + 1
    unworked.stop(name)
    end_of(unworked, name)
    until(lambda: not worker.look())


def test_what_is_queued_is_trained_though_nobody_waits(lab: Lab) -> None:
    names = lab.queue(with_seeds(QUICK, 1, 4), parent="circles-0009")
    assert [run.about.parent for run in lab.runs()] == ["circles-0009"] * 4
    ends = [end_of(lab, name) for name in names]
    assert [end.status for end in ends] == ["done"] * 4
    assert [end.experiment.seed for end in ends] == [1, 2, 3, 4]
    assert {begun(folder) for folder in lab.store.list()} == {1}
    until(lambda: not workers(lab))  # it ends when there is nothing left
    assert not any(pending(folder) for folder in lab.store.list())
    assert (lab.store.home / "queue.out").read_text() == ""


def test_a_trainer_that_is_through_with_a_run_trains_the_next(lab: Lab) -> None:
    names = lab.queue(with_seeds(QUICK, 1, 3 * cores()))
    assert [end_of(lab, name).status for name in names] == ["done"] * 3 * cores()
    holders = {(folder.claims_folder / "0001" / "trainer.json").read_bytes() for folder in lab.store.list()}
    assert len(holders) <= cores()


@pytest.mark.usefixtures("paced")
def test_trainers_load_their_libraries_while_the_runs_are_written_and_those_beyond_need_are_let_go(lab: Lab) -> None:
    with working(lab.store):
        until(lambda: bool(workers(lab)))
        (worker,) = workers(lab)
        until(lambda: len(trainers(worker)) == cores())
        ready = trainers(worker)
        folder = lab.store.create(LONG, put=lambda folder: ask(folder, "start"))
        assert lab.control.look(folder.name).status == "queued"
    reach(lab, folder.name, 1)
    until(lambda: trainers(worker) == [trainer(folder)])
    assert trainer(folder) in ready
    with working(lab.store):  # one is at work
        assert workers(lab) == [worker]
    lab.stop(folder.name)
    end_of(lab, folder.name)


QUEUED_AND_KILLED = """
import os, signal
from tests.queue.test_queue import QUICK
from tuilab.lab import Lab
from tuilab.lab.seeds import with_seeds
Lab().queue(with_seeds(QUICK, 1, 4))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_queue_outlives_the_one_who_queued(lab: Lab) -> None:
    assert run([sys.executable, "-c", QUEUED_AND_KILLED], cwd=ROOT).returncode == -signal.SIGKILL
    folders = lab.store.list()
    until(lambda: [lab.control.look(folder.name).status for folder in folders] == ["done"] * 4)


@pytest.mark.usefixtures("paced")
def test_several_at_once_get_one_thread_each(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    (name,) = lab.queue([LONG])
    reach(lab, name, 1)
    assert trainer(lab.store.find(name)).environ()["OMP_NUM_THREADS"] == ("1" if cores() > 1 else "4")
    lab.stop(name)
    end_of(lab, name)


@pytest.mark.usefixtures("paced")
def test_at_most_so_many_take_a_core_and_the_oldest_come_first(unworked: Lab) -> None:
    lab, worker = unworked, Worker(unworked.store, 2)
    names = lab.queue(with_seeds(LONG, 1, 4))
    assert statuses(lab) == ["queued"] * 4
    assert worker.look()
    for name in names[:2]:
        reach(lab, name, 1)
    assert worker.look() and statuses(lab) == ["running", "running", "queued", "queued"]
    lab.control.pause(names[0])
    until(lambda: lab.control.look(names[0]).status == "paused")
    until(lambda: worker.look() and lab.control.look(names[2]).view.iteration > 0)  # one that waits takes no core
    assert worker.look() and statuses(lab) == ["paused", "running", "running", "queued"]
    lab.stop(names[1])
    end_of(lab, names[1])
    until(lambda: worker.look() and lab.control.look(names[3]).view.iteration > 0)
    late = lab.queue([QUICK])
    assert worker.look() and lab.control.look(late[0]).status == "queued"
    for name in (names[0], *names[2:]):
        lab.stop(name)
    until(lambda: not worker.look())
    assert [end_of(lab, name).status for name in (*names, *late)] == ["stopped"] * 4 + ["done"]
    assert claims(lab) == [1] * 5


def test_one_that_is_queued_can_be_stopped_deleted_and_taken_up(unworked: Lab) -> None:
    lab = unworked
    first, stopped, deleted = lab.queue(with_seeds(QUICK, 1, 3))
    lab.stop(stopped)
    assert lab.follow(stopped).poll().status == "stopped"
    lab.delete(deleted)
    worker = Worker(lab.store, 1)
    until(lambda: not worker.look())
    assert {run.name: run.status for run in lab.runs()} == {first: "done", stopped: "stopped"}
    lab.control.resume(stopped)
    assert end_of(lab, stopped).status == "done"


@pytest.mark.usefixtures("paced")  # or all runs end before a starved test has killed anybody
def test_a_killed_worker_is_replaced_by_whoever_looks_and_nothing_is_started_twice(lab: Lab) -> None:
    names = lab.queue(with_seeds(edit(QUICK, {"optimization.iterations": "100"}), 1, 6))
    kills = 0

    def all_over() -> bool:
        nonlocal kills
        for worker in workers(lab) if kills < 5 else []:
            if any(lab.control.look(name).status in ("starting", "running") for name in names):
                with suppress(psutil.NoSuchProcess):  # killed a moment ago, and collected since
                    worker.kill()
                    kills += 1
        return {run.status for run in lab.runs()}.isdisjoint(ACTIVE)

    until(all_over)
    assert kills
    assert [end_of(lab, name).status for name in names] == ["done"] * 6
    assert {begun(folder) for folder in lab.store.list()} == {1}


@pytest.mark.usefixtures("paced")
def test_while_a_worker_starts_nobody_starts_another(lab: Lab) -> None:
    (name,) = lab.queue([LONG])
    for _ in range(5):
        lab.wake()
    (worker,) = workers(lab)
    assert os.getsid(worker.pid) == worker.pid  # a terminal that is closed does not end it
    reach(lab, name, 1)
    worker.send_signal(signal.SIGUSR1)  # the warning of SLURM, which is for the trainers
    lab.stop(name)
    end_of(lab, name)
    until(lambda: not workers(lab))
    assert lock_file(lab.store).read_bytes() == b""  # it has ended by itself


def test_of_many_workers_each_starts_other_runs(unworked: Lab) -> None:
    lab = unworked
    names = lab.queue(with_seeds(QUICK, 1, 5))
    command = [sys.executable, "-c", WORKER, str(lab.store.home), "3"]
    many = [Process(command) for _ in range(3)]
    assert [worker.wait(PATIENCE) for worker in many] == [0, 0, 0]
    assert [end_of(lab, name).status for name in names] == ["done"] * 5
    assert {begun(folder) for folder in lab.store.list()} == {1}


@pytest.mark.usefixtures("paced")
def test_a_worker_that_is_stopped_is_told_with_its_pid_and_one_that_is_killed_replaced(lab: Lab) -> None:
    first, second = lab.queue([LONG, LONG])
    reach(lab, first, 1)
    (worker,) = workers(lab)
    assert lab.stall() is None
    worker.suspend()
    until(lambda: worker.status() == psutil.STATUS_STOPPED)
    assert lab.stall() is not None  # at once, though it gave a sign of life a moment ago
    said = f"the queue waits for its worker, process {worker.pid}, which is stopped: `kill -CONT {worker.pid}` lets"
    printed = tuilab("runs")
    assert said in printed.stderr and printed.stderr.count("\n") == 1 and first in printed.stdout
    (finding,) = (one for one in examine(lab.store) if one.name == "queue")
    assert (finding.state, finding.value) == ("bad", f"process {worker.pid}, which is stopped")
    worker.resume()
    until(lambda: lab.stall() is None)
    worker.suspend()
    until(lambda: lab.stall() is not None)
    lab.wake()
    assert workers(lab) == [worker]  # it may go on any moment
    worker.kill()
    until(lambda: lab.stall() is None)

    def is_replaced() -> bool:
        lab.wake()
        return workers(lab) not in ([], [worker])

    until(is_replaced)
    for name in (first, second):
        lab.stop(name)
        end_of(lab, name)


def test_what_keeps_runs_from_beginning_is_told_until_it_is_over(
    unworked: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lab, room = unworked, [False]
    lab.queue([QUICK])
    monkeypatch.setattr("tuilab.queue.worker.RETRY", 0)

    def none(*_: object, **__: object) -> None:
        if not room[0]:
            raise BadInput("no trainer can be started: no room\udcff")

    monkeypatch.setattr(Worker, "_start", none)
    tell, worker = stall_teller(lab), Worker(lab.store, 1)
    with (lab.store.home / "queue.lock").open("w+") as lock:
        sign = Sign(lock.fileno())
        for hindered in (True, True, False, True):
            room[0] = not hindered
            worker.look()
            sign.beat(worker.hindered)
            stall = lab.stall()
            assert (stall.hindered if stall else "") == ("no trainer can be started: no room�" if hindered else "")
            tell()
            if not hindered:
                lab.queue([QUICK])
    said = "the queue cannot begin what waits (no trainer can be started: no room�): it tries again every 2 s\n"
    assert capsys.readouterr().err == 2 * said  # when it began, not at each look


def test_a_worker_elsewhere_is_told_once_it_is_silent_and_one_that_has_ended_is_not(lab: Lab) -> None:
    lock = lab.store.home / "queue.lock"
    lab.store.home.mkdir(parents=True, exist_ok=True)

    def stall(**changes: object) -> Stall | None:
        """What is told of a worker that was at work a moment ago, and then three minutes ago."""
        lock.write_bytes(msgspec.json.encode(msgspec.to_builtins(describe(os.getpid())) | changes))
        assert lab.stall() is None
        os.utime(lock, (time.time() - 180,) * 2)
        return lab.stall()

    assert stall(pid=2**31 - 1) is None
    found = stall(host="far\x1b", boot="other")
    said = f"process {os.getpid()} on far\ufffd, last sign of life 3 min 00 s ago: if it has ended or shall not go on, "
    assert found is not None and said in stall_text(found)
    assert "far" not in str(examine(lab.store))  # a report that is sent to others
    lock.write_bytes(b"\xff{")
    assert lab.stall() is None


@pytest.mark.usefixtures("paced")
def test_a_second_worker_ends_while_one_is_at_work(lab: Lab) -> None:
    (name,) = lab.queue([LONG])
    reach(lab, name, 1)
    assert run([sys.executable, "-m", "tuilab.worker", str(lab.store.home)]).returncode == 0
    lab.wake()
    assert len(workers(lab)) == 1
    lab.stop(name)
    end_of(lab, name)


KILLED_BETWEEN = """
import os, signal, sys
from pathlib import Path
from tuilab.queue import Worker, cores, working
from tuilab.runs import Store, process
claim = process.claim
def kill(*arguments):
    claim(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
process.claim = kill
Worker(Store(Path(sys.argv[1])), 1).look()
"""


def test_killed_between_claiming_a_run_and_starting_it_the_worker_leaves_it_queued(unworked: Lab) -> None:
    lab = unworked
    (name,) = lab.queue([QUICK])
    folder = lab.store.find(name)
    assert run([sys.executable, "-c", KILLED_BETWEEN, str(lab.store.home)]).returncode == -signal.SIGKILL
    until(lambda: lab.control.look(name).status == "queued")
    assert len(list(folder.claims_folder.iterdir())) == 1 and not folder.log_file.exists()
    worker = Worker(lab.store, 1)
    until(lambda: not worker.look())
    assert (end_of(lab, name).status, begun(folder)) == ("done", 1)


@pytest.mark.usefixtures("paced")
def test_a_run_that_was_killed_is_not_started_again_by_the_queue(unworked: Lab) -> None:
    lab, worker = unworked, Worker(unworked.store, 1)
    (name,) = lab.queue([LONG])
    worker.look()
    reach(lab, name, 1)
    kill(lab.store.find(name))
    until(lambda: not worker.look())
    assert not Worker(lab.store, 1).look()
    assert (lab.control.look(name).status, claims(lab)) == ("dead", [1])


def test_one_that_cannot_begin_holds_up_no_other(unworked: Lab) -> None:
    lab = unworked
    names = lab.queue(with_seeds(QUICK, 1, 3))
    lab.store.find(names[0]).output_file.mkdir()  # it may go away, as a full disk does
    lab.store.find(names[1]).output_file.write_text("ImportError: no such library\n")
    worker = Worker(lab.store, 1)
    until(lambda: worker.look() and lab.control.look(names[2]).status == "done")
    assert lab.follow(names[1]).poll().trouble.endswith("ImportError: no such library")
    assert lab.control.look(names[0]).status == "queued"
    lab.store.find(names[0]).output_file.rmdir()
    until(lambda: not worker.look())
    assert [end_of(lab, name).status for name in names] == ["done", "dead", "done"]


def test_in_a_strangers_store_no_worker_is_started(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("tuilab.queue.work", started.append)
    ask(lab.store.create(QUICK), "start")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert [run.status for run in lab.runs()] == ["queued"]
    assert lab.follow("last").poll().status == "queued"
    assert not started
    monkeypatch.undo()


def test_of_many_all_are_queued_or_none(unworked: Lab) -> None:
    with pytest.raises(BadInput):
        unworked.queue([QUICK, edit(QUICK, {"data.source": "nothing.csv"})])
    assert unworked.runs() == []


def test_more_seeds_never_repeat_one(lab: Lab) -> None:
    name = lab.start(edit(QUICK, {"seed": "7"}))
    more = [*queue_seeds(lab, name, 2), *queue_seeds(lab, name, 2)]
    assert [end_of(lab, child).experiment.seed for child in more] == [8, 9, 10, 11]
    assert {lab.follow(child).poll().about.parent for child in more} == {name}


class TestCommand:
    SEEDS = ("run", "circles", "--set", "optimization.iterations=300", "--set", "seed=5", "--seeds", "2")

    def test_the_report_is_of_all(self, lab: Lab) -> None:
        done = tuilab(*self.SEEDS)
        assert done.returncode == 0
        assert done.stderr.endswith("2 runs: 2 done\n")
        lines = done.stdout.splitlines()
        assert [line.split()[:2] for line in lines[1:3]] == [[f"circles-000{k}", "done"] for k in (1, 2)]
        assert lines[3].startswith("Dev error of 2 seeds: mean ")
        result = json.loads(tuilab(*self.SEEDS, "--json").stdout)
        assert [one["status"] for one in result] == ["done"] * 2

    def test_detached_it_names_them_and_they_go_on(self, lab: Lab) -> None:
        done = tuilab(*self.SEEDS, "--detach")
        assert (done.returncode, done.stdout.split()) == (0, ["circles-0001", "circles-0002"])
        assert [end_of(lab, name).experiment.seed for name in done.stdout.split()] == [5, 6]

    @pytest.mark.usefixtures("paced")
    def test_interrupted_it_stops_them_all(self, lab: Lab) -> None:
        arguments = ["run", "circles", "--set", "optimization.iterations=1000000000", "--seeds", "12"]
        command = [sys.executable, "-m", "tuilab", *arguments]
        with Process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            until(lambda: {"queued", "running"} <= set(statuses(lab)) if lab.store.runs.exists() else False)
            until(lambda: len(lab.store.list()) == 12)
            reach(lab, "circles-0001", 1)
            process.send_signal(signal.SIGINT)
            said, told = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, told
        assert said.count(" stopped ") == 12

    def test_a_bad_number_is_refused(self, lab: Lab) -> None:
        done = tuilab(*self.SEEDS[:-1], "0")
        assert done.returncode == 2 and "--seeds" in done.stderr


def test_a_run_that_was_deleted_is_not_made_again_by_its_claim(lab: Lab) -> None:
    folder = lab.store.create(QUICK)
    lab.store.remove(folder)
    with pytest.raises(BadInput, match="is gone"):
        claim(folder)
    assert not folder.path.exists()
