"""A tmux session without clients: the app is told, both ways. Tried with a `tmux` that says what a file says."""

from pathlib import Path

import pytest

from tests.ui.conftest import until
from tuilab.ui.app import LabApp
from tuilab.ui.tty import tmux


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What tmux says of the number of clients."""
    answer, program = tmp_path / "clients", tmp_path / "tmux"
    program.write_text(f"#!/bin/sh\ncat '{answer}' || exit 1\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    monkeypatch.setenv("TMUX_PANE", "%7")
    return answer


@pytest.mark.parametrize(("answer", "attached"), [("0\n", False), ("1\n", True), ("00\n", False), ("02\n", True)])
def test_clients_of_the_session_and_of_its_group_count(told: Path, answer: str, attached: bool) -> None:
    told.write_text(answer)
    assert tmux.is_attached("%7") is attached


def test_a_tmux_that_does_not_answer_hides_nothing(told: Path) -> None:
    assert tmux.is_attached("%7")


async def test_the_app_is_told_when_the_last_client_leaves_and_when_one_comes(
    told: Path, app: LabApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tmux, "LOOK", 0.05)
    told.write_text("1\n")
    async with app.run_test() as pilot:
        with tmux.noticing(app):
            told.write_text("0\n")
            await until(pilot, lambda: not app.app_focus)
            told.write_text("1\n")
            await until(pilot, lambda: app.app_focus)
