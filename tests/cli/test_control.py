"""Taking hold of a run from another terminal."""

import sys
from pathlib import Path

import pytest

from tests.commands import here
from tests.forge import run
from tests.trainers import end_of, reach
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs.requests import pending_edits

LONG = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "1000000000"})


def tuilab(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of a command."""
    done = here(*arguments)
    return done.returncode, done.stderr


@pytest.mark.usefixtures("paced")
def test_what_has_no_effect_in_a_run_is_refused(lab: Lab) -> None:
    name = lab.start(edit(LONG, {"regularization.kind": "none"}))
    reach(lab, name, 1)
    code, said = tuilab("set", name, "lambd=0.1")
    assert code == 2 and '"λ (lambd)" has no effect while "penalty" is none, as it is in this run' in said
    assert tuilab("stop", name) == (0, "")
    end_of(lab, name)
    code, said = tuilab("resume", name, "--set", "lambd=0.1")
    assert code == 2 and "has no effect" in said
    assert not pending_edits(lab.store.find(name))


@pytest.mark.usefixtures("paced")
def test_pause_step_set_resume_and_stop_from_a_second_terminal(lab: Lab) -> None:
    name = lab.start(edit(LONG, {"regularization.kind": "l2", "regularization.lambd": "0.5"}))
    reach(lab, name, 1)
    code, said = tuilab("pause", "last")
    at = lab.control.look(name).view.iteration
    assert (code, said) == (0, f"paused at iteration {at:,}\n")
    assert tuilab("step", name) == (0, f"paused at iteration {at + 1:,}\n")
    code, said = tuilab("set", name, "learning_rate=0.03", "lambd=-1")
    assert code == 2 and "regularization.lambd" in said
    assert not pending_edits(lab.store.find(name))  # nor the other one
    said = f"learning_rate = 0.02, lambd = 0.1 set: paused at iteration {at + 1:,}\n"
    assert tuilab("set", name, "learning_rate=0.02", "lambd=0.1") == (0, said)
    assert not pending_edits(lab.store.find(name))
    code, said = tuilab("set", name, "network.hidden=3")
    assert code == 2
    assert "cannot be changed while a run goes on; optimization.learning_rate, regularization.lambd" in said
    assert tuilab("set", name, "learning_rate") == (2, "tuilab: learning_rate: must be path=value\n")
    assert tuilab("resume", name) == (0, f"{name} goes on from iteration {at + 1:,}\n")
    code, said = tuilab("resume", name)
    assert (code, said) == (2, f"tuilab: {name}: is not paused: running\n")
    assert tuilab("stop", name) == (0, "")
    end = end_of(lab, name)
    assert end.status == "stopped"
    assert end.experiment.optimization.learning_rate == 0.02
    assert tuilab("pause", name) == (2, f"tuilab: {name}: is not running: stopped\n")
    wanted = end.view.iteration + 100
    code, said = tuilab("resume", name, "--iterations", str(wanted), "--set", "learning_rate=0.01")
    assert (code, said) == (0, f"{name} goes on from iteration {end.view.iteration:,} of {wanted:,}\n")
    assert end_of(lab, name).view.iteration == wanted


def test_everything_of_a_run_is_private_whatever_the_umask(lab: Lab) -> None:
    script = "import os, sys; os.umask(0); sys.argv[0] = 'tuilab'; from tuilab.cli import main; main()"
    arguments = ["run", "circles", "--set", "optimization.iterations=100", "--json"]
    assert run([sys.executable, "-c", script, *arguments]).returncode == 0
    parts = list(lab.store.home.rglob("*"))
    assert {path.name for path in parts} >= {"log.jsonl", "weights.npz", "checkpoints", "000001.npz", "trainer.json"}
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in [lab.store.home, *parts]}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_looking_at_a_run_writes_nothing(lab: Lab) -> None:
    name = lab.start(edit(LONG, {"optimization.iterations": "100"}))
    end_of(lab, name)
    folder = lab.store.find(name).path

    def state() -> list[tuple[Path, int, bytes]]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return [(path, path.stat().st_mtime_ns, path.read_bytes()) for path in files]

    before = state()
    for command in (["watch", name], ["export", name], ["runs"]):
        assert tuilab(*command)[0] == 0
    assert state() == before
