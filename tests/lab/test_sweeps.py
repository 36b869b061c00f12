"""What is known of sweeps whose trials are told."""

import math
import shutil

import numpy as np
import pytest

from tests.commands import here as tuilab
from tests.sweeps import BASE, LAMBD, tell, told
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.best_curves import BestCurves
from tuilab.lab.pictures import of_sweep
from tuilab.lab.sentences.pictures import pictures_text
from tuilab.lab.sentences.sweep import progress_text, sweep_sentences, sweeps_text, varied_text
from tuilab.lab.sweep_view import SweepView
from tuilab.runs import RunFolder, ask, read_experiment
from tuilab.search import Search, Trial, TrialResult, trials


def far(trial: Trial) -> float:
    """Lowest at λ = 100."""
    return 0.1 + 0.05 * abs(math.log10(trial.experiment.regularization.lambd) - 2)


def test_a_sweep_whose_best_lies_at_an_edge_is_widened_until_it_does_not(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1"}, trials=3), far)
    (edge,) = lab.sweeps.look(name).edges
    assert (edge.path, edge.upper, edge.wider) == (LAMBD, True, "0.01, 0.1, 1, 10, 100")
    said = sweep_sentences(lab.sweeps.look(name))[0]
    assert said.endswith(f"widen it, tuilab sweep {name} --over '{LAMBD}=0.01, 0.1, 1, 10, 100'")
    lab.sweeps.widen(name)
    assert lab.sweeps.look(name).states == {"done": 3, "left": 2}
    tell(lab, name, far)
    lab.sweeps.widen(name)
    tell(lab, name, far)
    view = lab.sweeps.look(name)
    assert (view.status, view.planned, view.edges) == ("done", 7, [])
    with pytest.raises(BadInput, match="at no edge"):
        lab.sweeps.widen(name)


def test_of_many_values_those_that_a_widened_sweep_was_given_are_said(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "log:0.01..1/9"}), far)
    search = lab.sweeps.widen(name)
    assert varied_text(search) == "λ over 0.01, 0.01778, …, 1.78, 3.16"
    tell(lab, name, far)
    assert "lies at the upper end of 0.01, 0.01778, …, 1.78, 3.16: " in sweep_sentences(lab.sweeps.look(name))[0]


def test_the_row_of_a_sweep_has_the_seconds_of_all_trials_and_the_errors_of_the_best(lab: Lab) -> None:
    told(lab, Search(over={LAMBD: "0.01,0.1,1"}), far)
    (row,) = lab.sweeps.rows()
    assert row.seconds == sum(one.seconds for one in lab.sweeps.all_trials()) > 0
    assert (row.train_error, row.dev_error) == (0.01, pytest.approx(0.2))


def test_of_the_edges_at_which_the_best_lies_those_of_knobs_that_matter_are_widened(lab: Lab) -> None:
    """λ does nearly all, keep_prob nearly nothing; the best has the highest of the one, the lowest of the other."""
    keep = "dropout.keep_prob"
    over = {LAMBD: "0.01,0.03,0.1,0.3,1", keep: "0.5,0.7,0.9"}

    def dev(trial: Trial) -> float:
        return far(trial) + 1e-6 * float(trial.point[keep])

    name = told(lab, Search(over=dict(over), sampler="grid"), dev)
    view = lab.sweeps.look(name)
    assert [(one.path, one.end, one.by_chance) for one in view.edges] == [
        (LAMBD, "upper", False),
        (keep, "lower", True),
    ]
    of_lambd, of_keep, *_ = sweep_sentences(view)
    assert "upper end of 0.01,0.03,0.1,0.3,1: widen it, tuilab sweep" in of_lambd
    assert "maybe by chance: nothing shows that it matters. tuilab sweep" in of_keep and "widen it" not in of_keep
    assert lab.sweeps.widen(name).over == {LAMBD: "0.01, 0.03, 0.1, 0.3, 1, 3.33, 11.1", keep: over[keep]}


def test_of_another_range_all_is_counted_that_came_to_something_and_nothing_else_waited_for(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "log:0.01..1"}, trials=4), far)
    sweep = lab.sweeps.find(name)
    base, search = sweep.read()
    sweep.write(base, search.changed({}, trials=5))
    *_, fifth = trials(*sweep.read())
    sweep.store.create_as(sweep.run(fifth).name, fifth.experiment, lambda folder: ask(folder, "start"))
    assert lab.sweeps.look(name).states == {"done": 4, "left": 1}
    assert lab.sweeps.widen(name).over == {LAMBD: "log:0.01..10"}
    assert (lab.sweeps.look(name).states, lab.sweeps.look(name).planned) == ({"done": 4, "left": 5}, 9)
    tell(lab, name, far)
    view = lab.sweeps.look(name)
    assert (view.status, view.states) == ("done", {"done": 9}), "the one that was never begun is not waited for"


def test_the_curves_of_the_best_are_read_and_a_log_that_is_not_readable_costs_its_own_alone(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1,10,100,1000"}), far)
    curves = BestCurves(lab.store)
    seen = of_sweep(lab.sweeps.look(name), curves)
    assert [one.point[LAMBD] for one in seen.curves] == ["100.0", "10.0", "1000.0", "1.0", "0.1"]
    assert [one.run for one in seen.curves] == [one.best.name for one in seen.candidates[:5]]
    assert list(seen.curves[0].dev) == [0.5, 0.4, 0.1] and list(seen.curves[0].iteration) == [0, 500, 1000]
    np.testing.assert_allclose(seen.parallel.lines[[0, 1, 5]], [[0.8, 0], [0.6, 0.25], [0, 1]])
    said = pictures_text(seen)
    assert "The best 5 of 6 have λ 0.1 to 1000." in said
    assert "   1         10.00 %  10.00 %         1,000            1.00 %  λ 100.0" in said
    gone = lab.store.find(seen.curves[1].run).log_file
    gone.unlink()
    gone.mkdir()
    assert [one.run for one in curves.of(seen.candidates)] == [seen.curves[place].run for place in (0, 2, 3, 4)]


def test_watched_plain_a_sweep_says_what_its_pictures_show(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1,10,100,1000"}), far)
    done = tuilab("watch", name, "--plain")
    assert done.returncode == 0
    assert done.stdout.count("The best 5 of 6 have λ 0.1 to 1000.") == 1


def test_runs_in_its_folder_that_a_sweep_has_not_asked_for_are_counted_not_read(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1"}), far)
    store, asked = lab.sweeps.find(name).store, set(lab.sweeps.find(name).store.names())
    for number in range(40):
        store.create_as(f"{name}.{number:012x}", edit(BASE, {LAMBD: str(2 + number)}), lambda made: None)
    monkeypatch.setattr("tuilab.queue.sweep.FEWEST", 5)
    monkeypatch.setattr("tuilab.queue.sweep.FORMER", 1)
    read = set()

    def reading(folder: RunFolder) -> Experiment:
        read.add(folder.name)
        return read_experiment(folder)

    monkeypatch.setattr("tuilab.runs.read_experiment", reading)
    view = Lab(lab.store.home).sweeps.look(name)
    assert asked < read and len(read) == 8 and view.beyond == 35 and view.states == {"done": 3}
    assert sweeps_text(lab.sweeps.summaries()).endswith(
        f"35 runs in the folder of {name} were not looked at: so many it has never asked for."
    )
    monkeypatch.setattr("tuilab.queue.sweep.MOST", 7)
    assert len(lab.sweeps.find(name).runs((), 3)[0]) == 5
    assert {one.name for one in Lab(lab.store.home).sweeps.look(name).results} == asked, "whether listed or not"


def test_a_copy_of_a_trial_counts_for_nothing(lab: Lab) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1"}), far)
    view, runs = lab.sweeps.look(name), lab.sweeps.find(name).store.runs
    for number in range(3):
        shutil.copytree(lab.store.find(view.ranked[0].best.name).path, runs / f"{name}.{number:012x}")
    assert lab.sweeps.look(name) == view


SEEN = {
    "3 trials: none begun": {"left": 3},
    "3 trials: 1 done, 2 running; best dev 10.00 %": {"running": 2, "done": 1},
    "4 trials: 1 done, 1 pruned, 2 failed; best dev 10.00 %": {"dead": 1, "pruned": 1, "failed": 1, "done": 1},
    "3 trials, stopped: 2 begun, 1 left": {"stopped": 2, "left": 1},
    "2 trials, stopped: all begun": {"stopped": 2},
    "2 trials: 1 running, 1 stopped": {"stopped": 1, "running": 1},
    "3 trials: 1 without progress, 1 not readable, 1 left": {"not readable": 1, "no progress": 1, "left": 1},
    "1 trial: 1 done; best dev 10.00 %": {"done": 1},
    "2 trials: all diverged": {"diverged": 2},
    "2 trials: all done; best mean dev 10.00 %": {"done": 2},
}


@pytest.mark.parametrize("said", SEEN)
def test_a_line_says_of_a_sweep_how_many_trials_there_are_of_each_status_once(said: str) -> None:
    states = SEEN[said]
    done = TrialResult(name="a", point={LAMBD: "1"}, seed=1, status="done", dev=0.1)
    stopped = "stopped" in states and "running" not in states
    search = Search(over={LAMBD: "1,2"}, seeds=2 if "mean" in said else 1)
    view = SweepView(
        name="a",
        base=BASE,
        search=search,
        space=search.space,
        planned=sum(states.values()),
        results=(done,) * ("done" in states),
        states=states,
        status="stopped" if stopped else "running",
    )
    assert progress_text(view) == said
