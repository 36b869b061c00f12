"""A folder of images by class: a folder a class, called as the class is. Pillow, of an extra, decodes them."""

import math
import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.columns.reading import Reading
from tuilab.data.format import Format, SourceFiles, refuse_decisions
from tuilab.data.idx_file import Pixels, pixel_names
from tuilab.data.memory import refuse_too_large
from tuilab.data.table import Table, rank_labels
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean

Color = Literal["grey", "rgb"]
PLANES: dict[Color, tuple[str, ...]] = {"grey": ("",), "rgb": ("red ", "green ", "blue ")}
"""What stands before the names of the pixels, the planes one after the other."""
LARGEST = 2**26
"""Pixels of an image; a larger one is a bomb rather than a picture."""
MOST = 10**6
"""Images at most."""
KINDS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
_LABEL = 100  # bytes an image besides its pixels: its label, and what the ranking of labels takes


def read(parts: SourceFiles, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> Table:
    """The table of the images, of as many pixels as `columns` says, 0 to 255, called by row and column.

    Of colors all red ones come first, then green, then blue. Raises `BadInput`.
    """
    side, color = columns.side, columns.color
    others = structs.replace(columns, side=PLAIN.side, color=PLAIN.color)
    refuse_decisions("a folder of images", "the names of its folders", label, others, like)
    classes, codes = np.unique([Path(place).parent.name for place in parts.places], return_inverse=True)
    if len(classes) < 2:
        raise BadInput(f'has images in one folder alone, "{clean(str(classes[0]), 60)}"; one for each class is wanted')
    y, names = rank_labels(codes, classes.tolist())
    return Table(
        X=_pixels(parts, side, color),
        y=y,
        features=_features(side, color),
        classes=names,
        label="folder",
        notes=(f"images are read in {'grey' if color == 'grey' else 'color'}, {side} × {side} pixels",),
        numbers=range(1, len(y) + 1),
        images=tuple("/".join(Path(place).parts[-2:]) for place in parts.places),
    )


def inputs(parts: SourceFiles, features: Sequence[str]) -> Pixels:
    """X of all images, whatever their class, of the pixels called `features`. Raises `BadInput`."""
    color: Color = "rgb" if is_colored(features) else "grey"
    side = math.isqrt(len(features) // len(PLANES[color]))
    if tuple(features) != _features(side, color):
        raise BadInput("holds images, and the network was not trained on images of such a folder")
    return _pixels(parts, side, color)


def is_colored(features: Sequence[str]) -> bool:
    """Whether features of these names are the pixels of an image in three colors, one color after the other."""
    side = math.isqrt(len(features) // len(PLANES["rgb"]))
    return features[0].startswith(PLANES["rgb"][0]) and tuple(features) == _features(side, "rgb")


def _features(side: int, color: Color) -> tuple[str, ...]:
    return tuple(f"{plane}{name}" for plane in PLANES[color] for name in pixel_names(side, side))


def _pixels(parts: SourceFiles, side: int, color: Color) -> Pixels:
    """X of all images. Raises `BadInput` naming the first that is none."""
    n = len(PLANES[color]) * side**2
    refuse_too_large(len(parts.places) * (4 * n + _LABEL), f"{len(parts.places):,} images")
    X = np.empty((len(parts.places), n), np.float32)
    for number, (row, place) in enumerate(zip(X, parts.places, strict=True)):
        stages.at("reading", number / len(X))
        with parts.open(place) as file:
            row[:] = _decoded(file, side, color)
    return X


def files(source: str) -> tuple[str, ...]:
    """The images in the folders of `source`, by class and name; without such folders, those that lie in it.

    What is hidden or of another kind is left aside.
    """
    root = Path(source).expanduser()
    found, entries = list[str](), _entries(root, root)
    for folder in entries:
        if folder.is_dir():
            found += _images(Path(source) / folder.name, _entries(root, Path(folder.path)))
    found = found or _images(Path(source), entries)
    if len(found) > MOST:
        raise BadInput(f"has more than {MOST:,} images")
    if not found:
        raise BadInput(f"has no images in folders of their classes ({', '.join(SUFFIXES)})")
    return tuple(found)


def _images(folder: Path, entries: Iterable[os.DirEntry[str]]) -> list[str]:
    """Where the images among the `entries` of `folder` lie."""
    return [os.fsdecode(folder / one.name) for one in entries if one.name.lower().endswith(SUFFIXES)]


def _entries(root: Path, folder: Path) -> list[os.DirEntry[str]]:
    """What is in `folder`, by name, without what is hidden. Raises `BadInput` for a link that leads out of `root`."""
    with os.scandir(folder) as entries:
        found = sorted((one for one in entries if not one.name.startswith(".")), key=lambda one: one.name)
    for one in found:
        if one.is_symlink() and not Path(os.path.realpath(one.path)).is_relative_to(os.path.realpath(root)):
            place = Path(one.path).relative_to(root)
            raise BadInput(f"{clean(str(place), 200)} is a symbolic link out of the folder, which is not followed")
    return found


def _decoded(file: BinaryIO, side: int, color: Color) -> NDArray[np.uint8]:
    """The (n,) values of the image in `file`, plane by plane. Raises `BadInput`."""
    try:
        from PIL import Image
    except ImportError:
        raise BadInput("images need Pillow: pip install 'tuilab[images]'") from None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=KINDS) as image:
            width, height = image.size
            if width * height > LARGEST:
                raise BadInput(f"is an image of {width:,} × {height:,} pixels; at most {LARGEST:,} are read")
            if image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"):
                raise BadInput(f"has pixels of the kind {image.mode}; 8 bits a color are wanted")
            mode = "L" if color == "grey" else "RGB"
            image.draft(mode, (2 * side, 2 * side))  # of a JPEG no more is decoded than is needed
            resized = image.convert(mode).resize((side, side), Image.Resampling.BILINEAR)
            values = np.asarray(resized, np.uint8).reshape(side**2, -1)
            return values.T.ravel()
    except BadInput:
        raise
    except Exception as error:  # of damaged bytes Pillow raises what its decoders happen to
        raise BadInput(f"is no image that can be read: {_told(error)}") from None


def _told(error: Exception) -> str:
    """What Pillow says, without the address of a Python object."""
    said = clean(str(error), 120)
    return f"it is none of {', '.join(KINDS)}" if "cannot identify" in said else said or type(error).__name__


IMAGES = Format(suffixes=(), maximum_bytes=2**28, read=read, inputs=inputs, files=files, slow=True)
"""Told by being a folder, not by its name."""
