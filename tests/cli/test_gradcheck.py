"""`tuilab gradcheck`: an experiment's gradients, or those of a function of one's own."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from tests.forge import run
from tuilab.cli.commands import app
from tuilab.errors import BadInput

OWN = """
import numpy as np
theta = np.array([0.5, -1.0])
def right(theta):
    print("at", theta)
    return float((theta ** 2).sum()), 2 * theta
def wrong(theta):
    return float((theta ** 2).sum()), np.array([2, 4]) * theta
def crooked(theta):
    return float((theta ** 2).sum()), 2 * theta[:1]
"""


@pytest.fixture(autouse=True)
def store(home: Path) -> Path:
    return home


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module in the current directory, a new one each time as modules are imported once."""
    name = f"own_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return name


def gradcheck(*arguments: str) -> Any:
    """The exit code."""
    return app(["gradcheck", *arguments], standalone_mode=False)


def test_json_has_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert gradcheck("circles", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == [
        "relative_difference", "verdict", "epsilon", "parameters", "kinks", "worst", "planted", "scale",
        "rounding", "unsure", "suited_epsilon", "sweep",
    ]  # fmt: skip
    assert [list(one)[:3] for one in report["parameters"]] == [["name", "size", "relative_difference"]] * 6
    assert (report["verdict"], report["epsilon"], report["planted"], report["sweep"]) == ("correct", 1e-7, None, None)
    assert len(report["worst"]) == 5


def test_kinks_are_counted_and_zeros_prove_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert gradcheck("init-zeros", "--set", "data.examples=80") == 1  # of so many the sums cancel to the last bit
    text = capsys.readouterr().out
    assert text.startswith("– proves nothing ") and "every gradient is 0 here" in text
    assert "  56 of 91 coordinates at initialization, ε = 1e-07, 35 kinks apart" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("vanishing", "--plant", "dW1-factor-2"), "as small"),
        (("high-bias", "--after", "300"), "as small"),  # at its minimum
        (
            ("init-zeros", "--set", "initialization.scheme=he", "--epsilon", "0.1", "--plant", "dW1-factor-2"),
            "errs by itself",
        ),
        (("vanishing", "--set", "data.examples=201", "--plant", "dW1-factor-2"), "planted bug changes too little"),
        (("gradient-check", "--epsilon", "1e-11"), "try ε = 1e-07"),
        (("gradient-check", "--epsilon", "0.1"), "proves nothing"),
        (("gradient-check", "--epsilon", "0.1"), "ε = 0.1 errs by itself: with another the numerical gradient is"),
        (("gradient-check", "--epsilon", "0.01"), "Close, but not close enough. ε = 0.01 errs by itself"),
    ],
)
def test_what_limits_a_check_is_said(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str) -> None:
    assert gradcheck(*arguments) == 1
    assert says in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("bug", "name"), [("dW2-factor-2", "W2"), ("db1-4-over-m", "b1"), ("forgotten-penalty", "W1, W2, W3")]
)
def test_a_planted_bug_is_caught_and_named_on_the_first_lines(
    capsys: pytest.CaptureFixture[str], bug: str, name: str
) -> None:
    assert gradcheck("gradient-check", "--plant", bug) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("✗ wrong")
    blamed = lines[1].removeprefix("  Back-propagation is wrong: look at ").removesuffix(" first.")
    assert sorted(blamed.split(", ")) == name.split(", ")
    assert lines[3].startswith(f"  Planted: {bug}, ")
    assert any(line.startswith("coordinate ") for line in lines)


def test_the_bugs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert gradcheck("numerical-gradient", "--plant", "list", "--json") == 0
    bugs = json.loads(capsys.readouterr().out)
    assert {"forgotten-penalty", "dW1-factor-2", "db1-4-over-m"} <= set(bugs)
    assert not [name for name in bugs if name.startswith("dW2")]


def test_the_sweep_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert gradcheck("numerical-gradient", "--epsilon-sweep") == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("1e-")]
    assert [row.split()[0] for row in rows] == [f"1e-{power:02}" for power in range(1, 13)]
    assert gradcheck("numerical-gradient", "--epsilon-sweep") == 0
    assert "Best: ε = 1e-05 with two sides" in capsys.readouterr().out
    assert gradcheck("gradient-check", "--epsilon-sweep", "--plant", "dW1-factor-2") == 1
    assert "the gradient is off" in capsys.readouterr().out
    assert gradcheck("numerical-gradient", "--epsilon-sweep", "--after", "20", "--json") == 0
    sweep = json.loads(capsys.readouterr().out)["sweep"]
    assert len(sweep["points"]) == 12
    assert set(sweep["points"][0]) == {"epsilon", "one_sided", "two_sided"}


def test_a_function_of_ones_own(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert gradcheck("--function", f"{own}:right", "--json") == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert [(one["name"], one["size"]) for one in report["parameters"]] == [("theta", 2)]
    assert "at [" in captured.err
    assert gradcheck("--function", f"{own}:wrong", "--epsilon-sweep") == 1
    text = capsys.readouterr().out
    assert "theta[1]" in text and "2 of 2 coordinates" in text


def test_theta_comes_from_a_file_or_from_a_seed(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    np.save("start.npy", np.arange(6.0).reshape(2, 3))
    Path("start.csv").write_text("1,2\n3,4\n")
    for arguments, size in ((("--theta", "start.npy"), 6), (("--theta", "start.csv"), 4), (("--size", "7"), 7)):
        assert gradcheck("--function", f"{own}:right", "--json", *arguments) == 0
        assert json.loads(capsys.readouterr().out)["parameters"][0]["size"] == size


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "a preset"),
        (("circles", "--function", "a:b"), "one of the two"),
        (("circles", "--size", "3"), "--size: goes with --function"),
        (("circles", "--plant", "dW9-factor-2"), "from 1 to 3, not 'dW9-factor-2'"),
        (("numerical-gradient", "--plant", "forgotten-penalty"), "leaves the gradient as it is"),
        (("circles", "--set", "optimization.learning_rate=1e5", "--after", "99"), "not finite"),
        (("--function", "OWN"), "must be package.module:function"),
        (("--function", "../OWN:right"), "must be package.module:function"),
        (("--function", "no_such_module:f"), "cannot import no_such_module: No module named"),
        (("--function", "OWN:f"), "has no function f"),
        (("--function", "OWN:theta"), "has no function theta"),
        (("--function", "OWN:crooked"), r"dtheta has shape \(1,\), theta \(2,\)"),
        (("--function", "OWN:right", "--after", "3"), "--after: goes with a preset"),
        (("--function", "OWN:right", "--plant", "list"), "--plant: goes with a preset"),
        (("--function", "OWN:right", "--size", "2", "--theta", "t.npy"), "goes without --size"),
        (("--function", "OWN:right", "--theta", "t.npy"), "no such file"),
        (("--function", "OWN:right", "--theta", "t.txt"), "must be a .npy or a .csv file"),
        (("--function", "OWN:right", "--theta", "bad.csv"), "cannot be read"),
        (("--function", "OWN:right", "--theta", "bad.npy"), "cannot be read"),
        (("--function", "OWN:right", "--theta", "strings.npy"), "must be an array of real numbers"),
        (("--function", "bare:f"), "at which θ"),
        (("--function", "broken:f"), "cannot import broken: .*line 1"),
    ],
)
def test_bad_input_is_one_line(own: str, arguments: tuple[str, ...], says: str) -> None:
    Path("bad.csv").write_text("a,b\n")
    Path("bad.npy").write_bytes(b"\x93NUMPY")
    np.save("strings.npy", np.array(["a"]))
    Path("bare.py").write_text("def f(theta): return 0.0, theta\n")
    Path("broken.py").write_text("def f(:\n")
    with pytest.raises(BadInput, match=says) as refused:
        gradcheck(*(argument.replace("OWN", own) for argument in arguments))
    assert "\n" not in str(refused.value)


def test_epsilon_has_bounds() -> None:
    with pytest.raises(typer.TyperException):
        gradcheck("circles", "--epsilon", "0.5")


def test_the_current_directory_is_looked_in(own: str) -> None:
    """As an installed script, whose own folder comes first on the path."""
    script = "import sys; sys.path[0] = '/'; from tuilab.cli import main; main()"
    done = run([sys.executable, "-c", script, "gradcheck", "--function", f"{own}:wrong"])
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("✗ wrong")
