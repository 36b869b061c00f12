"""A trainer that waits for its run: told once, it trains as any other; held by nobody, it ends."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, dumps, edit
from tuilab.runs import LogFollower, RunFolder, Waiting, alive

EXPERIMENT = edit(Experiment(), {"data.source": "blobs", "data.examples": "30", "optimization.iterations": "5"})


def a_run(path: Path) -> RunFolder:
    folder = RunFolder(path)
    folder.path.mkdir()
    folder.experiment_file.write_text(dumps(EXPERIMENT))
    return folder


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


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
    wait_for(lambda: folder.log_file.exists() and trained(folder))
    wait_for(lambda: not psutil.pid_exists(waiting.pid))
    assert f'"pid":{waiting.pid},' in (folder.claims_folder / "0001" / "trainer.json").read_text()
    assert not other.log_file.exists()


def test_one_that_is_gone_says_so(tmp_path: Path) -> None:
    waiting = Waiting()
    os.kill(waiting.pid, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(waiting.pid))
    assert not waiting.waits
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
    wait_for(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "pass"])
def test_it_ends_with_the_process_that_holds_it(end: str) -> None:
    script = f"import os; from tuilab.runs import Waiting; w = Waiting(); print(w.pid, flush=True); {end}"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout
    wait_for(lambda: not psutil.pid_exists(int(told)))
