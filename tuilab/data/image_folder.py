"""A folder of images by class: a folder a class, called as the class is. Pillow, of an extra, decodes them."""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.columns.reading import Reading
from tuilab.data.format import Format, SourceFiles, refuse_decisions
from tuilab.data.idx_file import Pixels, pixel_names
from tuilab.data.memory import refuse_too_large
from tuilab.data.table import Table, rank_labels
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection
from tuilab.text import clean

SIDE = 32
"""Pixels along a side of what every image becomes, so that new ones are as those that were trained on."""
LARGEST = 2**26
"""Pixels of an image; a larger one is a bomb rather than a picture."""
MOST = 10**6
"""Images at most."""
KINDS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
_LABEL = 100  # bytes an image besides its pixels: its label, and what the ranking of labels takes


def read(parts: SourceFiles, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> Table:
    """The table of the images: `SIDE` × `SIDE` pixels, grey, 0 to 255, called by row and column. Raises `BadInput`."""
    refuse_decisions("a folder of images", "the names of its folders", label, columns, like)
    classes, codes = np.unique([Path(place).parent.name for place in parts.places], return_inverse=True)
    y, names = rank_labels(codes, classes.tolist())
    return Table(
        X=inputs(parts),
        y=y,
        features=pixel_names(SIDE, SIDE),
        classes=names,
        label="folder",
        notes=(f"images are read in grey, {SIDE} × {SIDE} pixels",),
    )


def inputs(parts: SourceFiles) -> Pixels:
    """X of all images, whatever their class. Raises `BadInput` naming the first that is none."""
    refuse_too_large(len(parts.places) * (4 * SIDE**2 + _LABEL), f"{len(parts.places):,} images")
    X = np.empty((len(parts.places), SIDE**2), np.float32)
    for number, (row, place) in enumerate(zip(X, parts.places, strict=True)):
        stages.at("reading", number / len(X))
        with parts.open(place) as file:
            row[:] = _decoded(file)
    return X


def files(source: str) -> tuple[str, ...]:
    """The images in the folders of `source`, by class and name; what is hidden or of another kind is left aside."""
    root = Path(source).expanduser()
    found = list[str]()
    for folder in _entries(root, root):
        if folder.is_dir():
            names = [image.name for image in _entries(root, Path(folder.path)) if image.name.lower().endswith(SUFFIXES)]
            found += [os.fsdecode(Path(source) / folder.name / name) for name in names]
            if len(found) > MOST:
                raise BadInput(f"has more than {MOST:,} images")
    if not found:
        raise BadInput(f"has no images in folders of their classes ({', '.join(SUFFIXES)})")
    return tuple(found)


def _entries(root: Path, folder: Path) -> list[os.DirEntry[str]]:
    """What is in `folder`, by name, without what is hidden. Raises `BadInput` for a link that leads out of `root`."""
    with os.scandir(folder) as entries:
        found = sorted((one for one in entries if not one.name.startswith(".")), key=lambda one: one.name)
    for one in found:
        if one.is_symlink() and not Path(os.path.realpath(one.path)).is_relative_to(os.path.realpath(root)):
            place = Path(one.path).relative_to(root)
            raise BadInput(f"{clean(str(place), 200)} is a symbolic link out of the folder, which is not followed")
    return found


def _decoded(file: BinaryIO) -> NDArray[np.uint8]:
    """The (`SIDE`²,) grey values of the image in `file`. Raises `BadInput`."""
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
            image.draft("L", (2 * SIDE, 2 * SIDE))  # of a JPEG no more is decoded than is needed
            grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
            return np.asarray(grey, np.uint8).ravel()
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
