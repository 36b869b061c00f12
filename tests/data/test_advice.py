import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data.advice import advised_split


@pytest.mark.parametrize(
    ("examples", "shares"),
    [
        (4, (0.6, 0.2, 0.2)),
        (100, (0.6, 0.2, 0.2)),
        (10_000, (0.6, 0.2, 0.2)),
        (100_000, (0.8, 0.1, 0.1)),
        (1_000_000, (0.98, 0.01, 0.01)),
        (1_000_001, (0.99, 0.005, 0.005)),
        (100_000_000, (0.99, 0.005, 0.005)),
    ],
)
def test_the_shares_of_the_notes(examples: int, shares: tuple[float, float, float]) -> None:
    assert advised_split(examples) == pytest.approx(shares, abs=1e-12)


@given(st.integers(4, 10**9), st.integers(4, 10**9))
def test_more_examples_never_get_a_smaller_training_share(one: int, other: int) -> None:
    for examples in (one, other):
        train, dev, test = advised_split(examples)
        assert train + dev + test == pytest.approx(1)
        assert dev == test
        if examples > 10_000:
            assert dev * examples >= 2_000, "enough dev examples to tell two experiments apart"
    fewer, more = sorted((one, other))
    assert advised_split(fewer)[0] <= advised_split(more)[0] + 1e-12
