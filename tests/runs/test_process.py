"""Starting a trainer: here a stand-in takes the place of the interpreter and tells how it was started."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import psutil
import pytest

from tests.trainers import PATIENCE, until
from tuilab.errors import BadInput
from tuilab.runs import RunFolder, alive, ask, spawn

INTERPRETER = sys.executable
STAND_IN = f"""#!{INTERPRETER}
import json, os, sys, time
from pathlib import Path
from tuilab.runs import RunFolder, claim, pending
folder = RunFolder(Path(sys.stdin.read().rstrip(chr(0))))
claim(folder)
print("to stdout", flush=True)
print("to stderr", file=sys.stderr, flush=True)
told = dict(argv=sys.argv[1:], pid=os.getpid(), session=os.getsid(0), cwd=os.getcwd(), input=sys.stdin.read(),
            descriptors=len(os.listdir("/dev/fd")),
            threads=[os.environ[f"{{name}}_NUM_THREADS"] for name in ("OPENBLAS", "OMP", "MKL")])
(folder.path / "told.tmp").write_text(json.dumps(told))
(folder.path / "told.tmp").rename(folder.path / "told.json")
for _ in range({int(100 * PATIENCE)}):
    if pending(folder):
        break
    time.sleep(0.01)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    stand_in = tmp_path / "python"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    for name in ("OPENBLAS", "OMP", "MKL"):
        monkeypatch.delenv(f"{name}_NUM_THREADS", raising=False)
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    return folder


def told(folder: RunFolder) -> dict[str, object]:
    until(lambda: (folder.path / "told.json").exists())
    return json.loads((folder.path / "told.json").read_text())


def test_the_trainer_gets_a_session_of_its_own_and_no_terminal(folder, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.chdir(folder.path.parent)
    secret = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(secret, True)
    pid = spawn(RunFolder(Path("run")))
    os.close(secret)
    seen = told(folder)
    assert seen == {
        "argv": ["-m", "tuilab.trainer", "--wait"],
        "pid": pid,
        "session": pid,
        "cwd": "/",
        "input": "",
        "descriptors": 4,  # the three and the one that lists them
        "threads": ["1", "3", "1"],
    }
    assert folder.output_file.read_text() == "to stdout\nto stderr\n"
    assert alive(folder) is True
    ask(folder, "stop")
    # Collected without being asked, so that no zombie passes for a trainer.
    until(lambda: not psutil.pid_exists(pid))
    assert alive(folder) is False


def test_the_trainer_outlives_the_one_who_started_it(folder):
    code = (
        "import sys, time; from pathlib import Path; from tuilab.runs import RunFolder, spawn\n"
        "sys.executable = sys.argv[1]; spawn(RunFolder(Path(sys.argv[2]))); print(flush=True); time.sleep(3600)\n"
    )
    command = [INTERPRETER, "-c", code, sys.executable, str(folder.path)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, start_new_session=True) as starter:
        assert starter.stdout.readline() == b"\n"
        os.killpg(starter.pid, signal.SIGKILL)
        assert told(folder)["pid"] != starter.pid  # it does not wait for keys that are meant for the starter
    assert alive(folder) is True
    ask(folder, "stop")
    until(lambda: alive(folder) is False)


def test_output_that_cannot_be_kept_is_refused_before_anything_starts(folder):
    folder.output_file.mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        spawn(folder)
    assert not (folder.path / "told.json").exists()
