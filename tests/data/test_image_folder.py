"""A folder of images by class: what is read, what changes it, and what is refused by its name."""

import os
import struct
import time
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from tuilab.data import Prepared, files, image_folder, memory, unlabeled
from tuilab.data.columns.report import report
from tuilab.data.table import is_right
from tuilab.errors import BadInput
from tuilab.experiment import convert
from tuilab.experiment.fields import PLAIN, ColumnsSection

SIDE = PLAIN.side
PIXELS = np.random.default_rng(1).integers(0, 256, (8, 40, 30, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four cats and four dogs of all kinds."""
    root = tmp_path / "pets"
    kinds = ("a.png", "b.jpg", "c.GIF", "d.webp", "e.bmp", "f.ppm", "g.tiff", "h.jpeg")
    for at, (name, pixels) in enumerate(zip(kinds, PIXELS, strict=True)):
        place = root / ("cat", "dog")[at % 2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place)
    (root / "cat" / ".hidden.png").write_bytes(b"")
    (root / "cat" / "notes.txt").write_text("no image")
    (root / "README").write_text("neither")
    return root


def refusal(source: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        files.load(str(source), "")
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_classes_are_folders_and_pixels_are_grey(folder: Path) -> None:
    table = files.load(f"{folder}/", "")
    assert is_right(table) and table.X.shape == (8, SIDE**2)
    assert table.classes == ("cat", "dog") and table.y.tolist() == [0] * 4 + [1] * 4
    assert (table.features[0], table.features[-1]) == ("pixel 0,0", f"pixel {SIDE - 1},{SIDE - 1}")
    grey = Image.fromarray(PIXELS[0]).convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    assert np.array_equal(table.X[0], np.asarray(grey).ravel())
    assert np.array_equal(unlabeled.load(str(folder), table.features)[0], table.X)


@pytest.mark.parametrize(("side", "color", "mode"), [(7, "grey", "L"), (9, "rgb", "RGB")])
def test_size_and_color_are_chosen_and_known_again_by_the_features(
    folder: Path, side: int, color: Literal["grey", "rgb"], mode: str
) -> None:
    table = files.load(str(folder), "", columns=ColumnsSection(side=side, color=color))
    resized = np.asarray(Image.fromarray(PIXELS[0]).convert(mode).resize((side, side), Image.Resampling.BILINEAR))
    planes = [resized] if mode == "L" else [resized[:, :, at] for at in range(3)]
    assert is_right(table) and np.array_equal(table.X[0], np.ravel(planes))
    assert table.features[-1] == f"{'blue ' * (color == 'rgb')}pixel {side - 1},{side - 1}"
    assert np.array_equal(unlabeled.load(str(folder), table.features)[0], table.X)
    experiment = convert({"data": {"source": str(folder)}, "columns": {"side": side, "color": color}})
    assert len(report(experiment).columns) == len(table.features)
    with pytest.raises(BadInput, match="was not trained on images of such a folder"):
        unlabeled.load(str(folder), table.features[1:])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK"])
def test_modes_of_eight_bits_are_read(folder: Path, mode: str) -> None:
    name = "a.jpg" if mode == "CMYK" else "a.png"
    (folder / "cat" / "a.png").unlink()
    Image.fromarray(PIXELS[0]).convert(mode).save(folder / "cat" / name)
    assert files.load(str(folder), "").X[0].std() > 0


@pytest.mark.parametrize("change", ["other", "more", "fewer", "moved"])
def test_any_change_is_noticed(folder: Path, change: str) -> None:
    experiment, data = (
        convert({"data": {"source": str(folder)}, "split": {"train": 1, "dev": 0, "test": 0}}),
        Prepared(),
    )
    noted = data.dataset(experiment)
    assert data.dataset(experiment) is noted and len(noted.files) == 1
    image = folder / "cat" / "a.png"
    if change == "other":
        Image.fromarray(PIXELS[1]).save(image)
    elif change == "more":
        (folder / "cat" / "z.png").write_bytes(image.read_bytes())
    elif change == "fewer":
        image.unlink()
    else:
        image.rename(folder / "dog" / "a.png")
    now = data.dataset(experiment)
    assert now is not noted and now.files[0].checksum != noted.files[0].checksum
    origin = files.load(str(folder), "").origin
    assert origin is not None and origin.stamp == files.stamp(str(folder))


def png(width: int, height: int) -> bytes:
    """A PNG that declares its size, and holds next to nothing."""

    def chunk(name: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"no image", "is no image that can be read: it is none of PNG, JPEG"),
        (png(10, 10)[:45], "is no image that can be read"),
        (png(9_000, 9_000), "is an image of 9,000 × 9,000 pixels; at most 67,108,864 are read"),
        (png(65_000, 65_000), "could be decompression bomb"),
        (png(2**31 - 1, 2**31 - 1), "is no image that can be read"),
    ],
    ids=["empty", "text", "cut", "large", "bomb", "largest"],
)
def test_an_image_that_is_none_is_named_at_once(folder: Path, content: bytes, said: str) -> None:
    image = folder / "cat" / "a.png"
    image.write_bytes(content)
    start = time.thread_time()
    error = refusal(folder)
    assert time.thread_time() - start < 0.5
    assert said in error.message and (error.file, error.path) == (str(image), "data.source")


def test_pixels_of_sixteen_bits_are_not_cut_to_eight(folder: Path) -> None:
    Image.fromarray(PIXELS[0, :, :, 0].astype(np.uint16) * 256).save(folder / "cat" / "a.png")
    assert refusal(folder).message == "has pixels of the kind I;16; 8 bits a color are wanted"


def test_links_are_followed_within_the_folder_alone(folder: Path, tmp_path: Path) -> None:
    (folder / "cat" / "link.png").symlink_to("a.png")
    assert len(files.load(str(folder), "").y) == 9
    other = tmp_path / "other.png"
    other.write_bytes((folder / "cat" / "a.png").read_bytes())
    (folder / "dog" / "away.png").symlink_to(other)
    assert refusal(folder).message == "dog/away.png is a symbolic link out of the folder, which is not followed"
    (folder / "dog" / "away.png").unlink()
    (folder / "mouse").symlink_to(tmp_path)
    assert refusal(folder).message == "mouse is a symbolic link out of the folder, which is not followed"


def test_images_to_be_predicted_need_no_folders_of_classes(folder: Path) -> None:
    table = files.load(str(folder), "")
    cat = table.classes.index("cat")
    assert np.array_equal(unlabeled.load(str(folder / "cat"), table.features)[0], table.X[table.y == cat])


def test_what_is_no_folder_of_images_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none").mkdir()
    assert "has no images in folders of their classes" in refusal(tmp_path / "none").message
    assert refusal(folder / "cat").message == 'has images in one folder alone, "cat"; one for each class is wanted'
    monkeypatch.chdir(tmp_path)
    assert "of a folder of images (flowers/), not 'pets'" in refusal(Path("pets")).message
    assert len(files.load("./pets", "").y) == 8
    os.mkfifo(folder / "cat" / "pipe.png")
    assert refusal(folder).message == "is not a regular file"
    monkeypatch.setattr(image_folder, "MOST", 5)
    assert refusal(folder).message == "has more than 5 images"
    monkeypatch.setattr(image_folder, "MOST", 9)
    monkeypatch.setattr(memory, "total", lambda: 2**15)
    assert refusal(folder).message.startswith("9 images would need about")


def test_damaged_images_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "TICK", 0)
    random = np.random.default_rng(3)
    for image in sorted(folder.glob("*/*.*")):
        if image.suffix == ".txt" or image.name.startswith("."):
            continue
        whole = image.read_bytes()
        for _ in range(12):
            content = bytearray(whole)
            at = random.integers(len(content))
            content[at : at + random.integers(1, 4)] = random.bytes(random.integers(4))
            with image.open("rb+") as file:
                file.truncate(0)
                file.write(content if random.random() < 0.7 else content[:at] or b"x")
            try:
                assert is_right(files.load(str(folder), ""))
            except BadInput as error:
                assert error.file == str(image) and str(error).isprintable()
        image.write_bytes(whole)
