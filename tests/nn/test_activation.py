"""The contract of an activation, kept by every one in the list."""

from typing import Any

import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st

from tests.nn.reference import G
from tuilab.experiment import knobs
from tuilab.nn import ACTIVATIONS

activations = pytest.mark.parametrize("name", ACTIVATIONS)
numbers = st.floats(-30, 30).filter(lambda z: abs(z) > 1e-6)


def through(name: str, z: Any, gradient: Any) -> tuple[Any, Any]:
    """(a, ∂J/∂z) for ∂J/∂a = `gradient`, in the type of z."""
    a, below = z.copy(), gradient.copy()
    assert ACTIVATIONS[name].forward(a) is None
    activated = a.copy()
    assert ACTIVATIONS[name].backward(below, a, np.empty(z.shape, bool)) is None
    assert a.dtype == below.dtype == z.dtype
    return activated, below


def test_every_activation_has_an_independent_reference_and_can_be_chosen() -> None:
    assert set(G) == set(ACTIVATIONS) == set(knobs()["network.activation"].choices)


@activations
@given(z=st.lists(numbers, min_size=1, max_size=20), slope=st.floats(-3, 3))
def test_forward_and_backward(name: str, z: list[float], slope: float) -> None:
    values = np.array([z])
    a, below = through(name, values, np.full(values.shape, slope))
    np.testing.assert_allclose(a, G[name](values), rtol=1e-10, atol=1e-15)
    # Told from a alone, a slope of 1 − a² keeps its digits only as far as a has them.
    np.testing.assert_allclose(below, slope * elementwise_grad(G[name])(values), rtol=1e-9, atol=1e-14)


@activations
def test_float32_follows_float64_and_large_numbers_make_no_nan(name: str) -> None:
    z = np.array([[-1e30, -800.0, -1.0, 0.0, 1.0, 800.0, 1e30]])
    with np.errstate(over="ignore"):
        double, single = through(name, z, np.ones_like(z)), through(name, z.astype(np.float32), np.ones_like(z, "f4"))
    for one, other in zip(double, single, strict=True):
        assert not np.isnan(one).any() and not np.isnan(other).any()
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-6)


@activations
def test_it_says_of_itself_what_is_true(name: str) -> None:
    one, z = ACTIVATIONS[name], np.array([[-5.0, -1e-9, 1e-9]])
    slopes = through(name, z, np.ones_like(z))[1][0]
    assert one.kinked == (abs(slopes[2] - slopes[1]) > 1e-6)
    assert one.dies == (slopes[0] == 0)
    if one.nearly_linear:
        z = np.linspace(-2, 2, 4001)
        a = through(name, z.copy(), z)[0]
        assert (np.abs(a - z) <= 0.09 * np.abs(z))[np.abs(a) < one.nearly_linear].all()
        assert (np.abs(a - z) > 0.07 * np.abs(z))[np.abs(a) > one.nearly_linear].all()
