"""How it is trained, for how long, what its errors are measured with, and what computes it."""

from typing import Annotated, Literal

from msgspec import Meta

from tuilab.experiment.sections.data import OF_CLASSES, OF_NUMBERS
from tuilab.experiment.sections.section import Section
from tuilab.experiment.variants import STEPS, brings_knobs, chosen, one_of, only_for, unless
from tuilab.nn.optimizer import OPTIMIZERS, Rule

DEVICES = ("auto", "cpu", "cuda", *(f"cuda:{number}" for number in range(8)), "mps")
"""NVIDIA's GPUs are cuda, Apple's mps."""
MOST_THREADS = 1024
ENGINES = ("numpy", "fused", "torch")
"""What makes the updates; `tuilab.engines` finds each by its name."""


@brings_knobs("optimizer", OPTIMIZERS)
class OptimizationSection(Section, frozen=True):
    """How the weights are updated."""

    optimizer: Annotated[str, one_of(OPTIMIZERS), Meta(title="optimizer", description="the update rule")] = (
        "gradient_descent"
    )
    learning_rate: Annotated[
        float,
        Meta(gt=0, le=1e6, extra={STEPS: 0.0}, title="learning rate α", description="step along the negative gradient"),
    ] = 0.1
    iterations: Annotated[
        int, Meta(ge=1, le=1_000_000_000, title="iterations", description="updates of the weights")
    ] = 2000
    batch_size: Annotated[
        Annotated[int, Meta(ge=1, le=100_000_000)] | Literal["full"],
        Meta(title="batch size", description='examples an update sees, reshuffled each epoch; "full": all of them'),
    ] = "full"
    class_weights: Annotated[
        Literal["none", "balanced"],
        *OF_CLASSES,
        Meta(
            title="class weights",
            description="in the cost; balanced: m/(K·m_k) for each example of a class that has m_k of the m, so that "
            "rare classes count as much as frequent ones",
        ),
    ] = "none"
    decay: Annotated[
        Literal["none", "inverse", "exponential"],
        Meta(title="rate decay", description="inverse: α/(1 + r·epoch); exponential: α·(1 − r)^epoch"),
    ] = "none"
    decay_rate: Annotated[
        float,
        only_for("decay", "inverse", "exponential"),
        Meta(ge=0, lt=1, title="decay rate r", description="how fast α falls, an epoch"),
    ] = 0.0

    @property
    def rule(self) -> Rule:
        """The update rule with its numbers."""
        return chosen(OPTIMIZERS[self.optimizer], self)


class EarlyStoppingSection(Section, frozen=True):
    """Stop when dev stops getting better, and go back to the best weights.

    It mixes two goals, a low cost and little overfitting, that L2 keeps apart (orthogonalization).
    """

    monitor: Annotated[
        Literal["off", "dev_error", "dev_cost"],
        Meta(title="early stopping", description="what must get better; the best weights are restored at the end"),
    ] = "off"
    patience: Annotated[
        int,
        unless("monitor", "off"),
        Meta(ge=1, le=1_000_000_000, title="patience", description="iterations without an improvement before it stops"),
    ] = 500
    minimum_improvement: Annotated[
        float,
        unless("monitor", "off"),
        Meta(ge=0, le=1e6, title="improvement", description="by how much a figure must fall to count as better"),
    ] = 0.0


class DiagnosisSection(Section, frozen=True):
    """What the errors and the verdict are measured with."""

    base_error: Annotated[
        Annotated[float, Meta(ge=0, lt=1)] | Literal["auto"],
        Meta(
            title="base error",
            description="the lowest there can be, as a fraction; bias = train − base; auto: the Bayes error of a "
            "generated source, what is known of a shipped set, what the noise makes of a regression, else 0",
        ),
    ] = "auto"
    noise: Annotated[
        Annotated[float, Meta(ge=0, le=1e150)] | Literal["auto"],
        *OF_NUMBERS,
        Meta(
            title="target noise σ",
            description="of a regression: the noise of its target, in its units, that no network can foretell; base "
            "error = (σ/σ_y)²; auto: that of a generated source, else 0",
        ),
    ] = "auto"
    threshold: Annotated[
        float,
        *OF_CLASSES,
        Meta(
            gt=0,
            lt=1,
            title="threshold",
            description="of two classes the second is said where its probability is above this; lower than 0.5 finds "
            "more of it, and more that is none of it",
        ),
    ] = 0.5


class ComputeSection(Section, frozen=True):
    """What computes it. Another engine rounds differently; nothing else of a run depends on this."""

    engine: Annotated[
        str,
        one_of(("auto", *ENGINES)),
        Meta(
            title="engine",
            description="what makes the updates; fused: one kernel, for small networks; torch: PyTorch, for a GPU; "
            "auto: fused or numpy, the faster one, and torch for a device or a precision that only it has",
        ),
    ] = "auto"
    device: Annotated[
        str,
        one_of(DEVICES),
        Meta(
            title="device",
            description="where the torch engine computes; auto: the first GPU, else the CPU; cuda is cuda:0",
        ),
    ] = "auto"
    threads: Annotated[
        Annotated[int, Meta(ge=1, le=MOST_THREADS)] | Literal["auto"],
        Meta(title="threads", description="of matrix products on the CPU; auto: one, or what the environment says"),
    ] = "auto"
    precision: Annotated[
        Literal["full", "tf32", "bfloat16"],
        Meta(
            title="products",
            description="what the factors of float32's matrix products are rounded to on the way; full: not at all",
        ),
    ] = "full"
