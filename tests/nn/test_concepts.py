import numpy as np
import pytest

from tuilab.nn import Dropout, Parameters, initialize, penalty


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
    [("zeros", 0), ("random", 1), ("xavier", 1 / 400), ("he", 2 / 400), ("glorot", 2 / 700)],
)
def test_initial_variance(scheme: str, variance: float) -> None:
    weights = initialize((400, 300, 1), scheme, 1.0, np.random.default_rng(0)).weights[0]
    assert weights.var() == pytest.approx(variance, rel=0.02)
    assert not initialize((400, 300, 1), scheme, 1.0, np.random.default_rng(0)).biases[0].any()


def test_gain_multiplies() -> None:
    one, three = (initialize((20, 5), "he", gain, np.random.default_rng(0)).theta for gain in (1.0, 3.0))
    assert np.allclose(three, 3 * one)


def test_masks_are_fresh_keep_the_expected_share_and_the_expected_activation() -> None:
    dropout = Dropout((1.0, 0.8, 0.5), (10, 400, 300), 200, np.random.default_rng(0))
    first = [mask.copy() if mask is not None else None for mask in dropout.masks()]
    second = dropout.masks()
    assert first[0] is None
    for keep, one, other in zip((0.8, 0.5), first[1:], second[1:], strict=True):
        assert one is not None and other is not None
        assert set(np.unique(one)) == {0.0, 1 / keep}
        assert one.mean() == pytest.approx(1, abs=0.02)
        # Independent masks agree on keep² + (1 − keep)² of the units.
        assert ((one > 0) == (other > 0)).mean() == pytest.approx(keep**2 + (1 - keep) ** 2, abs=0.02)


def one_unit(values: list[float]) -> Parameters:
    """A network of three inputs and one output whose weights are `values` and whose bias is 4."""
    return Parameters((3, 1), theta=np.array([*values, 4.0]))


def test_penalties_are_those_of_the_notes() -> None:
    parameters = one_unit([1.0, -2.0, 0.0])
    l2, l1 = penalty("l2", 3.0, 6), penalty("l1", 3.0, 6)
    assert l2.cost(parameters) == pytest.approx(3 / 12 * 5)
    assert l1.cost(parameters) == pytest.approx(3 / 12 * 3)
    for term, expected in ((l2, [0.5, -1.0, 0.0, 0]), (l1, [0.25, -0.25, 0.0, 0])):
        gradient = Parameters((3, 1))
        term.add_gradient(parameters, gradient, Parameters((3, 1)))
        assert gradient.theta == pytest.approx(expected)
    assert penalty("l2", 0.0, 6).cost(parameters) == 0
    assert penalty("l2", 3.0, 6, biases=True).cost(parameters) == pytest.approx(3 / 12 * 21)


def test_the_decay_factor_is_what_an_update_multiplies_by() -> None:
    assert penalty("l2", 3.0, 6).decay(0.1) == pytest.approx(1 - 0.1 * 3 / 6)
    assert penalty("l1", 3.0, 6).decay(0.1) == 1


def test_the_proximal_step_makes_exact_zeros_and_leaves_the_bias() -> None:
    parameters = one_unit([1.0, -2.0, 0.01])
    penalty("l1", 3.0, 6).shrink(parameters, 0.1)
    assert parameters.theta.tolist() == [0.975, -1.975, 0.0, 4.0]
