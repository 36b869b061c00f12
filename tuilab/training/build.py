"""From an experiment to the functions and arrays that training needs."""

from itertools import pairwise
from typing import Any

import numpy as np

from tuilab.data import Dataset, Prepare, prepare
from tuilab.data.memory import refuse_too_large
from tuilab.engines import Problem
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, activations, edit, keep_probs
from tuilab.nn import Network, Parameters, initialize
from tuilab.nn.task import task_of
from tuilab.streams import stream
from tuilab.words import layers


def build(experiment: Experiment, data: Prepare = prepare) -> Problem:
    """Takes the data from `data`, draws the first weights. Raises `BadInput` with the path of the fault."""
    experiment = edit(experiment, {})  # through the one converter: constructors check nothing
    return problem_for(experiment, data(experiment))


def problem_for(experiment: Experiment, dataset: Dataset, initial: Parameters | None = None) -> Problem:
    """The problem of training on a dataset of the network's precision, from given or drawn first weights.

    Raises `BadInput` with the path of the fault, before anything large is allocated.
    """
    network, dtype = network_for(experiment, dataset), np.dtype(experiment.network.precision)
    size, rows = experiment.optimization.batch_size, len(dataset.train.y)
    if size != "full" and size > rows:
        raise BadInput(f"must be at most {rows}, the training part, not {size}", path="optimization.batch_size")
    if experiment.early_stopping.monitor != "off" and not len(dataset.dev.y):
        raise BadInput('must be "off" without a dev part: there is nothing to watch', path="early_stopping.monitor")
    _refuse_too_large(network, rows if size == "full" else size, dtype.itemsize)
    first = experiment.initialization
    if initial is None:
        initial = initialize(network.sizes, first.scheme, first.gain, stream(experiment.seed, "weights"))
    return Problem(
        experiment=experiment,
        dataset=dataset,
        network=network,
        initial=_first_weights(initial, network, dtype),
        penalty=experiment.regularization.penalty(rows),
        keep_probs=keep_probs(experiment),
    )


def network_for(experiment: Experiment, dataset: Dataset) -> Network:
    """The layers: the features, the hidden layers, and the output units that the task wants for the labels.

    Raises `BadInput` for a threshold or weights where there are no classes that they could be of, and for noise where
    there are.
    """
    task, classes = task_of(dataset.target, experiment.diagnosis.threshold), len(dataset.classes)
    if experiment.diagnosis.threshold != 0.5 and classes != 2:
        why = f"of {classes} classes the most probable is said" if classes else f"{task.words.task} has no classes"
        raise BadInput(f"must be 0.5: {why}", path="diagnosis.threshold")
    if experiment.optimization.class_weights != "none" and not task.of_classes:
        raise BadInput(f'must be "none": {task.words.task} has no classes', path="optimization.class_weights")
    noise = experiment.diagnosis.noise
    if noise != "auto" and task.base_error(noise) is None:
        why = "it is of a number, and here are classes" if task.of_classes else f"{task.words.task} has no such noise"
        raise BadInput(f'must be "auto": {why}', path="diagnosis.noise")
    sizes = (len(dataset.features), *experiment.network.hidden, task.outputs(classes))
    weights = class_weights(dataset) if experiment.optimization.class_weights == "balanced" else ()
    return Network(sizes, activations(experiment), task, weights)


def class_weights(dataset: Dataset) -> tuple[float, ...]:
    """m/(K·m_k) of each of the K classes, of which m_k of the m examples of train are: 1 on average over them."""
    examples = np.bincount(dataset.train.y, minlength=len(dataset.classes))
    return tuple((len(dataset.train.y) / len(examples) / np.maximum(examples, 1)).tolist())


def memory_needed(network: Network, rows: int, itemsize: int) -> int:
    """Bytes, by estimate, of the parameters with gradient, copies and state, and of the buffers for `rows` examples."""
    parameters = sum(fan_in * fan_out + fan_out for fan_in, fan_out in pairwise(network.sizes))
    return itemsize * (6 * parameters + 3 * rows * sum(network.sizes))


def _refuse_too_large(network: Network, rows: int, itemsize: int) -> None:
    needed = memory_needed(network, rows, itemsize)
    refuse_too_large(needed, f"layers {layers(network.sizes)} with {rows} examples a batch", path="network.hidden")


def _first_weights(initial: Parameters, network: Network, dtype: Any) -> Parameters:
    if initial.sizes != network.sizes:
        raise BadInput(f"must have the layers {network.sizes}, not {initial.sizes}", path="initial")
    with np.errstate(over="ignore"):
        converted = initial.astype(dtype)
    if not np.isfinite(converted.theta).all():
        raise BadInput(f"every weight must be a finite {dtype} number", path="initial")
    return converted
