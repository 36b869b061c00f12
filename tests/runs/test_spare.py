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

from tuilab.experiment import Experiment, dumps, edit
from tuilab.runs import Follower, RunFolder, Spare

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
    view = Follower(folder).look(time.time()).view
    return view.finished is not None and view.finished.status == "done"


def test_it_trains_the_run_that_it_is_told(tmp_path: Path) -> None:
    folder = a_run(tmp_path / "a run")
    spare = Spare()
    pid = spare.spawn(folder)
    wait_for(lambda: folder.log_file.exists() and trained(folder))
    wait_for(lambda: not psutil.pid_exists(pid))
    assert f'"pid":{pid},' in (folder.claims_folder / "0001" / "trainer.json").read_text()


def test_told_twice_or_dead_another_process_takes_its_place(tmp_path: Path) -> None:
    one, two, three = (a_run(tmp_path / name) for name in ("one", "two", "three"))
    spare = Spare()
    first = spare.spawn(one)
    assert spare.spawn(two) != first
    dead = Spare()
    os.kill(dead._process.pid, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(dead._process.pid))
    assert dead.spawn(three) != dead._process.pid
    wait_for(lambda: all(folder.log_file.exists() and trained(folder) for folder in (two, three)))


def test_it_ends_when_nobody_holds_it() -> None:
    spare = Spare()
    pid = spare._process.pid
    del spare
    gc.collect()
    wait_for(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "pass"])
def test_it_ends_with_the_process_that_holds_it(end: str) -> None:
    script = f"import os; from tuilab.runs import Spare; s = Spare(); print(s._process.pid, flush=True); {end}"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout
    wait_for(lambda: not psutil.pid_exists(int(told)))
