"""One trainer a run; dead, alive and unknown are told apart."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.forge import Process, run
from tests.runs.events import started
from tests.trainers import PATIENCE, until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab.sentences.run import course
from tuilab.runs import Appender, RunFolder, alive, claim, deaths, release
from tuilab.runs.claim import whereabouts
from tuilab.runs.holder import describe, is_stopped

CLAIM = (
    "import sys, time; from pathlib import Path; from tuilab.runs import RunFolder, claim\n"
    "claim(RunFolder(Path(sys.argv[1]))); print('claimed', flush=True); time.sleep(float(sys.argv[2]))\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)


@contextmanager
def trainer(folder: RunFolder, seconds: float = PATIENCE) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has taken the run."""
    command = [sys.executable, "-c", CLAIM, str(folder.path), str(seconds)]
    with Process(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"claimed\n"
            yield process
        finally:
            process.kill()


def forge(folder: RunFolder, **changes: object) -> None:
    """Write a claim of this very process, with `changes`."""
    file = folder.claims_folder / "0001" / "trainer.json"
    if not file.exists():
        claim(folder)
    file.write_bytes(msgspec.json.encode(msgspec.json.decode(file.read_bytes()) | changes))


def of_before_the_boot(folder: RunFolder) -> None:
    os.utime(folder.claims_folder / "0001" / "trainer.json", (0, 0))


def test_a_live_holder_is_named_and_a_dead_one_followed(folder):
    assert alive(folder) is False
    with trainer(folder) as holder:
        assert alive(folder) is True
        with pytest.raises(BadInput) as refusal:
            claim(folder)
        said = f"{folder.path}: is being trained by process {holder.pid} on {socket.gethostname()}"
        assert str(refusal.value) == said
        holder.send_signal(signal.SIGSTOP)
        assert alive(folder) is True
        holder.kill()
        holder.wait()
        assert alive(folder) is False
    claim(folder)
    assert alive(folder) is True
    claim(folder)  # what one has one need not take
    assert sorted(path.name for path in folder.claims_folder.iterdir()) == ["0001", "0002"]


def test_a_run_is_claimed_for_a_process_which_then_has_it(folder):
    with Process([sys.executable, "-c", CLAIM, str(folder.path), str(PATIENCE)], stdin=subprocess.PIPE) as other:
        try:
            claim(folder, other.pid)
            assert alive(folder) is True
            with pytest.raises(BadInput, match=f"is being trained by process {other.pid} "):
                claim(folder)
        finally:
            other.kill()
    assert alive(folder) is False
    claim(folder, other.pid)  # gone before it was claimed for
    assert alive(folder) is False
    assert sorted(path.name for path in folder.claims_folder.iterdir()) == ["0001", "0002"]


@pytest.mark.parametrize("trains", [True, False])
def test_only_of_who_trains_it_the_death_is_one_of_the_run(folder, trains):
    claim(folder, trains=trains)
    assert alive(folder)
    release(folder)
    assert not alive(folder) and deaths(folder) == 0
    for number in (2, 3):
        gone = Process([sys.executable, "-c", ""])
        gone.wait()
        claim(folder, gone.pid, trains=trains)
        assert alive(folder) is False and deaths(folder) == (number - 1 if trains else 0)


def test_a_zombie_is_dead(folder):
    with trainer(folder, seconds=0) as holder:
        process = psutil.Process(holder.pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        assert alive(folder) is False


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere psutil tells it")
def test_one_read_tells_of_a_process_what_psutil_tells_whatever_it_is_called(folder, tmp_path, monkeypatch):
    named = tmp_path / "a) Z 1"
    named.symlink_to("/bin/sleep")
    with subprocess.Popen(["sleep", "1000"], executable=named) as process:
        started = round(psutil.Process(process.pid).create_time() - psutil.boot_time(), 2)
        monkeypatch.setattr(psutil, "Process", None)
        claim(folder, process.pid)
        assert describe(process.pid).started == started
        assert alive(folder) and not is_stopped(describe(process.pid))
        process.send_signal(signal.SIGSTOP)
        until(lambda: is_stopped(describe(process.pid)))
        assert alive(folder)
        process.kill()
    assert alive(folder) is False and describe(process.pid).started == -1


def test_a_pid_that_was_used_again_is_another_process(folder):
    forge(folder, started=12.34)
    assert alive(folder) is False


def test_a_process_does_not_outlive_its_boot(folder):
    forge(folder, boot="another")
    of_before_the_boot(folder)
    assert alive(folder) is False


def test_of_a_host_of_the_same_name_nothing_is_told_that_has_written_since_this_one_was_booted(folder):
    """Its claim or its log: then this machine has not been booted since, and so it is another one."""
    forge(folder, boot="another")
    assert alive(folder) is None
    with pytest.raises(BadInput, match=r"on another machine called .*, last sign of life \d+ s ago; if that has ended"):
        claim(folder)
    of_before_the_boot(folder)
    folder.log_file.touch()
    assert alive(folder) is None


def test_a_container_counts_its_processes_by_itself(folder):
    """Its pid is another process here, or none, which proves nothing."""
    forge(folder, namespace="pid:[1]", pid=2**22)
    assert (alive(folder), whereabouts(folder)) == (None, "in another container of this machine")
    with pytest.raises(
        BadInput, match=r"process \d+ in another container of this machine, last sign of life \d+ s ago"
    ):
        claim(folder)
    forge(folder, namespace="", pid=os.getpid())  # of an earlier tuilab
    assert (alive(folder), whereabouts(folder)) == (True, "")


def test_setting_the_clock_kills_nobody(folder, monkeypatch):
    claim(folder)
    before = psutil.Process().create_time()
    set_back = psutil.boot_time() - 3600
    monkeypatch.setattr(psutil._psplatform, "boot_time", lambda: set_back)
    assert psutil.Process().create_time() == pytest.approx(before - 3600)
    assert alive(folder) is True


def test_a_holder_on_another_host_cannot_be_judged_and_is_not_overrun(folder):
    forge(folder, host="else\x1b[2Jwhere", boot="another")
    assert alive(folder) is None
    with pytest.raises(
        BadInput,
        match=r"\d+ on else\ufffd\[2Jwhere, last sign of life \d+ s ago; if that has ended, remove .*0001$",
    ):
        claim(folder)


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid":0}', b"[" * 100_000, b"\xff"])
def test_a_claim_that_cannot_be_read_is_not_overrun(folder, content):
    claim(folder)
    (folder.claims_folder / "0001" / "trainer.json").write_bytes(content)
    assert alive(folder) is None
    with pytest.raises(BadInput, match="cannot be told"):
        claim(folder)


def test_stray_files_among_the_claims_are_no_claims(folder):
    (folder.claims_folder / "7").mkdir(parents=True)
    (folder.claims_folder / "readme").write_text("")
    assert alive(folder) is False
    claim(folder)
    assert (folder.claims_folder / "0001" / "trainer.json").is_file()


RACE = f"""
import json, multiprocessing, sys
from pathlib import Path
from tuilab.errors import BadInput
from tuilab.runs import RunFolder, claim
def contend():
    won = []
    for folder in sys.argv[1:]:
        barrier.wait({PATIENCE})
        try:
            claim(RunFolder(Path(folder)))
        except BadInput:
            won.append(False)
        else:
            won.append(True)
    results.put(won)
    barrier.wait({PATIENCE})
context = multiprocessing.get_context("fork")
barrier, results = context.Barrier(2), context.Queue()
racers = [context.Process(target=contend) for _ in range(2)]
for racer in racers:
    racer.start()
print(json.dumps([results.get(timeout={PATIENCE}) for _ in racers]))
"""


def test_of_two_trainers_exactly_one_wins_every_time(tmp_path):
    folders = [tmp_path / str(number) for number in range(50)]
    for number, folder in enumerate(folders):
        folder.mkdir()
        if number % 2:
            forge(RunFolder(folder), boot="before the power failed")
            of_before_the_boot(RunFolder(folder))
    done = run([sys.executable, "-c", RACE, *map(str, folders)])
    outcomes = json.loads(done.stdout)
    assert [sum(pair) for pair in zip(*outcomes, strict=True)] == [1] * 50


def test_a_run_that_may_live_elsewhere_is_not_resumed_and_says_where_it_is(lab):
    name = lab.store.create(edit(Experiment(), {"data.source": "circles"})).name
    folder = lab.store.find(name)
    with Appender(folder.log_file) as log:
        log.append(started(time=0.0))
    forge(folder, namespace="pid:[1]")
    snapshot = lab.follow(name).poll()
    assert snapshot.status == "no progress"
    assert "trained in another container of this machine, last sign of life" in ", ".join(course(snapshot))
    with pytest.raises(
        BadInput, match=r"held by process \d+ in another container .*; if that has ended, remove .*0001"
    ):
        lab.control.resume(name)
