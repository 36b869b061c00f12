"""What a person says of a run: where it came from, a name for it, a note. The one part of a run that may change.

It lies beside the log and no trainer reads it, so that it may be written whoever trains the run.
"""

import msgspec
import tomli_w
from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import parse
from tuilab.runs.files import read_at, replacing, writing
from tuilab.runs.folder import RunFolder
from tuilab.text import clean

MAXIMUM_PARENT, MAXIMUM_LABEL, MAXIMUM_NOTE = 200, 60, 2000
"""Characters of a parent's name, of a label and of a note."""
_MAXIMUM_BYTES = 64_000


class About(Struct, frozen=True, kw_only=True, gc=False):
    """`parent` is the name of the run that this one was made from; each text may be empty and is one clean line."""

    parent: str = ""
    label: str = ""
    note: str = ""


def read_about(folder: RunFolder) -> About:
    """What is said of the run in `folder`, cleaned and cut to size; nothing where no file can be made sense of."""
    try:
        text = read_at(folder.about_file, 0, _MAXIMUM_BYTES).decode()
        about = msgspec.convert(parse(text), About)
    except ValueError:  # BadInput is one
        return About()
    return About(
        parent=clean(about.parent, MAXIMUM_PARENT),
        label=clean(about.label, MAXIMUM_LABEL),
        note=clean(about.note, MAXIMUM_NOTE),
    )


def write_about(folder: RunFolder, about: About, *, lasting: bool = True) -> None:
    """Replaces what is said of the run, whole or not at all; `lasting` as in `replacing`.

    Raises `BadInput` for a text that is too long or not one clean line, and for a folder that cannot be written.
    """
    for path, text, limit in (
        ("parent", about.parent, MAXIMUM_PARENT),
        ("label", about.label, MAXIMUM_LABEL),
        ("note", about.note, MAXIMUM_NOTE),
    ):
        if clean(text, limit) != text:
            raise BadInput(f"must be one line of at most {limit} characters, without control characters", path=path)
    with writing(folder.about_file), replacing(folder.about_file, lasting=lasting, shared=True) as file:
        file.write(tomli_w.dumps(msgspec.to_builtins(about)).encode())
