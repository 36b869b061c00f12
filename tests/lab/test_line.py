"""What the verdict knows of the runs that a run was made from."""

from msgspec.structs import replace

from tests.runs.events import finished, progress, started
from tuilab.events import Parts, Tally
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.service import LINE
from tuilab.lab.watching import reached
from tuilab.runs import About, Appender, fold, write_about
from tuilab.runs.view import RunView

BASE = edit(Experiment(), {"data.source": "moons", "network.hidden": "20"})
LOW = {"regularization.kind": "l2", "regularization.lambd": "9"}


def run(lab: Lab, experiment: Experiment, dev: float, parent: str = "", train: float = 0.3) -> str:
    folder = lab.store.create(experiment, About(parent=parent))
    with Appender(folder.log_file) as log:
        for event in (
            replace(started(), examples=Parts(train=600, dev=200)),
            progress(900, 0.5, train, dev),
            replace(finished(), error=Parts(train=train, dev=dev)),
        ):
            log.append(event)
    return folder.name


def actions(lab: Lab, name: str) -> list[str]:
    return [one.label for one in lab.follow(name).poll().diagnosis.actions]


def test_an_action_undoes_nothing_that_helped_a_run_further_up_the_line(lab: Lab) -> None:
    penalized, wider = edit(BASE, LOW), edit(BASE, {**LOW, "network.hidden": "40"})
    alone = actions(lab, run(lab, wider, 0.2))
    assert "λ = 0.9" in alone
    for first, undone in ((0.4, True), (0.1, False)):
        parent = run(lab, penalized, 0.3, run(lab, BASE, first))
        assert ("λ = 0.9" not in actions(lab, run(lab, wider, 0.2, parent))) == undone


def test_what_is_gone_or_goes_round_in_a_circle_ends_the_line(lab: Lab) -> None:
    first = run(lab, BASE, 0.4)
    last = run(lab, edit(BASE, LOW), 0.3, first)
    write_about(lab.store.find(first), About(parent=last))
    assert actions(lab, last)
    assert len(lab.follow(last)._line) == LINE
    lab.store.remove(lab.store.find(first))
    assert lab.follow(last)._line == ()


def test_a_child_that_is_worse_leads_back_to_its_parent_and_to_what_that_offers_besides(lab: Lab) -> None:
    parent = run(lab, edit(BASE, LOW), 0.1, train=0.0)
    offered = lab.follow(parent).poll().diagnosis.actions
    child = edit(BASE, {**LOW, **offered[0].edits})
    for dev, back in ((0.4, True), (0.12, False), (0.05, False)):
        found = lab.follow(run(lab, child, dev, parent)).poll().diagnosis.actions
        assert found[0].label.startswith("take it back") == back
        if back:
            assert edit(child, found[0].edits) == edit(BASE, LOW)
            assert found[1].label == f"{offered[1].label} instead"
            assert edit(child, found[1].edits) == edit(BASE, {**LOW, **offered[1].edits})
    lab.store.remove(lab.store.find(parent))
    assert "instead" not in " ".join(actions(lab, run(lab, child, 0.4, parent)))


def test_dev_without_a_rare_class_tells_of_no_way_back() -> None:
    """Of unequal classes, by the balanced error of those that dev has."""
    for dev, known in (((90, 10), True), ((100, 0), False)):
        tally = Tally(examples=dev, predicted=dev, right=dev)
        begun = replace(started(), labels=Parts(train=(540, 60), dev=dev), examples=Parts(train=600, dev=100))
        view = fold(RunView(), [begun, replace(finished(), tally=Parts(train=tally, dev=tally))])
        assert (reached(view).interval is not None) == known
