"""A run notes what its data were: it goes on with the same, wherever they lie, and with others only if told to."""

import os
import random
import sys
from pathlib import Path

import pytest

from tests.trainers import end_of, until
from tuilab.cli import main
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, alive, ends, latest_weights, spawn
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.checkpoint import newest

ROWS = [f"{row % 13},{row * 7 % 11},{'ab'[row * 5 % 13 > 6]}" for row in range(120)]


def write(path: Path, rows: list[str] = ROWS) -> Path:
    path.write_text("\n".join(["a,b,kind", *rows]) + "\n")
    return path


def shuffled() -> list[str]:
    """The same features and as many of each label, in another order."""
    labels = [row[-1] for row in ROWS]
    random.Random(1).shuffle(labels)
    return [row[:-1] + label for row, label in zip(ROWS, labels, strict=True)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "table.csv")


@pytest.fixture
def experiment(source: Path) -> Experiment:
    edits = {"data.source": str(source), "network.hidden": "4", "optimization.iterations": "200"}
    return edit(Experiment(), edits)


def trained(lab: Lab, experiment: Experiment) -> RunFolder:
    """A run that has ended."""
    name = lab.start(experiment)
    assert end_of(lab, name).status == "done"
    return lab.store.find(name)


def without_note(folder: RunFolder) -> None:
    """As a run of an earlier version left it."""
    file = max(folder.checkpoints_folder.glob("*.npz"))
    arrays = dict(read_arrays(file))
    header = arrays["header"].tobytes()
    at = header.index(b',"data":[')
    arrays["header"] = arrays["header"][[*range(at), *range(header.index(b"}]", at) + 2, len(header))]]
    write_arrays(file, arrays)


def test_what_the_data_were_stands_in_the_log_and_in_every_checkpoint(lab: Lab, experiment: Experiment) -> None:
    folder = trained(lab, experiment)
    started = next(event for event in ends(folder.log_file) if hasattr(event, "data"))
    (file,) = started.data
    made = Path(experiment.data.source).stat()
    assert (file.place, file.file, file.size) == ("data.source", experiment.data.source, made.st_size)
    assert file.modified == int(made.st_mtime)
    checkpoint = newest(folder)
    assert checkpoint is not None and checkpoint.header.data == (file,)


def test_changed_data_are_refused_with_the_difference_and_taken_when_told_to(
    lab: Lab, experiment: Experiment, source: Path
) -> None:
    folder = trained(lab, experiment)
    log = folder.log_file.read_bytes()
    os.utime(source, (1e9, 1e9))
    lab.control.resume(folder.name, {"iterations": "250"})  # the date alone is no change
    assert end_of(lab, folder.name).view.iteration == 250
    size = write(source, shuffled()).stat().st_size
    log = folder.log_file.read_bytes()
    with pytest.raises(BadInput) as refused:
        lab.control.resume(folder.name, {"iterations": "300"})
    said = str(refused.value)
    assert said.startswith("the data have changed since it was trained: data.source was ")
    assert said.count(f"{source} ({size:,} bytes of ") == 2
    assert "--accept-changed-data" in said and "\n" not in said
    assert folder.log_file.read_bytes() == log and not list(folder.requests_folder.iterdir())
    lab.control.resume(folder.name, {"iterations": "300"}, accept_changed_data=True)
    end = end_of(lab, folder.name)
    assert (end.status, end.view.iteration) == ("done", 300)
    assert "resumed: the data have changed" in [mark.text for mark in end.view.marks]
    assert not list(folder.requests_folder.iterdir())  # accepted once, and not for ever
    lab.control.resume(folder.name, {"iterations": "350"})  # these are its data now
    assert end_of(lab, folder.name).view.iteration == 350


def test_moved_data_are_found_where_they_lie_now(
    lab: Lab, experiment: Experiment, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, straight = trained(lab, experiment), trained(lab, edit(experiment, {"optimization.iterations": "300"}))
    (tmp_path / "elsewhere").mkdir()
    source.rename(tmp_path / "elsewhere" / "moved.csv")
    with pytest.raises(BadInput, match="no such file"):
        lab.control.resume(folder.name, {"iterations": "300"})
    other = write(tmp_path / "other.csv", shuffled())
    with pytest.raises(BadInput, match=r"the data have changed .* is .*other\.csv"):
        lab.control.resume(folder.name, {"iterations": "300", "data.source": str(other)})
    with pytest.raises(BadInput, match="is no path"):
        lab.control.resume(folder.name, {"iterations": "300", "data.source": "a\0b.csv"})
    monkeypatch.chdir(tmp_path)
    lab.control.resume(folder.name, {"iterations": "300", "data.source": "elsewhere/moved.csv"})
    end = end_of(lab, folder.name)
    assert end.experiment.data.source == str(tmp_path / "elsewhere" / "moved.csv")
    assert end.view.cost.total.tolist() == lab.follow(straight.name).poll().view.cost.total.tolist()
    assert lab.moment(end.experiment, folder.name).iteration == 300
    lab.control.resume(folder.name, {"iterations": "310"})
    assert end_of(lab, folder.name).view.iteration == 310


def test_a_file_of_its_own_for_dev_is_noted_too(lab: Lab, experiment: Experiment, tmp_path: Path) -> None:
    dev = write(tmp_path / "dev.csv", ROWS[:40])
    own = {"data.dev_source": str(dev), "split.train": "0.8", "split.dev": "0", "split.test": "0.2"}
    folder = trained(lab, edit(experiment, own))
    write(dev, ROWS[:41])
    with pytest.raises(BadInput, match=r"data\.dev_source was .*dev\.csv \(.* and is .*dev\.csv \("):
        lab.control.resume(folder.name, {"iterations": "300"})
    write(tmp_path / "again.csv", ROWS[:40])
    lab.control.resume(folder.name, {"iterations": "300", "data.dev_source": str(tmp_path / "again.csv")})
    assert end_of(lab, folder.name).status == "done"


def test_a_run_without_the_note_goes_on_as_before(lab: Lab, experiment: Experiment, source: Path) -> None:
    folder = trained(lab, experiment)
    without_note(folder)
    write(source, shuffled())
    lab.control.resume(folder.name, {"iterations": "300"})
    assert end_of(lab, folder.name).status == "done"
    write(source)
    with pytest.raises(BadInput, match="the data have changed"):  # it has the note now
        lab.control.resume(folder.name, {"iterations": "400"})


def test_data_of_no_file_cannot_be_moved(lab: Lab, experiment: Experiment, source: Path) -> None:
    folder = trained(lab, edit(experiment, {"data.source": "circles", "data.examples": "60"}))
    with pytest.raises(BadInput, match=r"data\.source: cannot be changed: this run has no such file"):
        lab.control.resume(folder.name, {"iterations": "300", "data.source": str(source)})


def test_a_trainer_looks_itself(lab: Lab, experiment: Experiment, source: Path) -> None:
    folder = trained(lab, experiment)
    write(source, shuffled())
    until(lambda: not alive(folder))
    spawn(folder)
    until(lambda: lab.follow(folder.name).poll().status == "failed")
    end = lab.follow(folder.name).poll().view.finished
    assert end is not None and end.reason.startswith("the data have changed since it was trained")
    write(source)
    before = latest_weights(folder)
    lab.control.resume(folder.name, {"iterations": "300"})
    assert end_of(lab, folder.name).status == "done"
    assert before is not None and before.iteration == 200


def test_a_look_does_not_finish_a_run_on_other_data(lab: Lab, experiment: Experiment, source: Path) -> None:
    folder = trained(lab, experiment)
    until(lambda: not alive(folder))
    lines = folder.log_file.read_bytes().splitlines(keepends=True)
    folder.log_file.write_bytes(b"".join(lines[:-1]))  # its trainer was killed before its last line
    write(source, shuffled())
    assert lab.follow(folder.name).poll().status == "dead"
    assert len(list(folder.claims_folder.iterdir())) == 1


def test_views_do_not_show_a_network_on_data_that_it_has_never_seen(
    lab: Lab, experiment: Experiment, source: Path
) -> None:
    folder = trained(lab, experiment)
    assert lab.moment(experiment, folder.name).iteration == 200
    write(source, shuffled())
    with pytest.raises(BadInput, match="the data have changed since the run was trained"):
        lab.moment(experiment, folder.name)


def test_the_command_line_says_it_in_one_line(
    lab: Lab,
    experiment: Experiment,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = trained(lab, experiment)

    def resume(*arguments: str) -> tuple[int | str | None, str]:
        monkeypatch.setattr(sys, "argv", ["tuilab", "resume", folder.name, *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, capsys.readouterr().err

    write(source, shuffled())
    code, said = resume("--iterations", "300")
    assert (code, said.count("\n")) == (2, 1) and "the data have changed" in said
    moved = write(tmp_path / "moved.csv")
    assert resume("--iterations", "300", "--data-source", str(moved))[0] == 0
    assert end_of(lab, folder.name).view.iteration == 300
    moved.unlink()
    said = f"if it was moved, say where it lies now: tuilab resume {folder.name} --data-source PATH"
    assert resume("--iterations", "400") == (2, f"tuilab: {moved}: data.source: no such file; {said}\n")
    assert resume("--iterations", "400", "--data-source", str(moved))[1].endswith(": no such file\n")
    arguments = ("--iterations", "400", "--data-source", str(source), "--accept-changed-data")
    assert resume(*arguments)[0] == 0
    assert end_of(lab, folder.name).view.iteration == 400
