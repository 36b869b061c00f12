from typing import Any

import numpy as np
import pytest

from tuilab.nn import Dropout, Parameters


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
