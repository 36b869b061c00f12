"""The runs from the command line: told apart, filtered, as data, named, deleted."""

import csv
import io
import json

import pytest

from tests.commands import tuilab
from tests.runs.events import finished, progress, started
from tests.terminal import Terminal
from tuilab.experiment import convert, edit, load
from tuilab.lab import Lab
from tuilab.runs import About, Appender, claim, read_about

pytestmark = pytest.mark.usefixtures("home")
HOSTILE = "a\x1b]52;c;x\x07\u202e"


@pytest.fixture
def names(lab: Lab) -> list[str]:
    """Three runs that differ in λ and the seed, oldest first; what is said of the last is hostile."""
    experiment = edit(load_circles(), {"regularization.kind": "l2"})
    found = []
    for lambd in ("0.5", "2.0", "7.0"):
        folder = lab.store.create(edit(experiment, {"regularization.lambd": lambd, "seed": lambd[0]}))
        with Appender(folder.log_file) as log:
            for event in (started(), progress(900, 0.5, 0.4), finished()):
                log.append(event)
        found.append(folder.name)
    folder.about_file.write_text(f'label = "own"\nnote = {json.dumps(HOSTILE)}\n')
    return found


def load_circles():
    return convert({"data": {"source": "circles"}, "title": "Circles"})


def test_runs_of_one_preset_are_told_apart(lab: Lab, names: list[str]) -> None:
    done, codes = tuilab(
        "runs",
        ["runs", "--filter", "lambd>=1 and status=done", "--sort", "lambd"],
        ["runs", "--sort", "-lambd", "--limit", "1"],
        ["runs", "--filter", "lambd>99"],
    )
    assert codes == ["exit 0"] * 4 and not done.stderr and "\x1b" not in done.stdout
    lists = [part.splitlines() for part in done.stdout.split("exit 0\n")]
    head = lists[0][0].split()
    assert head == [
        "RUN",
        "STATUS",
        "WHEN",
        "ITERATION",
        "SECONDS",
        "TRAIN",
        "DEV",
        "TEST",
        "LAMBD",
        "SEED",
        "FROM",
        "TITLE",
    ]
    assert [line.split()[:2] for line in lists[0][1:]] == [[name, "done"] for name in names[::-1]]
    end = lists[0][0].index("SEED") + len("SEED")
    assert [line[:end].split()[-2:] for line in lists[0][1:]] == [["7.0", "7"], ["2.0", "2"], ["0.5", "0"]]
    assert [line.split()[0] for line in lists[1][1:]] == names[1:]
    assert [line.split()[0] for line in lists[2][1:]] == names[2:] and "LAMBD" not in lists[2][0]
    assert len(lists[3]) == 1


def test_as_data_each_has_its_experiment(lab: Lab, names: list[str]) -> None:
    done, codes = tuilab("runs --json", "runs --csv")
    assert codes == ["exit 0", "exit 0"] and "\x1b" not in done.stdout
    listed, table = done.stdout.split("exit 0\n")[:2]
    found = json.loads(listed)
    assert found["schema"] == 1 and [run["name"] for run in found["runs"]] == names[::-1]
    for run in found["runs"]:
        experiment = load(lab.store.find(run["name"]).experiment_file)
        assert convert({**run["experiment"], "title": run["title"]}) == experiment
        assert (run["dev_error"], run["train_error"], run["seconds"]) == (None, 0.5, 10.0)
    assert found["runs"][0]["label"] == "own" and "\x1b" not in found["runs"][0]["note"]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["schema"], row["name"], row["regularization.lambd"]) for row in rows] == [
        ("1", name, lambd) for name, lambd in zip(names[::-1], ("7.0", "2.0", "0.5"), strict=True)
    ]


BAD = {
    ("runs", "--filter", "lambd>="): "--filter: expected a value behind lambd >=, not the end",
    ("runs", "--filter", "noise=1"): "--filter: noise: may be data.noise or augmentation.noise or diagnosis.noise",
    ("runs", "--sort", "-lam\x1b[2Jbd"): "--sort: lam\ufffd[2Jbd: is nothing that is said of runs; closest are lambd",
    ("presets", "check", "--seeds", "0"): "Invalid value for '--seeds': Input should be greater than or equal to 1",
    ("runs", "--limit", "0"): "Invalid value for '--limit': Input should be greater than or equal to 1",
    ("runs", "--csv", "--json"): "--csv: not together with --json",
    ("delete", "circles-0001"): "--yes: is needed where nobody can be asked",
    ("delete", "--yes", "circles-0001", "nobody"): "nobody: no such run; closest are",
    ("delete", "--yes", "../x"): "../x: is not the name of a run",
    ("label", "circles-0001", "x" * 61): "label: must be one line of at most 60 characters",
    ("note", "circles-0001", "a\x1bb"): "note: must be one line of at most 2000 characters",
}


def test_bad_input_is_one_line_and_changes_nothing(lab: Lab, names: list[str]) -> None:
    before = lab.runs()
    done, codes = tuilab(*BAD)
    assert codes == ["exit 2"] * len(BAD) and done.stdout == "exit 2\n" * len(BAD) and lab.runs() == before
    for line, said in zip(done.stderr.splitlines(), BAD.values(), strict=True):
        assert line.startswith(f"tuilab: {said}")


def test_labels_and_notes_leave_one_another_alone(lab: Lab, names: list[str]) -> None:
    name = names[0]
    _, codes = tuilab(["label", name, " mine "], ["note", name, "λ is small"])
    assert codes == ["exit 0"] * 2 and read_about(lab.store.find(name)) == About(label="mine", note="λ is small")
    tuilab(["label", name, ""])
    assert read_about(lab.store.find(name)) == About(note="λ is small")


@pytest.mark.parametrize(("answer", "left"), [("n", 3), ("y", 2)])
def test_a_person_is_asked_before_anything_is_deleted(lab: Lab, names: list[str], answer: str, left: int) -> None:
    with Terminal("delete", names[0]) as terminal:
        terminal.wait(rf"Delete {names[0]}\? Curves and weights will be lost for good")
        assert len(lab.runs()) == 3
        terminal.press(f"{answer}\r")
        assert terminal.exit_code() == (0 if answer == "y" else 130)
    assert len(lab.runs()) == left


def test_none_is_deleted_where_one_still_runs(lab: Lab, names: list[str]) -> None:
    running = lab.store.create(load_circles(), put=claim).name
    done, codes = tuilab(["delete", "--yes", *names, running], ["delete", "--yes", names[0], names[0], names[1]])
    assert codes == ["exit 2", "exit 0"] and "stop it first" in done.stderr and done.stderr.count("\n") == 1
    assert [run.name for run in lab.runs()] == [running, names[2]]
