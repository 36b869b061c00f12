"""A trainer that waits for its runs: told one, it trains it as any other would; held by nobody, it ends."""

import gc
import os
import signal
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.forge import Process, run
from tests.trainers import is_dead, until
from tuilab import spawning
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, dumps, edit
from tuilab.runs import LogFollower, RunFolder, Waiting, alive, claim
from tuilab.spawning import Forked, Spawned, spawned_together

EXPERIMENT = edit(Experiment(), {"data.source": "blobs", "data.examples": "30", "optimization.iterations": "5"})


def a_run(path: Path) -> RunFolder:
    folder = RunFolder(path)
    folder.path.mkdir()
    folder.experiment_file.write_text(dumps(EXPERIMENT))
    return folder


def trained(folder: RunFolder) -> bool:
    view = LogFollower(folder).look(time.time()).view
    return view.finished is not None and view.finished.status == "done"


def test_it_trains_the_run_that_it_is_told(tmp_path: Path) -> None:
    folder, other = a_run(tmp_path / "a run"), a_run(tmp_path / "other")
    waiting = Waiting()
    assert waiting.waits
    waiting.claim(folder)
    assert alive(folder) and not folder.log_file.exists()
    assert waiting.begin(folder)
    assert not waiting.waits and not waiting.begin(other)
    until(lambda: folder.log_file.exists() and trained(folder))
    until(lambda: not psutil.pid_exists(waiting.pid))
    assert f'"pid":{waiting.pid},' in (folder.claims_folder / "0001" / "trainer.json").read_text()
    assert not other.log_file.exists()


def test_one_that_is_gone_says_so(tmp_path: Path) -> None:
    waiting = Waiting()
    os.kill(waiting.pid, signal.SIGKILL)
    until(lambda: not waiting.waits)
    assert not waiting.begin(a_run(tmp_path / "run"))


def test_no_room_for_a_process_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(BadInput, match="no trainer can be started: No such file or directory"):
        Waiting()


def test_it_ends_when_nobody_holds_it() -> None:
    waiting = Waiting()
    pid = waiting.pid
    del waiting
    gc.collect()
    until(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "pass"])
def test_it_ends_with_the_process_that_holds_it(end: str) -> None:
    script = f"import os; from tuilab.runs import Waiting; w = Waiting(); print(w.pid, flush=True); {end}"
    told = run([sys.executable, "-c", script]).stdout
    until(lambda: not psutil.pid_exists(int(told)))


def test_one_on_a_leash_ends_in_the_middle_of_its_run_when_nobody_holds_it(tmp_path: Path) -> None:
    folder = a_run(tmp_path / "endless")
    folder.experiment_file.write_text(dumps(edit(EXPERIMENT, {"optimization.iterations": "1000000000"})))
    script = (
        "import sys, time; from pathlib import Path; from tuilab.runs import RunFolder, Waiting; "
        "held = Waiting(leashed=True); held.take(RunFolder(Path(sys.argv[1])), last=False); time.sleep(1000)"
    )
    with Process([sys.executable, "-c", script, str(folder.path)]) as holding:
        until(lambda: folder.log_file.exists() and LogFollower(folder).look(time.time()).view.iteration > 1)
        assert alive(folder)
        holding.kill()
    until(lambda: alive(folder) is False)
    assert not trained(folder)


def test_it_trains_one_after_the_other_and_each_is_free_for_others_at_its_end(tmp_path: Path) -> None:
    first, second = a_run(tmp_path / "first"), a_run(tmp_path / "second")
    waiting = Waiting()
    waiting.take(first, last=False)
    assert alive(first)
    until(waiting.hear)
    assert trained(first) and waiting.waits and alive(first) is False
    claim(first)  # as who makes the run longer
    assert alive(first)
    waiting.take(second)
    until(lambda: second.log_file.exists() and trained(second))
    until(lambda: waiting.is_gone)
    assert {(folder.claims_folder / "0001" / "trainer.json").read_text() for folder in (first, second)} == {
        (first.claims_folder / "0001" / "trainer.json").read_text()
    }


def test_what_it_prints_goes_to_the_run_that_it_trains(tmp_path: Path) -> None:
    first, second = a_run(tmp_path / "first"), a_run(tmp_path / "second")
    first.experiment_file.write_text("seed = ")
    waiting = Waiting()
    waiting.take(first, last=False)
    until(waiting.hear)
    waiting.take(second)
    until(lambda: second.log_file.exists() and trained(second))
    assert second.output_file.read_text() == ""
    assert not trained(first)


def test_a_signal_is_meant_for_the_process(tmp_path: Path) -> None:
    folder, other = a_run(tmp_path / "run"), a_run(tmp_path / "other")
    folder.experiment_file.write_text(dumps(edit(EXPERIMENT, {"optimization.iterations": "100000000"})))
    waiting = Waiting()
    waiting.take(folder, last=False)
    until(lambda: folder.log_file.exists() and LogFollower(folder).look(time.time()).view.iteration > 0)
    os.kill(waiting.pid, signal.SIGTERM)
    until(lambda: waiting.is_gone)
    assert LogFollower(folder).look(time.time()).view.finished.status == "stopped"
    assert waiting.hear() and not waiting.waits and not waiting.begin(other)


def test_one_that_has_begun_is_left_to_whoever_began_it(tmp_path: Path) -> None:
    folder = a_run(tmp_path / "run")
    folder.log_file.write_text("{}\n")
    waiting = Waiting()
    waiting.take(folder, last=False)
    assert waiting.waits and alive(folder) is False and folder.log_file.read_text() == "{}\n"


def test_while_it_is_free_a_signal_ends_it(tmp_path: Path) -> None:
    folder = a_run(tmp_path / "run")
    waiting = Waiting()
    waiting.take(folder, last=False)
    until(waiting.hear)
    os.kill(waiting.pid, signal.SIGTERM)
    until(lambda: waiting.is_gone)
    assert trained(folder)


def test_of_several_one_loads_the_libraries_for_all_and_each_is_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading: list[Spawned] = []
    start = spawning.spawned
    monkeypatch.setattr(spawning, "spawned", lambda **given: loading.append(start(**given)) or loading[-1])
    folders = [a_run(tmp_path / name) for name in "abc"]
    waiting = [Waiting(already=one) for one in spawned_together(3)]
    assert len(loading) == 1 and waiting[-1].pid == loading.pop().process.pid
    for one, folder in zip(waiting, folders, strict=True):
        one.take(folder, last=False)
    pids = [one.pid for one in waiting]
    assert len({*pids}) == 3 and [os.getsid(pid) for pid in pids] == pids
    until(lambda: all(one.hear() for one in waiting))
    assert all(map(trained, folders)) and all(one.waits for one in waiting)
    processes = [psutil.Process(pid) for pid in pids]
    os.kill(pids[-1], signal.SIGKILL)  # that which has forked the others
    until(lambda: waiting[-1].is_gone)
    waiting[0].take(again := a_run(tmp_path / "again"), last=False)
    until(waiting[0].hear)
    assert trained(again) and waiting[1].waits
    waiting.clear()
    until(lambda: all(map(is_dead, processes)))


def test_those_that_are_let_go_before_they_are_forked_end_as_well(tmp_path: Path) -> None:
    forked, first = (Waiting(already=one) for one in spawned_together(2))
    process = psutil.Process(first.pid)
    del forked
    first.take(folder := a_run(tmp_path / "run"), last=False)
    until(first.hear)
    assert trained(folder)
    until(lambda: all(map(is_dead, process.children())))


@pytest.mark.parametrize("ends", [True, False])
def test_one_that_is_never_forked_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    monkeypatch.setattr(spawning, "_LONGEST_LOAD", 0.01)
    line, its_end = socket.socketpair()
    waiting = Waiting(already=Spawned(Forked(line), line))
    assert waiting.waits
    with its_end:
        if ends:
            its_end.close()
            assert waiting.is_gone and not waiting.waits
        with pytest.raises(BadInput, match=f"no trainer can be started: {'it ended' if ends else 'timed out'}"):
            waiting.take(a_run(tmp_path / "run"))
