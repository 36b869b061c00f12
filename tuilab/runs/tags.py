"""What a person says of single dev mistakes of a run: tags, such as "blurred", each with the examples that have it.

It lies beside the log as `about.toml` does, and no trainer reads it.
"""

from collections.abc import Mapping
from itertools import chain

import msgspec
import tomli_w

from tuilab.errors import BadInput
from tuilab.experiment import parse
from tuilab.runs.files import look_up, read_at, replacing, writing
from tuilab.runs.folder import RunFolder
from tuilab.text import clean

MOST_TAGS, MAXIMUM_TAG, MOST_TAGGED = 9, 30, 20_000
"""Tags of a run, characters of one, examples that have some."""
_MAXIMUM_BYTES = 500_000

Tags = dict[str, tuple[int, ...]]
"""The dev examples, by index, that have each tag; tags in the order in which they came up."""


def read_tags(folder: RunFolder) -> Tags:
    """The tags of the run in `folder`; none where there is no file. Raises `BadInput` naming a file that is damaged."""
    file = folder.tags_file
    if look_up(file) is None:
        return {}
    content = read_at(file, 0, _MAXIMUM_BYTES + 1)
    if len(content) > _MAXIMUM_BYTES:
        raise BadInput(f"is larger than {_MAXIMUM_BYTES} bytes", file=clean(str(file)))
    try:
        tags = msgspec.convert(parse(content.decode()), Tags)
        _require_good(tags)
    except ValueError as error:  # BadInput is one
        raise BadInput(f"holds no tags: {clean(str(error), 120)}", file=clean(str(file))) from None
    return tags


def write_tags(folder: RunFolder, tags: Mapping[str, tuple[int, ...]]) -> None:
    """Replaces the tags of the run, whole or not at all.

    Raises `BadInput` for too many of them, for one that is no clean line, and for a folder that cannot be written.
    """
    _require_good(tags)
    with writing(folder.tags_file), replacing(folder.tags_file, shared=True) as file:
        file.write(tomli_w.dumps({tag: list(examples) for tag, examples in tags.items()}).encode())


def _require_good(tags: Mapping[str, tuple[int, ...]]) -> None:
    if len(tags) > MOST_TAGS:
        raise BadInput(f"has room for {MOST_TAGS} tags, not for {len(tags)}")
    for tag in tags:
        if not tag.strip() or clean(tag, MAXIMUM_TAG) != tag:
            raise BadInput(
                f"a tag must be one line of 1 to {MAXIMUM_TAG} characters, without control characters, "
                f"not {clean(tag, 60)!r}"
            )
    examples = set(chain.from_iterable(tags.values()))
    if len(examples) > MOST_TAGGED or (examples and not 0 <= min(examples) <= max(examples) < 2**31):
        raise BadInput(f"must name at most {MOST_TAGGED} examples, by index, 0 or more")
