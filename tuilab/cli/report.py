"""What the command line says of a run and of a list of runs: for a person, and as JSON."""

import csv
import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from tuilab.events import Parts
from tuilab.lab import RunSummary, Snapshot
from tuilab.text import clean

EXIT_CODES = {"done": 0, "stopped": 0, "diverged": 3}
"""By a run's status; every other one has failed (1)."""


def as_json(value: Any) -> str:
    """One line of JSON."""
    return msgspec.json.encode(value, enc_hook=_column).decode()


def _column(value: Any) -> Any:
    """A column of numbers as a list; JSON has no NaN, so what is not finite becomes null."""
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"no JSON for {type(value)}")
    return [number if math.isfinite(number) else None for number in value.tolist()]


def run_object(snapshot: Snapshot) -> dict[str, Any]:
    """The one object of `tuilab run --json`: errors as fractions, absent parts null."""
    view, diagnosis = snapshot.view, snapshot.diagnosis
    finished = view.finished
    cost = finished.cost if finished else None
    parts = ("train", "dev", "test")
    examples = view.started.examples if view.started else Parts[int]()
    return {
        "run": snapshot.name,
        "status": snapshot.status,
        "reason": finished.reason if finished else None,
        "iterations": view.iteration,
        "kept_iteration": finished.kept_iteration if finished else None,
        "seconds": view.seconds,
        "iterations_per_second": view.iteration / view.seconds if view.seconds > 0 else None,
        "cost": {name: getattr(cost, name, None) for name in ("data", "penalty", "total")},
        "error": {part: getattr(snapshot.error, part) for part in parts},
        "sparsity": finished.sparsity if finished else None,
        "split": {part: getattr(examples, part) for part in parts},
        "diagnosis": {
            "state": diagnosis.state,
            "bias": diagnosis.bias,
            "variance": diagnosis.variance,
            "high_bias": diagnosis.high_bias,
            "high_variance": diagnosis.high_variance,
            "actions": diagnosis.actions,
        },
    }


def run_text(snapshot: Snapshot) -> str:
    """The report of a run for a person."""
    view, diagnosis, error = snapshot.view, snapshot.diagnosis, snapshot.error
    rate = f" ({view.iteration / view.seconds:,.0f} iterations/s)" if view.seconds > 0 else ""
    lines = [
        f"{snapshot.name}  {clean(snapshot.experiment.name)}",
        f"  status     {snapshot.status}" + (f": {clean(view.finished.reason)}" if view.finished else ""),
        f"  training   {view.iteration:,} iterations in {view.seconds:.2f} s{rate}",
    ]
    if view.started:
        layers = "-".join(str(units) for units in view.started.layers)
        examples = view.started.examples
        lines.append(f"  network    {layers}, {view.started.parameters:,} parameters")
        lines.append(f"  examples   train {examples.train}, dev {examples.dev}, test {examples.test}")
    if view.finished and (cost := view.finished.cost):
        lines.append(f"  cost       data {cost.data:.6g} + penalty {cost.penalty:.6g} = total {cost.total:.6g}")
    if view.finished and view.finished.kept_iteration not in (None, view.iteration):
        lines.append(f"  weights    of iteration {view.finished.kept_iteration:,}")
    if view.finished and view.finished.sparsity:
        lines.append(f"  sparsity   {percent(view.finished.sparsity)} of the weights are exactly 0")
    if view.started and view.started.decay != 1:
        lines.append(f"  decay      1 − αλ/m = {view.started.decay:.8g}")
    lines.append(f"  error      train {percent(error.train)}, dev {percent(error.dev)}, test {percent(error.test)}")
    sampling = f", ± {percent(diagnosis.sampling_error)} by chance" if diagnosis.sampling_error is not None else ""
    lines.append(f"  bias       {percent(diagnosis.bias)}, variance {percent(diagnosis.variance)}{sampling}")
    lines.append(f"  verdict    {diagnosis.sentence}")
    lines += [f"    {number}. {action.label}: {action.why}" for number, action in enumerate(diagnosis.actions, 1)]
    if view.damaged:
        lines.append(f"  {view.damaged} damaged lines of the log were left out")
    return "\n".join(lines)


def percent(fraction: float | None) -> str:
    """`3.51 %`, or a dash."""
    return "–" if fraction is None else f"{100 * fraction:.2f} %"


def runs_text(runs: list[RunSummary]) -> str:
    """The list of runs as aligned columns."""
    rows = [("RUN", "STATUS", "WHEN", "ITERATION", "DEV ERROR", "TITLE")]
    for run in runs:
        when = datetime.fromtimestamp(run.created).strftime("%Y-%m-%d %H:%M")
        iteration = f"{run.iteration:,}/{run.iterations:,}"
        rows.append((run.name, run.status, when, iteration, percent(run.dev_error), clean(run.title, 60)))
    return columns(rows)


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as lines of left-aligned columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def curves_csv(snapshot: Snapshot) -> str:
    """The curves of a run as CSV, a row an iteration that has a point; what was not measured there is empty."""
    points: dict[int, list[float | None]] = {}
    for offset, curve in ((0, _cost_columns(snapshot)), (3, _error_columns(snapshot))):
        for iteration, *values in zip(*curve.values(), strict=True):
            row = points.setdefault(int(iteration), [None] * 5)
            row[offset : offset + len(values)] = values
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["iteration", "data_cost", "penalty", "total_cost", "train_error", "dev_error"])
    for iteration in sorted(points):
        writer.writerow([iteration, *points[iteration]])
    return text.getvalue()


def curves_object(snapshot: Snapshot) -> dict[str, Any]:
    """The curves, the experiment and the result of a run; a number that is not finite becomes null."""
    curves = {"cost": _cost_columns(snapshot), "error": _error_columns(snapshot)}
    return {
        **run_object(snapshot),
        "experiment": snapshot.experiment,
        "curves": {
            name: {key: [value if math.isfinite(value) else None for value in column] for key, column in curve.items()}
            for name, curve in curves.items()
        },
    }


def _cost_columns(snapshot: Snapshot) -> dict[str, list[float]]:
    curve = snapshot.view.cost
    return {name: getattr(curve, name).tolist() for name in ("iteration", "data", "penalty", "total")}


def _error_columns(snapshot: Snapshot) -> dict[str, list[float]]:
    curve = snapshot.view.error
    return {name: getattr(curve, name).tolist() for name in ("iteration", "train", "dev")}
