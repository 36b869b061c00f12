"""Many runs are followed to the end of all, and what is over is looked at no more."""

from types import SimpleNamespace
from typing import Any

import pytest

from tuilab.cli import progress


class Going:
    """A run that is over at the look of that number."""

    def __init__(self, looks: int) -> None:
        self.left, self.seen = looks, 0

    def poll(self) -> Any:
        self.left -= 1
        self.seen += 1
        return SimpleNamespace(status="running" if self.left else "done")


def test_of_many_runs_each_is_looked_at_more_seldom_and_not_at_all_once_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rests = list[float]()
    monkeypatch.setattr(progress.time, "sleep", rests.append)
    many: Any = [Going(1), *(Going(2) for _ in range(2 * progress.AT_ONCE)), Going(4)]
    ends = progress.follow_all(many, [], lambda: None, lambda: None)
    assert [end.status for end in ends] == ["done"] * len(many)
    assert [one.seen for one in many] == [1, *[2] * (2 * progress.AT_ONCE), 4]
    assert rests[0] == pytest.approx(progress.POLL * (2 + 1 / progress.AT_ONCE)) and rests[1:] == [progress.POLL] * 2
