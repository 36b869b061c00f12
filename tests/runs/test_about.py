"""What a person says of a run: one clean line each, whatever the file holds."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.runs import About, RunFolder, Store, read_about, write_about
from tuilab.runs.about import MAXIMUM_LABEL
from tuilab.text import clean


@pytest.fixture
def run(tmp_path):
    return Store(tmp_path / "home").create(Experiment(), About(parent="circles-0001"))


def test_a_child_knows_its_parent_and_a_person_adds_to_it(run):
    assert read_about(run) == About(parent="circles-0001")
    write_about(run, About(parent="circles-0001", label="λ = 3", note="the gap closes"))
    assert read_about(run) == About(parent="circles-0001", label="λ = 3", note="the gap closes")
    assert stat.S_IMODE(run.about_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("label", ["a\x1b]52;c;x\x07", "two\nlines", "x" * (MAXIMUM_LABEL + 1)])
def test_a_text_that_is_not_one_clean_line_is_refused(run, label):
    with pytest.raises(BadInput, match="one line of at most 60") as refused:
        write_about(run, About(label=label))
    assert refused.value.path == "label" and read_about(run).label == ""


@pytest.mark.parametrize("content", [b"", b"\xff", b"label = 3", b"[[[[", b'parent = ["a"]'])
def test_a_file_that_makes_no_sense_says_nothing(run, content):
    run.about_file.write_bytes(content)
    assert read_about(run) == About()


def test_a_folder_without_the_file_says_nothing(tmp_path):
    assert read_about(RunFolder(tmp_path / "none")) == About()


@given(st.text(max_size=200), st.integers(1, 15))
def test_a_hostile_file_is_cleaned(tmp_path_factory, text, times):
    folder = RunFolder(tmp_path_factory.getbasetemp())
    escaped = "".join(f"\\U{ord(one):08X}" for one in text * times if not 0xD800 <= ord(one) < 0xE000)
    folder.about_file.write_text(f'label = "{escaped}"')
    label = read_about(folder).label
    assert label == clean(label, MAXIMUM_LABEL)


def test_a_deleted_run_is_gone_and_its_name_is_never_given_again(tmp_path):
    store = Store(tmp_path / "home")
    first, second = store.create(Experiment()), store.create(Experiment())
    store.remove(second)
    assert [run.name for run in store.list()] == [first.name] and not second.path.exists()
    assert store.create(Experiment()).name not in (first.name, second.name)
    with pytest.raises(BadInput):
        store.remove(second)
