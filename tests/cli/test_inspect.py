"""The command inspect: what a view shows, of a preset or a run, in words and as JSON."""

import json
from pathlib import Path

import pytest

from tuilab.cli import app
from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.insight import INSIGHTS
from tuilab.runs import ACTIVE

SMALL = ("--set", "optimization.iterations=40", "--set", "data.examples=60")


def inspect(*arguments: str) -> None:
    app(["inspect", *arguments], standalone_mode=False)


@pytest.mark.usefixtures("home")
def test_without_a_view_the_plan_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    inspect("circles", *SMALL)
    assert "classes" in (told := capsys.readouterr().out) and "largest stable α" in told


@pytest.mark.parametrize("view", INSIGHTS)
def test_a_view_of_a_preset_is_told_at_iteration_0(lab: Lab, capsys: pytest.CaptureFixture[str], view: str) -> None:
    experiment = lab.edit(lab.open("circles")[1], dict(text.split("=") for text in SMALL[1::2]))
    inspect("circles", "--view", view, *SMALL)
    assert capsys.readouterr().out == INSIGHTS[view].look(lab, experiment).text + "\n"
    inspect("circles", "--view", view, *SMALL, "--json")
    assert json.loads(capsys.readouterr().out)["view"] == view


@pytest.mark.parametrize("view", INSIGHTS)
def test_a_view_is_turned_to_all_that_it_says_it_can_be(
    lab: Lab, capsys: pytest.CaptureFixture[str], view: str
) -> None:
    edits = {"network.hidden": "4,3", "dropout.keep_prob": "0.5"}
    experiment = lab.edit(lab.open("circles")[1], edits | dict(text.split("=") for text in SMALL[1::2]))
    sets = [word for path, text in edits.items() for word in ("--set", f"{path}={text}")]
    found = INSIGHTS[view].look(lab, experiment)
    assert tuple(found.turns) == found.TURNS
    for name, values in found.turns.items():
        for value in values:
            inspect("circles", "--view", view, "--at", f"{name}={value}", *sets, *SMALL, "--json")
            again = json.loads(capsys.readouterr().out)
            shown = again["ranks"]["xy".index(name)] if name in ("x", "y") else again[name]
            assert value == {"part": shown, "iteration": str(shown)}.get(name) or value == str(shown + 1)
        with pytest.raises(BadInput, match=f"--at: {name}: must be .*{values[0]}.*, not 'none'"):
            inspect("circles", "--view", view, "--at", f"{name}=none", *sets, *SMALL)
    with pytest.raises(BadInput, match=r"--at: other: this view has (nothing to choose|[a-z]+=….*)"):
        inspect("circles", "--view", view, "--at", "other=1", *sets, *SMALL)


def test_a_run_as_it_stands(lab: Lab, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = lab.start(lab.edit(lab.open("circles")[1], {"optimization.iterations": "40"}))
    follower = lab.follow(name)
    while follower.poll().status in ACTIVE:
        pass
    for source in (name, "last"):
        inspect(source, "--view", "curves")
        assert capsys.readouterr().out.startswith(f"{name} is done: iteration 40 of 40, 100 %")
    inspect("last", "--view", "weights")
    assert capsys.readouterr().out.startswith("Iteration 40: ")
    app(["trust", "last"], standalone_mode=False)
    assert capsys.readouterr().out.startswith("Iteration 40, dev: error ")
    inspect("last")
    assert "classes" in capsys.readouterr().out
    with pytest.raises(BadInput, match="--set: goes with a preset or a file, not with a run"):
        inspect("last", "--view", "curves", "--set", "seed=3")
    with pytest.raises(BadInput, match="--label: goes with a preset or a file, not with a run"):
        inspect("last", "--label", "kind")
    experiment = lab.store.find(name).experiment_file
    experiment.write_text(experiment.read_text().replace("beta1", "of_a_later_version"))
    with pytest.raises(BadInput, match=r"experiment\.toml: optimization\.of_a_later_version: unknown key"):
        inspect("last", "--view", "curves")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("circles", "--view", "x"), "--view: must be one of curves, boundary, signal, .*, not 'x'"),
        (("nothing", "--view", "data"), "nothing: is no preset and no .toml file; no such run"),
        (("circles", "--at", "layer=1"), "--at: goes with --view"),
        (("circles", "--view", "weights", "--at", "layer"), "--at: must be name=value, not 'layer'"),
        (("circles", "--view", "boundary", "--at", "x=1", "--at", "y=1"), "--at: y: must be another feature"),
        (("nothing.toml",), "nothing.toml: no such file"),
        (("circles", "--set", "network.hidden=x"), "--set: network.hidden"),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_cannot_be_looked_at_is_refused(arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        inspect(*arguments)
