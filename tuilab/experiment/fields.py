"""The experiment's fields. Every knob is declared once: bounds, label (`title`) and help (`description`).

It is declared in its section, or with the concept that brings it: β₁ stands with the update rules that have one.
"""

from typing import Annotated

from msgspec import Meta

from tuilab.experiment.sections import (
    GENERATED,
    MOST_THREADS,
    PLAIN,
    SHIPPED,
    AugmentationSection,
    ColumnsSection,
    ComputeSection,
    DataSection,
    DiagnosisSection,
    DropoutSection,
    EarlyStoppingSection,
    FirstRow,
    InitializationSection,
    InputsSection,
    NetworkSection,
    OptimizationSection,
    RegularizationSection,
    Section,
    SplitSection,
)
from tuilab.experiment.variants import one_of
from tuilab.nn.task import TASKS

__all__ = [
    "GENERATED",
    "MOST_THREADS",
    "PLAIN",
    "SHIPPED",
    "AugmentationSection",
    "ColumnsSection",
    "ComputeSection",
    "Experiment",
    "FirstRow",
    "RegularizationSection",
    "activations",
    "keep_probs",
]


class Experiment(Section, frozen=True):
    """Everything that decides a run. The same experiment gives the same run, bit for bit on one machine."""

    title: Annotated[str, Meta(max_length=200, title="title", description="what a list of runs shows")] = ""
    about: Annotated[str, Meta(max_length=2000, title="about", description="what to watch, in a few sentences")] = ""
    task: Annotated[
        str,
        one_of(("auto", *TASKS)),
        Meta(
            title="task",
            description="what the label is: classes, or a number to predict; auto: classes, unless it cannot be any",
        ),
    ] = "auto"
    seed: Annotated[
        int,
        Meta(ge=0, le=2**63 - 1, title="seed", description="decides data, split, weights, batches and masks"),
    ] = 1
    data: DataSection = DataSection()
    columns: ColumnsSection = ColumnsSection()
    split: SplitSection = SplitSection()
    augmentation: AugmentationSection = AugmentationSection()
    inputs: InputsSection = InputsSection()
    network: NetworkSection = NetworkSection()
    initialization: InitializationSection = InitializationSection()
    regularization: RegularizationSection = RegularizationSection()
    dropout: DropoutSection = DropoutSection()
    optimization: OptimizationSection = OptimizationSection()
    early_stopping: EarlyStoppingSection = EarlyStoppingSection()
    diagnosis: DiagnosisSection = DiagnosisSection()
    compute: ComputeSection = ComputeSection()

    @property
    def name(self) -> str:
        """What to call it: the title, or the source of its data."""
        return self.title or self.data.source


def keep_probs(experiment: Experiment) -> tuple[float, ...]:
    """keep_prob a layer, input layer first: 1 + number of hidden layers values."""
    keep, layers = experiment.dropout.keep_prob, len(experiment.network.hidden)
    return keep if isinstance(keep, tuple) else (1.0, *[keep] * layers)


def activations(experiment: Experiment) -> tuple[str, ...]:
    """The activation of each hidden layer."""
    named, layers = experiment.network.activation, len(experiment.network.hidden)
    return named if isinstance(named, tuple) else (named,) * layers
