"""The command inspect: what there is to be seen of an experiment before it is trained, or of a run."""

from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.folding import folded
from tuilab.cli.options import Json, Label, Sets, pairs, read_experiment, the_lab
from tuilab.cli.waiting import waiting
from tuilab.errors import BadInput

if TYPE_CHECKING:
    from tuilab.experiment import Experiment
    from tuilab.lab import Lab, Snapshot
    from tuilab.lab.insight import Insight

Subject = Annotated[
    str,
    typer.Argument(
        metavar="PRESET|FILE|RUN",
        help="A preset's name, a TOML experiment, a file of data, or a run.",
        autocompletion=completion.subjects,
    ),
]
ViewOption = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="VIEW",
        help="What a view of the app shows, in words: curves, signal, …",
        autocompletion=completion.views,
    ),
]
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at",
        metavar="name=value",
        help="Which of several the view shows: layer, update, iteration, part, x or y, e.g. layer=2; repeatable.",
        autocompletion=completion.turns,
    ),
]


def inspect(
    name: Subject, view: ViewOption = "", at: At = None, sets: Sets = None, label: Label = "", json: Json = False
) -> None:
    """Look before training: counts, conditioning of the inputs, the signal through the layers at iteration 0.

    With --view, what one of the views shows: of a run as it stands now, of anything else at iteration 0.
    """
    from tuilab.lab.export import as_json

    lab = the_lab()
    experiment, run = _subject(lab, name, sets, label)
    if view:
        with waiting(experiment.data.source):
            insight = _insight(lab, experiment, run, view, at or [])
        typer.echo(as_json(insight) if json else folded(insight.text))
    elif at:
        raise BadInput("goes with --view", path="--at")
    else:
        with waiting(experiment.data.source):
            text = as_json(lab.inspect(experiment)) if json else folded(inspection_text(lab, experiment))
        typer.echo(text)


def _insight(lab: "Lab", experiment: "Experiment", run: "Snapshot | None", view: str, at: list[str]) -> "Insight":
    """What the view shows, turned to what stands in `at`. Raises `BadInput`."""
    from tuilab.lab.insight import INSIGHTS

    if view not in INSIGHTS:
        raise BadInput(f"must be one of {', '.join(INSIGHTS)}, not {view!r}", path="--view")
    insight = INSIGHTS[view].look(lab, experiment, run)
    if not at:
        return insight
    wanted = pairs(at, "--at", "name=value")
    try:
        choice = insight.turned(wanted)
    except BadInput as error:
        raise error.within("--at") from None
    return INSIGHTS[view].look(lab, experiment, run, choice)


def inspection_text(lab: "Lab", experiment: "Experiment") -> str:
    """What a run would train, the bowls of its inputs, its signal at iteration 0."""
    from tuilab.lab.insight.data import told
    from tuilab.lab.insight.inputs import InputsInsight
    from tuilab.lab.insight.signal import SignalInsight
    from tuilab.lab.sentences.run import decay_text, examples_text
    from tuilab.text import clean
    from tuilab.words import layers, percent, plural

    plan, inputs = lab.plan(experiment), InputsInsight.look(lab, experiment)
    lines = [
        f"network    {layers(plan.layers)}, {plural(plan.parameters, 'parameter')}",
        f"target     {told(plan.target)}"
        if plan.target is not None
        else f"classes    {', '.join(clean(name, 40) for name in plan.classes)}",
        f"examples   {examples_text(plan.examples)} (advised shares: {', '.join(map(percent, plan.advised_split))})",
    ]
    if plan.decay is not None:
        lines.append(f"decay      {decay_text(plan.decay)}")
    lines += [f"note       {clean(note)}" for note in plan.notes]
    return "\n".join([*lines, "", inputs.said, "", *inputs.bowls, "", SignalInsight.look(lab, experiment).text])


def _subject(lab: "Lab", name: str, sets: list[str] | None, label: str) -> "tuple[Experiment, Snapshot | None]":
    """The experiment that `name` means, a preset's before a run's; of a run, how it stands now. Raises `BadInput`."""
    try:
        return read_experiment(lab, name, sets, label), None
    except BadInput as error:
        if error.path or error.file:  # it is there, and wrong
            raise
    try:
        run = lab.follow(name).poll()
    except BadInput as error:
        if error.file:  # the run is there, and damaged
            raise
        raise BadInput(f"is no preset and no .toml file; {error.message}", path=error.path) from None
    if sets or label:
        raise BadInput("goes with a preset or a file, not with a run", path="--set" if sets else "--label")
    return run.experiment, run
