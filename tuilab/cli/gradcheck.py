"""The command gradcheck: the gradients of an experiment, or of a function of one's own."""

from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuilab.cli.folding import folded
from tuilab.cli.options import PRESET_HELP, Json, Sets, read_experiment, the_lab
from tuilab.errors import BadInput
from tuilab.words import plural

if TYPE_CHECKING:
    from tuilab.experiment import Experiment
    from tuilab.lab import Lab
    from tuilab.nn import EpsilonCurve, GradientReport


PresetArgument = Annotated[str, typer.Argument(metavar="PRESET|FILE", help=PRESET_HELP)]
EpsilonOption = Annotated[
    float | None,
    typer.Option(
        min=1e-12,
        max=0.1,
        help="ε of the two-sided difference; 1e-7 unless the size of J wants a larger one.",
        show_default=False,
    ),
]
After = Annotated[int, typer.Option(min=0, metavar="ITERATIONS", help="Train this long first.")]
EpsilonSweep = Annotated[
    bool, typer.Option("--epsilon-sweep", help="Also the error of the one- and the two-sided difference over ε.")
]
Plant = Annotated[
    str, typer.Option(metavar="BUG", help='Plant a bug and see it caught, e.g. dW2-factor-2; "list" names them all.')
]
FunctionOption = Annotated[
    str,
    typer.Option(
        metavar="package.module:function",
        help="Import and check your own function(theta) -> (J, dtheta) instead of a preset.",
    ),
]
Theta = Annotated[
    str, typer.Option(metavar="FILE", help="θ for --function, a .npy or .csv file; else the module's own `theta`.")
]
Size = Annotated[int, typer.Option(min=0, metavar="N", help="θ for --function: N standard normal numbers.")]
Seed = Annotated[int, typer.Option(min=0, help="The seed of those numbers.")]


def gradcheck(
    preset: PresetArgument = "",
    sets: Sets = None,
    epsilon: EpsilonOption = None,
    after: After = 0,
    epsilon_sweep: EpsilonSweep = False,
    plant: Plant = "",
    function: FunctionOption = "",
    theta: Theta = "",
    size: Size = 0,
    seed: Seed = 1,
    json: Json = False,
) -> int:
    """Check every gradient against the two-sided difference: penalty included, dropout off.

    Exit code 0 only when gradients were compared and differ by at most 1e-7. --function runs your own code, found
    from the current directory; what it prints goes to stderr.
    """
    if bool(preset) == bool(function):
        raise BadInput("takes a preset (or a TOML file), or --function: one of the two", path="gradcheck")
    if function:
        _refuse({"--set": sets, "--after": after, "--plant": plant}, "goes with a preset, not with --function")
        report, sweep = _check_function(function, theta, size, seed, epsilon_sweep, epsilon)
        return _print(report, sweep, json)
    _refuse({"--theta": theta, "--size": size}, "goes with --function")
    lab = the_lab()
    experiment = read_experiment(lab, preset, sets)
    whys = _bugs(lab, experiment) if plant else {}
    if plant == "list":
        return _list(whys, json)
    report = lab.gradient_check(experiment, epsilon, after, plant or None)
    where = f"after {plural(after, 'iteration')}" if after else "at initialization"
    sweep = lab.epsilon_sweep(experiment, after, plant or None) if epsilon_sweep else None
    return _print(report, sweep, json, where, whys.get(plant, ""))


def _bugs(lab: "Lab", experiment: "Experiment") -> dict[str, str]:
    """What can be planted into the experiment's network, each with its line of explanation."""
    from tuilab.nn import bugs

    plan = lab.plan(experiment)
    return {name: bug.why for name, bug in bugs(len(plan.layers) - 1, plan.examples.train or 0).items()}


def _refuse(options: dict[str, Any], reason: str) -> None:
    for name, value in options.items():
        if value:
            raise BadInput(reason, path=name)


def _check_function(
    function: str, theta: str, size: int, seed: int, swept: bool, epsilon: float | None
) -> "tuple[GradientReport, EpsilonCurve | None]":
    import sys

    from tuilab.cli.own_function import import_function, starting_theta
    from tuilab.nn import check_function, sweep_function

    with redirect_stdout(sys.stderr):
        module, own = import_function(function)
        start = starting_theta(module, theta, size, seed)
        report = check_function(own, start, epsilon)
        return report, sweep_function(own, start) if swept else None


def _list(bugs: dict[str, str], json: bool) -> int:
    from tuilab.lab.export import as_json
    from tuilab.words.table import aligned

    typer.echo(as_json(bugs) if json else "\n".join(aligned([("BUG", "WHAT WENT WRONG"), *bugs.items()])))
    return 0


def _print(report: "GradientReport", sweep: "EpsilonCurve | None", json: bool, where: str = "", why: str = "") -> int:
    import msgspec

    from tuilab.cli.gradient_report import gradient_text, sweep_text
    from tuilab.lab.export import as_json

    if json:
        typer.echo(as_json({**msgspec.to_builtins(report), "sweep": sweep}))
    else:
        typer.echo(folded("\n\n".join([gradient_text(report, where, why), *([sweep_text(sweep)] if sweep else [])])))
    return 0 if report.verdict == "correct" else 1
