"""What is typed into a busy app is what stands there and what is trained; five hundred texts more: make torture."""

from pathlib import Path

import pytest

from tests.typist import type_all


@pytest.mark.usefixtures("home")
def test_what_is_trained_is_what_was_typed(tmp_path: Path) -> None:
    type_all(0, 2, tmp_path, slowest=60, fastest=100, every=2)  # 6 texts
