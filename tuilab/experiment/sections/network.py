"""The layers, their first weights, and what keeps those small."""

from typing import Annotated, Literal

from msgspec import Meta

from tuilab.experiment.sections.section import Section
from tuilab.experiment.variants import STEPS, brings_knobs, chosen, one_of, unless
from tuilab.nn.activation import ACTIVATIONS
from tuilab.nn.initializer import INITIALIZERS
from tuilab.nn.penalty import PENALTIES, NoPenalty, Penalty

ActivationName = Annotated[str, one_of(ACTIVATIONS)]
Units = Annotated[int, Meta(ge=1, le=100_000)]
Probability = Annotated[float, Meta(gt=0, le=1)]


class NetworkSection(Section, frozen=True):
    """The layers between the inputs and the output."""

    hidden: Annotated[
        tuple[Units, ...],
        Meta(
            max_length=1000,
            title="hidden layers",
            description="units a layer, e.g. 10, 5; none is logistic regression",
        ),
    ] = (16,)
    activation: Annotated[
        ActivationName | Annotated[tuple[ActivationName, ...], Meta(max_length=1000)],
        unless("hidden", ""),
        Meta(title="activation", description="of all hidden layers, or a list, one a layer"),
    ] = "relu"
    precision: Annotated[
        Literal["float64", "float32"],
        Meta(title="precision", description="of weights and data; float32 is faster, float64 exact enough to check"),
    ] = "float64"


class InitializationSection(Section, frozen=True):
    """The weights before the first iteration; biases start at 0."""

    scheme: Annotated[
        str,
        one_of(INITIALIZERS),
        Meta(
            title="initializer",
            description="variance: " + ", ".join(f"{name} {one.variance}" for name, one in INITIALIZERS.items()),
        ),
    ] = "he"
    gain: Annotated[
        float,
        unless("scheme", "zeros"),
        Meta(ge=0, le=1e6, title="gain", description="multiplies every initial weight"),
    ] = 1.0


@brings_knobs("kind", PENALTIES)
class RegularizationSection(Section, frozen=True):
    """The penalty on the weights."""

    kind: Annotated[
        str,
        one_of(PENALTIES),
        Meta(
            title="penalty",
            description=", ".join(
                f"{name}: {penalty.formula}" for name, penalty in PENALTIES.items() if penalty.formula
            )
            + "; m examples in the training part",
        ),
    ] = "none"

    def penalty(self, examples: int) -> Penalty:
        """The penalty over a training part of m = `examples`; none where it is switched off."""
        made = chosen(PENALTIES[self.kind], self, examples=examples)
        return NoPenalty() if made.off else made


class DropoutSection(Section, frozen=True):
    """Inverted dropout: a fresh mask each iteration, none at evaluation."""

    keep_prob: Annotated[
        Probability | Annotated[tuple[Probability, ...], Meta(max_length=1001)],
        unless("network.hidden", ""),
        Meta(
            extra={STEPS: 0.05},
            title="keep_prob",
            description="share of units kept: one number for all hidden layers, or one a layer, input layer first",
        ),
    ] = 1.0
