from typing import Any

import numpy as np
import pytest

from tuilab.nn import Dropout, Parameters, initialize


def test_parameters_are_views_of_one_vector_weights_first() -> None:
    parameters = Parameters((3, 4, 2))
    assert parameters.theta.shape == (3 * 4 + 4 * 2 + 4 + 2,)
    parameters.weights[1][...] = 7
    parameters.biases[0][...] = 5
    assert parameters.all_weights.tolist() == [0] * 12 + [7] * 8
    assert parameters.theta[20:24].tolist() == [5] * 4
    assert list(parameters.named()) == ["W1", "b1", "W2", "b2"]
    copy = parameters.copy()
    copy.theta[:] = 0
    assert parameters.weights[1][0, 0] == 7


def test_parameters_refuse_a_vector_of_another_length() -> None:
    with pytest.raises(ValueError, match="have 26 parameters"):
        Parameters((3, 4, 2), theta=np.zeros(25))


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [
        ("zeros", 0),
        ("random", 1),
        ("xavier", 1 / 400),
        ("he", 2 / 400),
        ("glorot", 2 / 700),
        ("notes_product", 2 / (400 * 300)),
    ],
)
def test_initial_variance(scheme: str, variance: float) -> None:
    parameters = initialize((400, 300, 1), scheme, 1.0, np.random.default_rng(0))
    weights = parameters.weights[0]
    # Of 120 000 normal numbers, the mean is within 5·σ/√n and the variance within 5·σ²·√(2/n).
    assert abs(weights.mean()) <= 5 * (variance / weights.size) ** 0.5
    assert weights.var() == pytest.approx(variance, rel=5 * (2 / weights.size) ** 0.5)
    assert not any(biases.any() for biases in parameters.biases)


def test_the_identity_is_cut_or_filled_where_the_width_changes() -> None:
    wide, narrow, last = initialize((2, 3, 2, 2), "identity", 0.5, np.random.default_rng(0)).weights
    assert wide.tolist() == [[0.5, 0, 0], [0, 0.5, 0]]
    assert narrow.tolist() == [[0.5, 0], [0, 0.5], [0, 0]]
    assert last.tolist() == [[0.5, 0], [0, 0.5]]


@pytest.mark.parametrize("scheme", ["zeros", "random", "xavier", "he", "glorot", "notes_product", "identity"])
def test_gain_multiplies(scheme: str) -> None:
    one, three = (initialize((20, 5), scheme, gain, np.random.default_rng(0)).theta for gain in (1.0, 3.0))
    np.testing.assert_allclose(three, 3 * one, rtol=1e-15)


def close(counts: Any, of: int, share: float) -> bool:
    """Whether each binomial count is within 5 standard deviations of its expectation."""
    return bool((np.abs(np.asarray(counts) - of * share) <= 5 * (of * share * (1 - share)) ** 0.5).all())


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_masks_are_fresh_and_keep_their_share_of_every_unit_and_example(dtype: Any) -> None:
    keeps, sizes, rows, draws = (0.9, 1.0, 0.8, 0.5), (40, 10, 30, 20), 50, 200
    dropout = Dropout(keeps, sizes, rows, np.random.default_rng(0), dtype)
    drawn: list[list[Any]] = [[] for _ in keeps]
    for _ in range(draws):
        for layer, mask in enumerate(dropout.masks()):
            assert (mask is None) == (keeps[layer] == 1)
            if mask is not None:
                assert mask.dtype == dtype
                drawn[layer].append(mask.copy())
    for keep, units, masks in zip(keeps, sizes, drawn, strict=True):
        if keep == 1:
            continue
        assert set(np.unique(masks)) == {0.0, dtype(1 / keep)}
        kept = np.array(masks) > 0
        assert close(kept.sum(axis=0), draws, keep)
        assert close(kept.sum(axis=(0, 1)), draws * rows, keep)
        assert close(kept.sum(axis=(0, 2)), draws * units, keep)
        # Divided by keep_prob, the expected activation stays: kept/keep_prob is 1 on average.
        assert close(np.sum(masks, dtype=np.float64) * keep, draws * rows * units, keep)
        # Independent masks agree on keep² + (1 − keep)² of the units.
        assert close((kept[::2] == kept[1::2]).sum(), draws // 2 * rows * units, keep**2 + (1 - keep) ** 2)
