"""The lab with real trainers."""

import time
from pathlib import Path

import numpy as np
import pytest

from tests.trainers import PATIENCE
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Follower, Lab, Snapshot
from tuilab.presets import DEFAULT, Presets, shipped
from tuilab.runs import ACTIVE

QUICK = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "200"})
SAMPLE = 20_000
"""Examples that show a wrong gradient as surely as a million do."""
LONG = edit(QUICK, {"optimization.iterations": "1000000000"})


def wait(follower: Follower, seconds: float = PATIENCE, until: tuple[str, ...] = ()) -> Snapshot:
    end = time.monotonic() + seconds
    while True:
        snapshot = follower.poll()
        if snapshot.status in until or (not until and snapshot.status not in ACTIVE):
            return snapshot
        assert time.monotonic() < end, f"still {snapshot.status}"
        time.sleep(0.02)


def test_a_run_from_start_to_end(lab: Lab) -> None:
    name = lab.start(QUICK)
    snapshot = wait(lab.follow(name))
    view = snapshot.view
    assert snapshot.status == "done"
    assert snapshot.experiment == QUICK
    assert view.cost.iteration.tolist() == list(range(201))
    assert view.started and view.started.layers == (2, 16, 1)
    assert view.finished and view.finished.cost
    assert view.cost.total[-1] == view.finished.cost.total
    assert snapshot.diagnosis.bias is not None
    folder = lab.store.find(name)
    with np.load(folder.weights_file, allow_pickle=False) as weights:
        assert {key: weights[key].shape for key in weights} == {"W1": (2, 16), "b1": (16,), "W2": (16, 1), "b2": (1,)}
    assert folder.output_file.read_text() == ""


def test_two_runs_of_one_experiment_end_in_the_same_bits(lab: Lab) -> None:
    ends = [wait(lab.follow(lab.start(QUICK))).view for _ in range(2)]
    other = wait(lab.follow(lab.start(edit(QUICK, {"seed": "2"})))).view
    assert ends[0].finished and ends[1].finished and other.finished
    assert ends[0].finished.cost == ends[1].finished.cost
    assert ends[0].cost.total.tolist() == ends[1].cost.total.tolist()
    assert ends[0].finished.cost != other.finished.cost


def test_the_verdict_on_a_child_undoes_nothing_that_made_it_better(lab: Lab) -> None:
    """A penalty that helped against variance: the child has a little bias, and nobody says "less of it"."""
    parent_experiment = edit(
        lab.open("high-variance")[1], {"optimization.iterations": "3000", "diagnosis.base_error": "0"}
    )
    parent = wait(lab.follow(lab.start(parent_experiment)))
    better = edit(parent_experiment, {"regularization.kind": "l2", "regularization.lambd": "1"})
    child = wait(lab.follow(lab.start(better, parent.name)))
    alone = wait(lab.follow(lab.start(better)))
    assert parent.error.dev and child.error.dev and child.error.dev < parent.error.dev
    labels = [[action.label for action in run.diagnosis.actions] for run in (alone, child)]
    assert "λ = 0.1" in labels[0] and labels[1] == [label for label in labels[0] if label != "λ = 0.1"]
    lab.delete(parent.name)
    assert lab.follow(child.name).poll().diagnosis.actions == alone.diagnosis.actions


@pytest.mark.usefixtures("paced")
def test_stop_ends_a_run_and_attaching_again_shows_the_whole_curve(lab: Lab) -> None:
    name = lab.start(LONG)
    follower = lab.follow(name)
    wait(follower, until=("running",))
    lab.stop(name)
    snapshot = wait(follower)
    assert snapshot.status == "stopped"
    assert snapshot.view.finished and snapshot.view.finished.cost
    again = lab.follow(name).poll()
    assert again.view.cost.iteration.tolist() == snapshot.view.cost.iteration.tolist()
    assert again.view.cost.iteration[0] == 0
    with pytest.raises(BadInput, match="not running: stopped"):
        lab.stop(name)


@pytest.mark.usefixtures("paced")
def test_a_killed_trainer_is_told_to_be_dead(lab: Lab) -> None:
    import msgspec
    import psutil

    name = lab.start(LONG)
    follower = lab.follow(name)
    wait(follower, until=("running",))
    holder = next(lab.store.find(name).claims_folder.glob("*/trainer.json"))
    psutil.Process(msgspec.json.decode(holder.read_bytes())["pid"]).kill()
    assert wait(follower).status == "dead"


@pytest.mark.parametrize(
    ("edits", "path"),
    [
        ({"data.source": "nothing.csv"}, "data.source"),
        ({"data.source": "elsewhere"}, "data.source"),
        ({"data.source": "digits", "data.examples": "5000"}, "data.examples"),
        ({"network.hidden": "100000, 100000, 100000, 100000"}, "network.hidden"),
    ],
)
def test_what_cannot_be_trained_is_refused_and_leaves_nothing(lab: Lab, edits: dict[str, str], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        lab.start(edit(Experiment(), edits))
    assert caught.value.path == path
    assert lab.runs() == []


def test_a_crash_of_the_trainer_is_said_in_the_log(lab: Lab, tmp_path: Path) -> None:
    """The data file vanishes between the check and the training."""
    from tuilab.runs import spawn

    folder = lab.store.create(edit(QUICK, {"data.source": str(tmp_path / "gone.csv")}))
    spawn(folder)
    snapshot = wait(lab.follow(folder.name))
    assert snapshot.status == "failed"
    assert snapshot.view.finished and "gone.csv" in snapshot.view.finished.reason


def test_the_list_of_runs_is_newest_first(lab: Lab) -> None:
    names = [lab.start(QUICK) for _ in range(2)]
    for name in names:
        wait(lab.follow(name))
    runs = lab.runs()
    assert [run.name for run in runs] == names[::-1]
    assert {(run.status, run.iteration, run.iterations) for run in runs} == {("done", 200, 200)}
    assert runs[0].dev_error is not None


def test_presets_are_listed_by_their_names_and_not_by_those_of_their_files() -> None:
    names = [preset.name for preset in Presets(Path("nowhere")).list()]
    assert names == sorted(names) and names.index("dropout") < names.index("dropout-digits")


def test_presets_of_ones_own(lab: Lab) -> None:
    assert DEFAULT in {preset.name for preset in lab.presets()}
    path = lab.save_preset("mine", QUICK)
    assert path.is_relative_to(lab.store.home)
    assert path.stat().st_mode & 0o777 == 0o600
    assert lab.open("mine") == ("mine", QUICK)
    assert [preset.name for preset in lab.presets() if preset.own] == ["mine"]
    with pytest.raises(BadInput, match="already"):
        lab.save_preset("mine", LONG)
    lab.save_preset("mine", LONG, overwrite=True)
    assert lab.open("mine")[1] == LONG


@pytest.mark.parametrize("name", ["", "../x", "/etc/passwd", "~", "a\0b", "a\nb", "x" * 300, ".hidden", "a/b"])
def test_a_preset_never_leaves_its_folder(lab: Lab, name: str) -> None:
    with pytest.raises(BadInput):
        lab.save_preset(name, QUICK)
    with pytest.raises(BadInput):
        lab.open(name)


def test_a_data_file_lies_beside_the_experiment_that_names_it(lab: Lab, tmp_path: Path) -> None:
    rows = "\n".join(f"{k},{k % 3},{'ab'[k % 2]}" for k in range(40))
    (tmp_path / "points.csv").write_text(f"x,y,label\n{rows}\n")
    (tmp_path / "mine.toml").write_text('[data]\nsource = "points.csv"\n')
    _, experiment = lab.open(str(tmp_path / "mine.toml"))
    assert lab.plan(experiment).classes == ("a", "b")


def test_plan_counts(lab: Lab) -> None:
    plan = lab.plan(lab.open("digits")[1])
    assert plan.layers == (64, 64, 10)
    assert plan.parameters == 4810
    assert (plan.examples.train or 0) + (plan.examples.dev or 0) + (plan.examples.test or 0) == 1797


@pytest.mark.parametrize("preset", sorted(path.stem for path in shipped().glob("*.toml")))
def test_every_shipped_preset_passes_the_gradient_check(lab: Lab, preset: str) -> None:
    experiment = lab.open(preset)[1]
    if experiment.data.examples != "all" and experiment.data.examples > SAMPLE:
        experiment = edit(experiment, {"data.examples": str(SAMPLE)})
    report = lab.gradient_check(experiment)
    if preset in ("init-zeros", "vanishing"):  # their gradients are 0 but for rounding, which is what they show
        assert report.verdict == "proves nothing"
        return
    assert report.relative_difference <= 1e-7
    assert report.verdict == "correct"


def test_the_shipped_presets_reach_their_errors(lab: Lab) -> None:
    for preset in ("breast-cancer", "digits"):
        snapshot = wait(lab.follow(lab.start(lab.open(preset)[1])))
        assert snapshot.error.dev is not None and snapshot.error.dev <= 0.04, preset
