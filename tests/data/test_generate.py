import numpy as np
import pytest

from tuilab.data.generate import SHAPES, SURFACES, generate
from tuilab.experiment import GENERATED


def make(source, examples=600, noise=0.0, seed=0):
    return generate(source, examples, noise, np.random.default_rng(seed))


def test_every_generated_source_has_its_shape():
    assert [*SHAPES, *SURFACES] == list(GENERATED)


@pytest.mark.parametrize("source", SHAPES)
@pytest.mark.parametrize("examples", [4, 7, 600])
def test_shape_types_and_balance(source, examples):
    table = make(source, examples, noise=0.1)
    classes = 3 if source == "blobs" else 2
    assert table.X.shape == (examples, 2)
    assert table.X.dtype == np.float64
    assert table.X.flags.c_contiguous
    assert table.y.dtype == np.int64
    assert table.features == ("x1", "x2")
    assert table.classes == tuple(str(k) for k in range(classes))
    assert np.ptp(np.bincount(table.y, minlength=classes)) <= 1


@pytest.mark.parametrize("source", GENERATED)
def test_the_seed_decides(source):
    one, again, other = (make(source, noise=0.1, seed=seed) for seed in (1, 1, 2))
    assert (one.X == again.X).all()
    assert (one.X != other.X).all()


@pytest.mark.parametrize("source", SHAPES)
def test_noise_is_the_standard_deviation_of_what_is_added(source):
    added = make(source, 20_000, noise=0.5).X - make(source, 20_000, noise=0.0).X
    # The standard error of a deviation from 20 000 draws is 0.5/√40 000 = 0.0025.
    np.testing.assert_allclose(added.std(axis=0), 0.5, atol=5 * 0.0025)
    np.testing.assert_allclose(added.mean(axis=0), 0, atol=5 * 0.0036)


@pytest.mark.parametrize(("source", "features"), [("sine", 1), ("franke", 2)])
def test_the_noise_of_a_surface_is_added_to_its_target(source, features):
    table, exact = make(source, 20_000, noise=0.5), make(source, 20_000)
    assert table.X.shape == (20_000, features) and table.y.dtype == np.float64 and table.classes == ()
    assert (table.X == exact.X).all() and 0 <= table.X.min() < 0.001 and 0.999 < table.X.max() <= 1
    added = table.y - exact.y
    np.testing.assert_allclose([added.std(), added.mean()], [0.5, 0], atol=5 * 0.0036)


def test_the_surfaces_are_those_of_their_papers():
    table = make("sine")
    np.testing.assert_allclose(table.y, np.sin(2 * np.pi * table.X[:, 0]))
    # At the foot of the first hill, whose top is at (2/9, 2/9), and on it: e⁻² of it and all of it.
    heights = SURFACES["franke"].height(np.array([0, 2 / 9]), np.array([0, 2 / 9]))
    slopes = [0.75 * np.exp(-1 / 49 - 1 / 10), 0.75 * np.exp(-9 / 49 - 3 / 10)]
    far = [0.5 * np.exp(-14.5) - 0.2 * np.exp(-65), 0.5 * np.exp(-26 / 4) - 0.2 * np.exp(-29)]
    np.testing.assert_allclose(heights, np.add([0.75 * np.exp(-2), 0.75], slopes) + far, rtol=1e-12)


def test_circles_have_radius_1_and_one_half():
    table = make("circles")
    radius = np.hypot(*table.X.T)
    np.testing.assert_allclose(radius, np.where(table.y == 0, 1, 0.5))


def test_moons_are_half_circles_around_two_centers():
    table = make("moons")
    x1, x2 = table.X.T
    upper = table.y == 0
    np.testing.assert_allclose(np.hypot(x1[upper], x2[upper]), 1)
    np.testing.assert_allclose(np.hypot(x1[~upper] - 1, x2[~upper] - 0.5), 1)
    assert (x2[upper] >= 0).all()
    assert (x2[~upper] <= 0.5).all()


def test_spiral_arms_turn_with_the_radius():
    table = make("spiral")
    x1, x2 = table.X.T
    radius = np.hypot(x1, x2)
    assert 1.9 < radius.max() <= 2
    turned = np.arctan2(x2, x1) - 1.5 * np.pi * radius - np.pi * table.y
    np.testing.assert_allclose(np.cos(turned), 1, atol=1e-9)


def test_blobs_lie_on_three_centers():
    table = make("blobs")
    centers = {tuple(point) for point in np.round(table.X, 9)}
    assert len(centers) == 3
    np.testing.assert_allclose(np.hypot(*table.X.T), 1)
    np.testing.assert_allclose(np.mean(list(centers), axis=0), 0, atol=1e-9)


def test_xor_is_the_sign_of_the_product_and_fills_four_quadrants():
    table = make("xor")
    assert ((table.X.prod(axis=1) < 0) == (table.y == 1)).all()
    assert (np.abs(table.X) >= 0.2).all()
    assert (np.abs(table.X) <= 1).all()
    quadrants, counts = np.unique(np.sign(table.X), axis=0, return_counts=True)
    assert len(quadrants) == 4
    assert counts.min() > 100


def test_no_line_separates_xor_or_circles():
    for source in ("xor", "circles"):
        table = make(source)
        inputs = np.c_[table.X, np.ones(len(table.y))]
        weights, *_ = np.linalg.lstsq(inputs, 2.0 * table.y - 1, rcond=None)
        assert abs(np.mean((inputs @ weights > 0) == table.y) - 0.5) < 0.15
