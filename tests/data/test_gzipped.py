"""Packed files: what is in them comes out whole, a bomb or a damaged one is refused in one line, at once."""

import gzip
import io
import time
from pathlib import Path

import pytest

from tuilab.data import files, gzipped
from tuilab.errors import BadInput

ROWS = b"a,b,kind\n" + b"".join(b"%d,%d,%s\n" % (row, row % 7, b"xy"[row % 2 :][:1]) for row in range(60))


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        files.load(str(path), "")
    assert (caught.value.file, len(str(caught.value).splitlines())) == (str(path), 1)
    return caught.value.message


def unpack(path: Path, most: int = 2**30) -> bytes:
    with path.open("rb") as file, gzipped.unpacked(file, most) as plain:
        return plain.read()


@pytest.mark.parametrize("piece", [1, 2, 7, 64, gzipped._PIECE])
def test_all_comes_out_whatever_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr(gzipped, "_PIECE", piece)
    path = tmp_path / "table.csv.gz"
    for packed in (
        gzip.compress(ROWS),
        gzip.compress(ROWS[:100]) + gzip.compress(b"") + gzip.compress(ROWS[100:]),
        gzip.compress(ROWS) + bytes(20),
    ):
        path.write_bytes(packed)
        assert unpack(path) == ROWS
        assert len(files.load(str(path), "").y) == 60


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (ROWS, "is no gzip file, or a damaged one: Error -3 while decompressing data: incorrect header check"),
        (gzip.compress(ROWS)[:-9], "ends early"),
        (gzip.compress(ROWS)[:-4] + bytes(2), "is a gzip file that ends early"),
        (gzip.compress(ROWS)[:-8] + bytes(8), "a damaged one: Error -3 while decompressing data: incorrect data check"),
        (gzip.compress(ROWS) + b"more\0\0\0\0", "is no gzip file, or a damaged one"),
        (gzip.compress(b""), "is empty when it is unpacked"),
        (b"\x1f\x8b", "is a gzip file that ends early"),
        (
            gzip.compress(ROWS)[:-4] + b"\xff" * 4,
            "declares 4.0 GiB when it is unpacked (1.0 GiB are allowed), or ends early",
        ),
        (gzip.compress(b"a") * (gzipped._MOST_MEMBERS + 1), "is put together of more than 32768 packed files"),
    ],
    ids=range(9),
)
def test_what_is_damaged_is_refused(tmp_path: Path, packed: bytes, said: str) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(packed)
    start = time.thread_time()
    assert said in refusal(path)
    assert time.thread_time() - start < 0.5


def test_a_bomb_is_refused_before_it_has_taken_much(tmp_path: Path) -> None:
    path, content = tmp_path / "bomb.csv.gz", io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", compresslevel=1) as packed:
        for _ in range(160):
            packed.write(bytes(2**20))
    path.write_bytes(content.getvalue())
    start = time.thread_time()
    assert refusal(path) == "unpacks to more than 200 times its size, as no table does"
    assert time.thread_time() - start < 0.5


def test_the_limit_of_the_format_holds_for_what_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(ROWS) + gzip.compress(b"x"))
    with pytest.raises(BadInput, match=r"is larger than 0\.0 MiB when it is unpacked"):
        unpack(path, len(ROWS))
    assert len(unpack(path, len(ROWS) + 1)) == len(ROWS) + 1
