"""The report of a run, for a person."""

from tuilab.lab.sentences.run import by_class, decay_text, errors, examples_text, intervals, of_target, verdict
from tuilab.lab.watching import Snapshot
from tuilab.text import clean
from tuilab.words import layers, percent, plural, rate

_IN_DECAY = {"optimization.learning_rate", "regularization.lambd"}
"""What 1 − αλ/m depends on: after an edit of these the run has had more than one."""


def reason_of(snapshot: Snapshot) -> str:
    """Why a run ended, or what keeps it from going on; empty if nothing is known."""
    return clean(snapshot.view.finished.reason if snapshot.view.finished else snapshot.trouble)


def run_text(snapshot: Snapshot) -> str:
    """The report of a run for a person."""
    view, diagnosis = snapshot.view, snapshot.diagnosis
    pace = "" if snapshot.rate is None else f" ({rate(snapshot.rate)})"
    reason = reason_of(snapshot)
    lines = [
        f"{snapshot.name}  {clean(snapshot.experiment.name)}",
        f"  status     {snapshot.status}" + (f": {reason}" if reason else ""),
        f"  training   {plural(view.iteration, 'iteration')} in {view.seconds:.2f} s{pace}",
    ]
    if view.started:
        lines.append(f"  network    {layers(view.started.layers)}, {plural(view.started.parameters, 'parameter')}")
        lines.append(f"  examples   {examples_text(view.started.examples)}")
        lines += [f"  engine     {clean(view.started.engine)}"] if view.started.engine else []
        lines += [f"  note       {clean(note)}" for note in view.started.notes]
    if view.finished and (cost := view.finished.cost):
        lines.append(f"  cost       data {cost.data:.6g} + penalty {cost.penalty:.6g} = total {cost.total:.6g}")
    if view.finished and view.finished.kept_iteration not in (None, view.iteration):
        lines.append(f"  weights    of iteration {view.finished.kept_iteration:,}")
    if view.finished and view.finished.sparsity:
        lines.append(f"  sparsity   {percent(view.finished.sparsity)} of the weights are exactly 0")
    if view.started and view.started.decay != 1 and not view.edits.keys() & _IN_DECAY:
        lines.append(f"  decay      {decay_text(view.started.decay)}")
    if snapshot.error.train is not None:
        lines.append(f"  measured   {', '.join(errors(snapshot.error, diagnosis))}")
    lines += [f"             {line}" for line in of_target(snapshot)]
    lines += [f"  by class   {line}" for line in by_class(snapshot)]
    lines.append(f"  verdict    {diagnosis.sentence}")
    if diagnosis.bias is not None:
        lines.append(f"  because    {', '.join([*verdict(diagnosis), *intervals(diagnosis)])}")
    lines += [f"    {number}. {action.label}: {action.why}" for number, action in enumerate(diagnosis.actions, 1)]
    if view.damaged:
        lines.append(f"  {view.damaged} damaged lines of the log were left out")
    return "\n".join(lines)
