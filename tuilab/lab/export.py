"""What can be taken away of a run: curves, result, weights, experiment, and the command that repeats it.

Each is bytes or text; `write` gives them a file without ever touching one that is there.
"""

import csv
import io
import json
import math
import shlex
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tuilab import runs
from tuilab.errors import BadInput
from tuilab.events import PARTS, Columns, Parts
from tuilab.experiment import Experiment, differences, knobs
from tuilab.lab.machine import cards, machine_points
from tuilab.lab.watching import Snapshot
from tuilab.nn import Parameters
from tuilab.presets import Preset
from tuilab.runs.model import Model, decoded, encoded
from tuilab.text import clean, escaped
from tuilab.training.tally import balanced_error, baseline, precisions, recalls


def as_json(value: Any) -> str:
    """One line of JSON; what no terminal may get stands escaped in it."""
    return escaped(msgspec.json.encode(value, enc_hook=_listed).decode())


def run_object(snapshot: Snapshot) -> dict[str, Any]:
    """The one object of `tuilab run --json`: errors as fractions, absent parts null."""
    view, diagnosis = snapshot.view, snapshot.diagnosis
    finished = view.finished
    cost = finished.cost if finished else None
    examples = view.started.examples if view.started else Parts[int]()
    return {
        "run": snapshot.name,
        "status": snapshot.status,
        "reason": finished.reason if finished else snapshot.trouble or None,
        "engine": view.started.engine if view.started else "",
        "iterations": view.iteration,
        "kept_iteration": finished.kept_iteration if finished else None,
        "seconds": view.seconds,
        "iterations_per_second": snapshot.rate,
        "cost": {name: getattr(cost, name, None) for name in ("data", "penalty", "total")},
        "error": {part: getattr(snapshot.error, part) for part in PARTS},
        "classes": _classes(snapshot),
        "target": _target(snapshot),
        "threshold": finished.threshold if finished else None,
        "sparsity": finished.sparsity if finished else None,
        "split": {part: getattr(examples, part) for part in PARTS},
        "diagnosis": {
            "state": diagnosis.state,
            "bias": diagnosis.bias,
            "variance": diagnosis.variance,
            "mismatch": diagnosis.mismatch,
            "high_bias": diagnosis.high_bias,
            "high_variance": diagnosis.high_variance,
            "high_mismatch": diagnosis.high_mismatch,
            "gaps": diagnosis.gaps,
            "runs_on_dev": diagnosis.compared,
            "base_error": diagnosis.base_error,
            "dev_interval": diagnosis.interval,
            "actions": diagnosis.actions,
        },
    }


def _classes(snapshot: Snapshot) -> dict[str, Any] | None:
    """By part: what always saying one class gets wrong, the balanced error, and the figures of each class."""
    view = snapshot.view
    if view.started is None or view.finished is None or view.finished.tally.train is None:
        return None
    names, found = view.started.classes, {}
    for part in PARTS:
        if (one := getattr(view.finished.tally, part)) is not None:
            figures = zip(names, one.examples, recalls(one), precisions(one), strict=False)
            found[part] = {
                "baseline": baseline(one.examples),
                "balanced_error": balanced_error(one),
                "each": {
                    name: {"examples": examples, "recall": recall, "precision": precision}
                    for name, examples, recall, precision in figures
                },
            }
    return found


def _target(snapshot: Snapshot) -> dict[str, Any] | None:
    """The number that is predicted, how it was normalized, and the errors in its task's other words, by part."""
    target = snapshot.view.started.target if snapshot.view.started else None
    if target is None:
        return None
    errors, deviation = ({part: getattr(of, part) for part in PARTS} for of in (snapshot.error, target.deviation))
    return {
        "name": target.name,
        "task": target.task,
        "mean": target.mean,
        "scale": target.scale,
        "deviation": target.deviation,
        **snapshot.view.task.in_other_words(errors, deviation),
    }


def curves_csv(snapshot: Snapshot) -> str:
    """The curves of a run as CSV, a row an iteration that has a point; what was not measured there is empty.

    The errors are in the other words of the task as well: those of a regression as R² and RMSE.
    """
    head = ["iteration", "data_cost", "penalty", "total_cost", "train_error", "dev_error", "dev_cost"]
    of_target = _target_columns(snapshot)
    head += ["train_dev_error"] * ("train_dev" in _error_columns(snapshot))
    head += of_target
    curves = [_cost_columns(snapshot), _error_columns(snapshot) | of_target]
    if snapshot.view.machine:
        head += ["seconds", "trainer_cpu", "machine_cpu", "trainer_memory", "machine_memory"]
        curves.append(_columns(machine_points(snapshot.view.machine)))
    for place, card in enumerate(cards(snapshot.view.machine)):
        told = _columns(card.points)
        del told["seconds"]
        head += [f"card{place}_{name}" for name in list(told)[1:]]
        curves.append(told)
    points: dict[int, list[float | None]] = {}
    offset = 0
    for curve in curves:
        for iteration, *values in zip(*map(_measured, curve.values()), strict=True):
            row = points.setdefault(int(iteration), [None] * (len(head) - 1))
            row[offset : offset + len(values)] = values
        offset += len(curve) - 1
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for iteration in sorted(points):
        writer.writerow([iteration, *points[iteration]])
    return text.getvalue()


def _measured(values: Sequence[float]) -> Sequence[float | None]:
    """A column; without a single number it is of something that was not measured."""
    return [None] * len(values) if values and all(map(math.isnan, values)) else values


def curves_object(snapshot: Snapshot) -> dict[str, Any]:
    """The curves, the experiment and the result of a run; a number that is not finite becomes null."""
    seen = snapshot.view.machine
    curves = {
        "cost": _cost_columns(snapshot),
        "error": _error_columns(snapshot) | _target_columns(snapshot),
        "machine": _columns(machine_points(seen)),
    }
    return {
        **run_object(snapshot),
        "experiment": snapshot.experiment,
        "curves": {name: _finite(curve) for name, curve in curves.items()},
        "cards": [
            {"name": card.name, "total_memory": card.memory, **_finite(_columns(card.points))} for card in cards(seen)
        ],
    }


def weights_npz(parameters: Parameters, model: Model) -> bytes:
    """W1 (fan_in, fan_out), b1 (fan_out,), … as a NumPy archive, with the model's JSON as bytes in `model`."""
    file = io.BytesIO()
    arrays: dict[str, Any] = dict(parameters.named())
    arrays["model"] = np.frombuffer(encoded(model), np.uint8)
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def weights_safetensors(parameters: Parameters, model: Model) -> bytes:
    """The same as safetensors: the header's length (8 bytes, little-endian), a JSON header, the numbers, row by row.

    The model is a text in its metadata.
    """
    header: dict[str, Any] = {"__metadata__": {"model": encoded(model).decode()}}
    blocks, place = [], 0
    for name, array in parameters.named().items():
        block = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        kind = f"F{8 * array.itemsize}"
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [place, place + len(block)]}
        blocks.append(block)
        place += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of 8
    return len(text).to_bytes(8, "little") + text + b"".join(blocks)


def _read_npz(path: Path) -> tuple[Model, Parameters]:
    """What `weights_npz` wrote. Raises `BadInput`."""
    try:
        content = runs.read_arrays(path)["model"].tobytes()
    except KeyError:
        raise BadInput("holds weights alone, not what they are of; export it again", file=clean(str(path))) from None
    return decoded(content, str(path)), runs.load_weights(path)


def _read_safetensors(path: Path) -> tuple[Model, Parameters]:
    """What `weights_safetensors` wrote. Raises `BadInput`."""
    found = runs.look_up(path)
    if found is None:
        raise BadInput("is missing", file=clean(str(path)))
    content = runs.read_at(path, 0, found.st_size)
    try:
        size = int.from_bytes(content[:8], "little")
        header = msgspec.json.decode(content[8 : 8 + size])
        model = decoded(header.pop("__metadata__")["model"].encode(), str(path))
        numbers, kinds = content[8 + size :], {one["dtype"] for one in header.values()}
        parameters = Parameters(model.layers, {"F32": np.float32, "F64": np.float64}[kinds.pop()])
        for name, view in parameters.named().items():
            start, end = header[name]["data_offsets"]
            if kinds or header[name]["shape"] != list(view.shape) or end - start != view.nbytes:
                raise ValueError(f"{name} is of other layers")
            view[:] = np.frombuffer(numbers[start:end], view.dtype.newbyteorder("<")).reshape(view.shape)
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadInput(f"is no export of a run: {clean(str(error), 120)}", file=clean(str(path))) from None
    return model, parameters


READERS = {".npz": _read_npz, ".safetensors": _read_safetensors}
"""Of the exports from which can be predicted, by the end of their names."""


def command(experiment: Experiment, presets: Sequence[Preset]) -> str:
    """The command line that runs `experiment` again: the preset of which the least must be changed, and the changes.

    Title and text are left as the preset has them: they tell the trainer nothing.
    """

    def changes(preset: Preset) -> dict[str, str]:
        pairs = differences(preset.experiment, experiment)
        return {path: knobs()[path].format(new) for path, (_, new) in pairs.items() if path not in ("title", "about")}

    nearest = min(presets, key=lambda preset: len(changes(preset)))
    sets = [f"--set {shlex.quote(f'{path}={text}')}" for path, text in changes(nearest).items()]
    return " ".join(["tuilab run", shlex.quote(nearest.name), *sets])


def write(folder: Path, name: str, suffix: str, content: bytes) -> Path:
    """Writes `content` to a new file `name``suffix` in `folder`, which is made if need be; numbered if that is taken.

    No file that is there is touched. Raises `BadInput` where nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / f"{name}{'' if number == 1 else f'-{number}'}{suffix}"
            try:
                with path.open("xb") as file:
                    file.write(content)
            except FileExistsError:
                continue
            break
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", file=clean(str(folder))) from None
    return path


def _listed(value: Any) -> Any:
    """An array as a list of lists; what is not finite becomes null, for JSON has no NaN."""
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"no JSON for {type(value)}")
    return value.tolist()


def _finite(curve: dict[str, list[float]]) -> dict[str, list[float | None]]:
    return {key: [value if math.isfinite(value) else None for value in column] for key, column in curve.items()}


def _columns(points: Columns) -> dict[str, list[float]]:
    return {name: getattr(points, name).tolist() for name in points.__struct_fields__}


def _cost_columns(snapshot: Snapshot) -> dict[str, list[float]]:
    curve = snapshot.view.cost
    return {name: getattr(curve, name).tolist() for name in ("iteration", "data", "penalty", "total")}


def _error_columns(snapshot: Snapshot) -> dict[str, list[float]]:
    curve = snapshot.view.error
    names = ["iteration", "train", "dev", "dev_cost"] + ["train_dev"] * (not np.isnan(curve.train_dev).all())
    return {name: getattr(curve, name).tolist() for name in names}


def _target_columns(snapshot: Snapshot) -> dict[str, list[float]]:
    """The errors of the curve in the other words of the task."""
    target = snapshot.view.started.target if snapshot.view.started else None
    if target is None:
        return {}
    task = snapshot.view.task
    found: dict[str, list[float]] = {}
    for part in ("train", "train_dev", "dev"):
        if part == "train_dev" and part not in _error_columns(snapshot):
            continue
        errors, deviation = getattr(snapshot.view.error, part).tolist(), getattr(target.deviation, part)
        for name, figure in task.figures.items():
            told = [figure(task, error, deviation) for error in errors]
            found[f"{part}_{name}"] = [math.nan if one is None else one for one in told]
    return found
