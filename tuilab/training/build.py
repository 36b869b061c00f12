"""From an experiment to the functions and arrays that training needs."""

from dataclasses import dataclass

from tuilab.data import Dataset, prepare
from tuilab.errors import BadInput
from tuilab.events import VERSION, Started
from tuilab.experiment import Experiment, keep_probs
from tuilab.nn import Network, Parameters, Penalty, initialize, penalty
from tuilab.streams import stream

MEMORY_SHARE = 0.8
"""Of the machine's memory, what a run may need by estimate."""


@dataclass(frozen=True)
class Problem:
    """What one run trains: the data, the network with its first weights, and the penalty."""

    experiment: Experiment
    dataset: Dataset
    network: Network
    initial: Parameters
    penalty: Penalty
    keep_probs: tuple[float, ...]

    def started(self, time: float) -> Started:
        """The first event of the run's log."""
        return Started(
            time=time,
            version=VERSION,
            iterations=self.experiment.optimization.iterations,
            layers=self.network.sizes,
            parameters=self.initial.theta.size,
            classes=self.dataset.classes,
            examples=self.dataset.examples,
        )


def network_for(experiment: Experiment, dataset: Dataset) -> Network:
    """The layers: the features, the hidden layers, and one sigmoid unit for two classes or K softmax units."""
    classes = len(dataset.classes)
    sizes = (len(dataset.features), *experiment.network.hidden, 1 if classes == 2 else classes)
    return Network(sizes, (experiment.network.activation,) * len(experiment.network.hidden))


def build(experiment: Experiment) -> Problem:
    """Loads and splits the data, draws the first weights. Raises `BadInput` with the path of the fault."""
    dataset = prepare(experiment)
    network = network_for(experiment, dataset)
    refuse_too_large(network, len(dataset.train.y))
    first = experiment.initialization
    regularization = experiment.regularization
    return Problem(
        experiment=experiment,
        dataset=dataset,
        network=network,
        initial=initialize(network.sizes, first.scheme, first.gain, stream(experiment.seed, "weights")),
        penalty=penalty(regularization.kind, regularization.lambd, len(dataset.train.y)),
        keep_probs=keep_probs(experiment),
    )


def memory_needed(network: Network, rows: int) -> int:
    """Bytes, by estimate, of the parameters with gradient and copy, and of the buffers for `rows` examples."""
    parameters = sum(
        fan_in * fan_out + fan_out for fan_in, fan_out in zip(network.sizes, network.sizes[1:], strict=False)
    )
    return 8 * (4 * parameters + 3 * rows * sum(network.sizes))


def refuse_too_large(network: Network, rows: int) -> None:
    """Raises `BadInput` before anything is allocated if the machine's memory would not do."""
    import psutil

    needed, memory = memory_needed(network, rows), psutil.virtual_memory().total
    if needed > MEMORY_SHARE * memory:
        raise BadInput(
            f"layers {list(network.sizes)} with {rows} examples need about {needed / 2**30:.1f} GiB; "
            f"this machine has {memory / 2**30:.1f} GiB",
            path="network.hidden",
        )
