"""Tags of mistakes: a small private file, whose contents are data whatever they are."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.runs import RunFolder, Store, read_tags, write_tags
from tuilab.runs.tags import MAXIMUM_TAG, MOST_TAGGED, MOST_TAGS
from tuilab.text import clean


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return Store(tmp_path / "home").create(Experiment())


def test_what_is_written_is_read_in_its_order(run: RunFolder) -> None:
    assert read_tags(run) == {}
    tags = {"zebra [/b]": (3, 12), "blurred": (), "λ": (0,)}
    write_tags(run, tags)
    assert read_tags(run) == tags and list(read_tags(run)) == list(tags)
    assert stat.S_IMODE(run.tags_file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "tags",
    [
        {"a\x1b]52;c;x\x07": (1,)},
        {"two\nlines": (1,)},
        {"": (1,)},
        {"x" * (MAXIMUM_TAG + 1): (1,)},
        {"x": (-1,)},
        {"x": tuple(range(MOST_TAGGED + 1))},
        {str(place): () for place in range(MOST_TAGS + 1)},
    ],
)
def test_tags_beyond_their_bounds_are_refused_and_nothing_is_lost(run: RunFolder, tags: dict[str, tuple[int]]) -> None:
    write_tags(run, {"good": (1,)})
    with pytest.raises(BadInput):
        write_tags(run, tags)
    assert read_tags(run) == {"good": (1,)}


@pytest.mark.parametrize(
    "content",
    [b"\xff", b"x = 3", b"x = [[1]]", b"x = ['1']", b"[[[[", b"x = [-1]", b"x = [1e9]", b"#" * 600_000,
     b'"\\u001b" = [1]', b"x = [" + b"9" * 5000 + b"]", b'"\\u202e" = [1]', b"[" * 2000],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_named(run: RunFolder, content: bytes) -> None:
    run.tags_file.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_tags(run)
    assert refused.value.file == str(run.tags_file) and clean(str(refused.value), 1000) == str(refused.value)


@given(st.binary(max_size=300))
def test_no_file_is_more_than_data(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = RunFolder(tmp_path_factory.getbasetemp())
    folder.tags_file.write_bytes(content)
    try:
        tags = read_tags(folder)
    except BadInput:
        return
    assert all(clean(tag, MAXIMUM_TAG) == tag for tag in tags)


def test_a_link_is_not_followed(run: RunFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text("x = [1]")
    run.tags_file.symlink_to(secret)
    with pytest.raises((BadInput, OSError)):
        read_tags(run)
    write_tags(run, {"mine": (1,)})
    assert secret.read_text() == "x = [1]" and not run.tags_file.is_symlink()
