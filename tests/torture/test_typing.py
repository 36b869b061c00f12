"""What is typed, at any pace, while the app is busy with other things, is what is trained."""

from pathlib import Path

import pytest

from tests.typist import FIELDS, type_all

TEXTS, SEEDS = 501, 3


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_trained_is_what_was_typed(seed: int, tmp_path: Path) -> None:
    type_all(seed, TEXTS // SEEDS // len(FIELDS) + 1, tmp_path, slowest=5, fastest=100)
