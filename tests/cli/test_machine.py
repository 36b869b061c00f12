"""The doctor tells what is amiss and nothing private; reset brings a terminal back."""

import getpass
import json
import os
import platform
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.commands import here
from tests.forge import run
from tuilab.lab import doctor
from tuilab.lab.doctor import Finding, examine, worst
from tuilab.runs import Store

NOTHING = {"TERM": "dumb"}


def named(findings: tuple[Finding, ...], name: str) -> Finding:
    return next(finding for finding in findings if finding.name == name)


def test_what_is_looked_at(home: Path) -> None:
    findings = examine(Store(), NOTHING)
    assert {finding.area for finding in findings} == {"python", "numpy", "terminal", "store", "logout"}
    assert named(findings, "python").value.startswith(platform.python_version())
    assert named(findings, "runs").value == "none yet"
    assert named(findings, "terminal").state == "look"
    assert all(finding.advice for finding in findings if finding.state != "good")


@pytest.mark.parametrize(
    ("environment", "name", "state"),
    [
        ({"OMP_NUM_THREADS": "4"}, "threads", "look"),
        ({"OMP_NUM_THREADS": "1"}, "threads", "good"),
        ({"TERM": "xterm-256color"}, "colors", "look"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "colors", "good"),
        ({"NO_COLOR": "1"}, "colors", "good"),
    ],
)
def test_the_environment_decides(home: Path, environment: dict[str, str], name: str, state: str) -> None:
    assert named(examine(Store(), environment), name).state == state


def test_a_full_disk_and_a_network_are_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_SPACE", 1 << 62)
    monkeypatch.setattr(doctor, "_file_system", lambda path: "nfs4")
    findings = examine(Store(), NOTHING)
    assert named(findings, "free space").state == "bad"
    assert named(findings, "file system").state == "look"
    assert worst(findings) == "bad"


def test_a_store_that_may_not_be_written_is_said_to_be_whose_it_is(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(store: Store) -> str:
        found = named(examine(store, NOTHING), "writable")
        assert (found.state == "good") == (found.value == "yes") == (not found.advice)
        return f"{found.value}; {found.advice}"

    (home / "runs").mkdir(parents=True)
    assert told(Store()) == "yes; "
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK or Path(path).name != "runs")
    assert told(Store()).startswith("no: runs is yours, but you have barred yourself from writing it; chmod ")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert re.match("no: runs belongs to (root|another user, number [0-9]+); ask ", told(Store()))
    assert getpass.getuser() not in told(Store()) or getpass.getuser() == "root"
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK and Path(path).exists())
    assert told(Store(home / "not" / "there")).startswith("no: where it would lie belongs to ")
    (tmp_path / "file").touch()
    assert (
        told(Store(tmp_path / "file"))
        == "no: the store is not a folder; set TUILAB_HOME to a folder that you may write"
    )


@pytest.mark.parametrize(
    ("kills", "lingers", "state"), [("b true", "no", "bad"), ("b true", "yes", "good"), ("b false", "no", "good")]
)
def test_what_a_logout_ends(home: Path, monkeypatch: pytest.MonkeyPatch, kills: str, lingers: str, state: str) -> None:
    monkeypatch.setattr(doctor, "_ask", lambda program, *rest: {"busctl": kills, "loginctl": lingers}.get(program, ""))
    assert named(examine(Store(), NOTHING), "KillUserProcesses").state == state


def test_the_report_for_others_holds_nothing_private(home: Path) -> None:
    done = here("doctor", "--json")
    found = json.loads(done.stdout)["findings"]
    assert {"area", "name", "value", "state", "advice"} == set(found[0])
    for secret in (str(home), str(Path.home()), platform.node(), str(Path.cwd())):
        assert secret not in done.stdout
    assert getpass.getuser() not in [word for one in found for word in one["value"].split()]


def test_reset_brings_a_raw_terminal_back() -> None:
    master, slave = pty.openpty()
    good = termios.tcgetattr(slave)
    raw = termios.tcgetattr(slave)
    raw[0] &= ~termios.ICRNL
    raw[1] &= ~termios.OPOST
    raw[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    termios.tcsetattr(slave, termios.TCSANOW, raw)
    command = [sys.executable, "-m", "tuilab", "reset"]
    assert run(command, stdin=slave, stdout=slave, stderr=slave).returncode == 0
    assert termios.tcgetattr(slave)[:4] == good[:4]
    written = os.read(master, 1000)
    assert b"\x1b[?1049l" in written and b"\x1b[?1000l" in written and b"\x1b[?25h" in written


def test_reset_without_a_terminal_is_bad_input() -> None:
    done = run([sys.executable, "-m", "tuilab", "reset"], stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
