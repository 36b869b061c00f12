"""What may stand at a path instead of a data file."""

import os
import socket
import time

import pytest

from tuilab.data import csv_file, files
from tuilab.data.table import rank_labels
from tuilab.errors import BadInput

GOOD = "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n"


def refusal(source, label=""):
    with pytest.raises(BadInput) as caught:
        files.load(str(source), label)
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).isprintable()
    return caught.value


def test_an_unknown_source_lists_what_is_allowed():
    error = refusal("circle\x1b[2J")
    assert error.path == "data.source"
    for allowed in ("breast-cancer", "digits", "circles", ".csv", ".npz", "'circle\ufffd[2J'"):
        assert allowed in error.message


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
class TestNotAFile:
    def test_missing(self, tmp_path, suffix):
        error = refusal(tmp_path / f"none{suffix}")
        assert (error.path, error.file, error.message) == ("data.source", f"{tmp_path}/none{suffix}", "no such file")

    def test_directory(self, tmp_path, suffix):
        (tmp_path / f"folder{suffix}").mkdir()
        assert refusal(tmp_path / f"folder{suffix}").message == "is a directory, not a file"

    def test_fifo(self, tmp_path, suffix):
        os.mkfifo(tmp_path / f"pipe{suffix}")
        assert refusal(tmp_path / f"pipe{suffix}").message == "is not a regular file"

    def test_link_to_a_fifo(self, tmp_path, suffix):
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / f"link{suffix}").symlink_to(tmp_path / "pipe")
        assert refusal(tmp_path / f"link{suffix}").message == "is not a regular file"

    def test_device(self, tmp_path, suffix):
        (tmp_path / f"zero{suffix}").symlink_to("/dev/zero")
        assert refusal(tmp_path / f"zero{suffix}").message == "is not a regular file"

    def test_socket(self, tmp_path, suffix, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"socket{suffix}")
            assert refusal(f"socket{suffix}").message == "is not a regular file"

    def test_dangling_link(self, tmp_path, suffix):
        (tmp_path / f"link{suffix}").symlink_to(tmp_path / "nothing")
        assert refusal(tmp_path / f"link{suffix}").message == "a symbolic link to nothing"

    def test_link_to_itself(self, tmp_path, suffix):
        (tmp_path / f"link{suffix}").symlink_to(tmp_path / f"link{suffix}")
        assert refusal(tmp_path / f"link{suffix}").message.startswith("cannot be read: ")

    def test_empty(self, tmp_path, suffix):
        (tmp_path / f"empty{suffix}").touch()
        assert refusal(tmp_path / f"empty{suffix}").message == "is empty"

    @pytest.mark.parametrize("name", ["a\0b", "\ud800", "~nobody-of-that-name/x", "x" * 3000, "file/under"])
    def test_no_path(self, tmp_path, monkeypatch, suffix, name):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "file").touch()
        assert refusal(name + suffix).path == "data.source"


def test_a_path_swapped_for_a_fifo_after_the_first_look(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    os.mkfifo(path)
    looks = []

    def look_away_once(mode, check=files._check_regular):
        looks.append(mode)
        if len(looks) > 1:
            check(mode)

    monkeypatch.setattr(files, "_check_regular", look_away_once)
    assert refusal(path).message == "is not a regular file"
    assert len(looks) == 2


def test_a_control_character_in_a_file_name_is_not_passed_on(tmp_path):
    assert refusal(tmp_path / "\x1b]52;c;aGk=\x07.csv").file.endswith("/\ufffd]52;c;aGk=\ufffd.csv")


def test_relative_home_and_upper_case_paths(tmp_path, monkeypatch):
    (tmp_path / "table.CSV").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for source in ("table.CSV", "./table.CSV", "~/table.CSV"):
        assert files.load(source, "").classes == ("x", "y")


def test_a_link_to_a_file_is_read(tmp_path):
    (tmp_path / "table").write_text(GOOD)
    (tmp_path / "link.csv").symlink_to("table")
    assert files.load(str(tmp_path / "link.csv"), "").X.shape == (4, 2)


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something happen while a .csv file is read."""

    def meanwhile(happen, *, fault=""):
        def rank(*args):
            happen()
            if fault:
                raise BadInput(fault)
            return rank_labels(*args)

        monkeypatch.setattr(csv_file, "rank_labels", rank)

    return meanwhile


@pytest.mark.parametrize("fault", ["", "half of a row"])
@pytest.mark.parametrize("more", ["9,9,x\n", ""], ids=["longer", "of the same size"])
def test_a_file_that_is_changed_while_it_is_read_gives_no_table(tmp_path, meanwhile, more, fault):
    path = tmp_path / "table.csv"
    path.write_text(GOOD)
    meanwhile(lambda: path.write_text(GOOD + more), fault=fault)
    assert refusal(path).message == "was changed while it was read"


def test_a_file_that_another_one_replaces_is_read_to_its_end(tmp_path, meanwhile):
    path, other = tmp_path / "table.csv", tmp_path / "new"
    path.write_text(GOOD)
    other.write_text(GOOD.replace("8", "9"))
    meanwhile(lambda: other.exists() and other.replace(path))
    first = files.load(str(path), "")
    assert first.X.max() == 8 and first.origin.stamp != files.stamp(str(path))
    assert files.load(str(path), "").X.max() == 9


def test_a_file_of_this_very_moment_is_read_when_a_change_to_come_can_be_told(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(GOOD)
    os.utime(path)
    files.load(str(path), "")
    assert time.time() >= path.stat().st_mtime + files.TICK
