"""The eyeball part and the black box."""

import numpy as np
import pytest

from tuilab.lab.sentences.mistakes import gap_text
from tuilab.training.eyeball import APART, LOOKED_AT, WITHIN, eyeball, gap, tagged, worn_out


@pytest.mark.parametrize(("m", "seen"), [(APART - 1, APART - 1), (APART, APART // 2), (360, 180), (9000, LOOKED_AT)])
def test_half_of_a_large_dev_set_is_looked_at(m: int, seen: int) -> None:
    chosen = eyeball(m, 7)
    assert chosen.sum() == seen and (chosen == eyeball(m, 7)).all()
    assert seen == m or (chosen != eyeball(m, 8)).any()


def test_of_a_very_large_dev_set_the_part_is_among_the_first() -> None:
    chosen = eyeball(5 * WITHIN, 7)
    assert chosen.sum() == LOOKED_AT and chosen[:WITHIN].sum() == LOOKED_AT


def test_a_gap_is_shown_where_the_eyeball_part_is_worn_out_and_seldom_where_it_is_not() -> None:
    rng, shown, seen = np.random.default_rng(1), 0, eyeball(400, 1)
    for _ in range(200):
        known = gap(rng.random(400) < 0.1, seen)
        assert known is not None
        shown += known.shown
    assert shown <= 0.07 * 200  # Newcombe's interval at 95 %; 3 in 1000 of fair ones are beyond 7 %
    worn = gap(rng.random(400) < np.where(seen, 0.02, 0.15), seen)
    assert worn is not None and worn_out(worn) and "worn out" in gap_text(worn)
    harder = gap(rng.random(400) < np.where(seen, 0.15, 0.02), seen)
    assert harder is not None and harder.shown and not worn_out(harder) and "worn out" not in gap_text(harder)
    assert gap(np.ones(5, bool), np.ones(5, bool)) is None


def test_a_tag_counts_what_is_wrong_now_and_was_looked_at() -> None:
    wrong, seen = (np.isin(np.arange(60), places) for places in ((0, 2, 3, 59), np.arange(50)))
    blurred, dark = tagged({"blurred": (0, 1, 3, 59, 99), "dark": ()}, wrong, seen)
    assert (blurred.examples, blurred.share) == ((0, 3), 0.04) and blurred.interval[0] < 0.04 < blurred.interval[1]
    assert (dark.examples, dark.share) == ((), 0)
