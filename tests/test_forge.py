"""A forged process is to its script what a fresh one is."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.commands import tuilab
from tests.forge import Forge, Process, run

ABOUT = """
import json, os, signal, sys, threading
print(json.dumps([
    sys.argv, os.getcwd(), os.environ["TOLD"], __name__, sorted(int(each) for each in os.listdir("/proc/self/fd"))[:3],
    [(each.isatty(), each.line_buffering, each.encoding, each.errors) for each in (sys.stdin, sys.stdout, sys.stderr)],
    sys.stdin.read(), str(signal.getsignal(signal.SIGINT)), os.umask(0),
    open(f"/proc/{os.getppid()}/stat").read().split()[0],
]))
threading.Thread(target=lambda: (threading.Event().wait(0.05), print("a thread's last word"))).start()
END
"""


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "sys.exit('a word')", "1 / 0"])
def test_it_is_told_and_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setenv("TOLD", "a value")
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o27)
    command, told = [sys.executable, "-c", ABOUT.replace("END", end), "one", "two"], []
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    for forged in (True, False):
        with Process(command, forged=forged, text=True, **pipes) as process:
            said, complaint = process.communicate("asked")
        told.append((process.returncode, said, complaint.splitlines()[-1:]))
    os.umask(before)
    assert told[0] == told[1]
    assert json.loads(told[0][1].splitlines()[0])[0] == ["-c", "one", "two"]


def test_permissions_bind_it(tmp_path: Path, home: Path) -> None:
    denied = tmp_path / "denied.toml"
    denied.write_text("")
    denied.chmod(0)
    done, ends = tuilab(["presets", "show", str(denied)])
    assert ends == ["exit 2"] and "ermission" in done.stderr


def test_what_is_planted_in_one_is_not_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.planted = [*getattr(sys, 'planted', []), 'once']")
    monkeypatch.setattr("tests.forge.the_forge", cache(Forge))  # as if it were the first test of all
    script = "import sys; print(getattr(sys, 'planted', []))"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told = [run([sys.executable, "-c", script]).stdout]
    monkeypatch.delenv("PYTHONPATH")
    told += [run([sys.executable, "-c", script]).stdout]
    assert told == ["['once']\n", "[]\n"]
