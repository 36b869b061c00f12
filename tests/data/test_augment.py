"""Changed copies of the training part: what each change does to an image, and what stays as it is."""

from pathlib import Path

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.data import prepare
from tuilab.data.augment import _between_pixels, _blur, augment, image_side
from tuilab.errors import BadInput
from tuilab.experiment import convert
from tuilab.experiment.fields import AugmentationSection

SIDE = 6
CHANGES = ({"flip": "both"}, {"rotation": 20.0}, {"zoom": 0.2}, {"distortion": 0.5}, {"noise": 0.3})


def images(count=20, seed=0):
    return np.random.default_rng(seed).random((count, SIDE * SIDE)), np.arange(count) % 3


def augmented(seed=1, **wanted):
    X, y = images()
    return augment(X, y, AugmentationSection(**wanted), np.random.default_rng(seed))


@pytest.mark.parametrize("change", CHANGES)
def test_the_originals_come_first_and_each_copy_keeps_its_label(change):
    X, y = images()
    more, labels = augmented(copies=3, **change)
    assert more.shape == (4 * len(X), X.shape[1])
    assert np.array_equal(more[: len(X)], X)
    assert np.array_equal(labels, np.concatenate([y] * 4))
    assert not np.array_equal(more[len(X) : 2 * len(X)], more[2 * len(X) : 3 * len(X)])
    assert np.array_equal(more, augmented(copies=3, **change)[0])
    assert not np.array_equal(more, augmented(seed=2, copies=3, **change)[0])


def test_without_copies_nothing_is_copied():
    X, y = images()
    assert augment(X, y, AugmentationSection(rotation=10), np.random.default_rng(0)) == (X, y)


@pytest.mark.parametrize(("flip", "axes"), [("horizontal", [2]), ("vertical", [1])])
def test_a_flip_mirrors_about_half_of_the_copies(flip, axes):
    X, _ = images()
    mirrored = np.flip(X.reshape(-1, SIDE, SIDE), axes).reshape(len(X), -1)
    more, _ = augmented(copies=40, flip=flip)
    copies = more[len(X) :].reshape(40, len(X), -1)
    is_mirrored = (copies == mirrored).all(axis=2)
    assert ((copies == X).all(axis=2) ^ is_mirrored).all()
    assert 0.4 < is_mirrored.mean() < 0.6


def test_a_quarter_turn_agrees_with_the_transposed_image(monkeypatch):
    X, y = images()
    quarter = type("Quarter", (), {"uniform": lambda self, low, high, shape: np.full(shape, high)})()
    more, _ = augment(X, y, AugmentationSection(copies=1, rotation=90), quarter)
    turned = np.rot90(X.reshape(-1, SIDE, SIDE), axes=(1, 2)).reshape(len(X), -1)
    assert np.allclose(more[len(X) :], turned, atol=1e-9) or np.allclose(
        more[len(X) :], np.rot90(X.reshape(-1, SIDE, SIDE), -1, axes=(1, 2)).reshape(len(X), -1), atol=1e-9
    )


def test_the_colors_of_an_image_are_changed_alike_and_each_as_a_grey_one() -> None:
    grey, y = images()
    colored = np.concatenate([grey, 2 * grey, grey + 1], axis=1)
    wanted = AugmentationSection(copies=2, flip="both", rotation=30, zoom=0.2, distortion=1.0)
    more, _ = augment(colored, y, wanted, np.random.default_rng(0), planes=3)
    one, _ = augment(grey, y, wanted, np.random.default_rng(0))
    np.testing.assert_allclose(more, np.concatenate([one, 2 * one, one + 1], axis=1), atol=1e-12)


def test_a_table_of_as_many_columns_as_a_picture_has_pixels_is_none(tmp_path: Path) -> None:
    names = [f"x{at}" for at in range(23)] + ["city", "y"]
    rows = [
        ",".join([*(f"{(at * row) % 7}.5" for at in range(23)), "ab"[row // 3 % 2], "uv"[row % 2]]) for row in range(40)
    ]
    (tmp_path / "t.csv").write_text("\n".join([",".join(names), *rows]) + "\n")
    plan = {"data": {"source": str(tmp_path / "t.csv")}, "augmentation": {"copies": 1, "noise": 0.1}}
    assert len(prepare(convert(plan)).train.y) == 48
    plan["augmentation"] = {"copies": 1, "rotation": 10}
    with pytest.raises(BadInput, match="needs images; the columns of a table are none"):
        prepare(convert(plan))


@pytest.mark.parametrize("side", [2, 5, 28])
def test_pixels_are_moved_as_scipy_moves_them(side):
    """Sampled between pixels, and displaced by a blurred field, as `scipy.ndimage` would do both."""
    rng = np.random.default_rng(side)
    pictures, (rows, columns) = rng.random((7, side, side)), rng.uniform(-2, side + 1, (2, 7, side, side))
    which = np.broadcast_to(np.arange(7)[:, None, None], pictures.shape)
    sampled = scipy.ndimage.map_coordinates(pictures, [which, rows, columns], order=1, mode="nearest")
    np.testing.assert_allclose(_between_pixels(pictures, rows, columns), sampled, rtol=0, atol=1e-14)
    for sigma in (1.0, side / 7, 4.0):
        blur, blurred = _blur(side, sigma), scipy.ndimage.gaussian_filter(pictures, (0, sigma, sigma))
        np.testing.assert_allclose(blur @ pictures @ blur.T, blurred, rtol=0, atol=1e-14)


@examples(20)
@given(value=st.floats(-5, 5), rotation=st.floats(0, 180), zoom=st.floats(0, 0.9), distortion=st.floats(0, 3))
def test_an_even_image_stays_even_whatever_moves(value, rotation, zoom, distortion):
    X = np.full((3, SIDE * SIDE), value)
    wanted = AugmentationSection(copies=1, rotation=rotation, zoom=zoom, distortion=distortion)
    more, _ = augment(X, np.zeros(3, np.int64), wanted, np.random.default_rng(0))
    assert np.allclose(more, value, atol=1e-9)


def test_noise_has_its_share_of_each_features_spread():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((500, 3)) * [1, 10, 0]
    more, _ = augment(X, np.zeros(500, np.int64), AugmentationSection(copies=4, noise=0.5), rng)
    added = more[500:].reshape(4, 500, 3) - X
    assert added.std(axis=(0, 1)) == pytest.approx(0.5 * X.std(axis=0), rel=0.1)


@pytest.mark.parametrize(("features", "side"), [(64, 8), (784, 28), (30, 0), (1, 0), (2, 0), (4, 2)])
def test_what_is_a_square_image(features, side):
    assert image_side(features) == side


def experiment(source="digits", examples="all", **augmentation):
    return convert({"data": {"source": source, "examples": examples}, "augmentation": augmentation})


def test_only_the_training_part_grows():
    plain, more = prepare(experiment(examples=300)), prepare(experiment(examples=300, copies=2, noise=1.0, zoom=0.1))
    originals = len(plain.train.y)
    assert len(more.train.y) == 3 * originals
    assert np.allclose(more.raw(more.train.X)[:originals], plain.raw(plain.train.X))
    for part in ("dev", "test"):
        assert np.allclose(more.raw(getattr(more, part).X), plain.raw(getattr(plain, part).X))


def test_inputs_are_normalized_by_what_is_trained_on():
    """By σ of the originals alone, in which few pixels at the border have any ink, they reach 400."""
    moved = prepare(experiment(copies=12, rotation=8, distortion=0.5))
    spread = moved.train.X.std(axis=0)
    assert np.allclose(spread[spread > 0], 1) and np.abs(moved.train.X).max() < 40


@pytest.mark.parametrize("change", ({"flip": "horizontal"}, {"rotation": 5.0}, {"zoom": 0.1}, {"distortion": 1.0}))
def test_what_is_no_image_is_refused_by_path(change):
    with pytest.raises(BadInput, match="square images") as caught:
        prepare(experiment("breast-cancer", copies=1, **change))
    assert caught.value.path == f"augmentation.{next(iter(change))}"
    assert len(prepare(experiment("circles", copies=1, noise=0.1)).train.y) == 480
