"""The experiment's fields. Every knob is declared once: bounds, label (`title`) and help (`description`).

It is declared here, or with the concept that brings it: β₁ stands with the update rules that have one.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tuilab.experiment.variants import STEPS, brings_knobs, chosen, one_of, only_for, unless
from tuilab.nn.activation import ACTIVATIONS
from tuilab.nn.initializer import INITIALIZERS
from tuilab.nn.optimizer import OPTIMIZERS, Rule
from tuilab.nn.penalty import PENALTIES, NoPenalty, Penalty

GENERATED = ("circles", "moons", "spiral", "blobs", "xor", "ranges", "sine", "franke")
"""Sources made from the seed; the last two are regressions."""
DEVICES = ("auto", "cpu", "cuda", *(f"cuda:{number}" for number in range(8)), "mps")
"""NVIDIA's GPUs are cuda, Apple's mps."""
MOST_THREADS = 1024
SHIPPED = ("breast-cancer", "digits")
"""Real data that comes with the package."""

ActivationName = Annotated[str, one_of(ACTIVATIONS)]
Units = Annotated[int, Meta(ge=1, le=100_000)]
Probability = Annotated[float, Meta(gt=0, le=1)]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the TOML file."""


class DataSection(Section, frozen=True):
    """Where the examples come from."""

    source: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=4096,
            title="source",
            description=f"{', '.join(SHIPPED + GENERATED)}, or the path of a file of your own",
        ),
    ] = "breast-cancer"
    label: Annotated[
        str,
        unless("source", *SHIPPED, *GENERATED),
        Meta(max_length=400, title="label column", description="a file's label column; empty: the last one"),
    ] = ""
    examples: Annotated[
        Annotated[int, Meta(ge=4, le=100_000_000)] | Literal["all"],
        Meta(title="examples", description='how many to make or to draw; "all" of a file (400 generated ones)'),
    ] = "all"
    noise: Annotated[
        float,
        only_for("source", *GENERATED),
        Meta(
            ge=0,
            le=10,
            title="noise",
            description="standard deviation added to generated points; of sine and franke, to their target",
        ),
    ] = 0.1
    dev_source: Annotated[
        str,
        Meta(
            max_length=4096, title="dev source", description="a file of its own for dev; empty: a share of the source"
        ),
    ] = ""
    test_source: Annotated[
        str,
        Meta(
            max_length=4096, title="test source", description="a file of its own for test; empty: a share of the source"
        ),
    ] = ""


Name = Annotated[str, Meta(min_length=1, max_length=400)]
Names = Annotated[tuple[Name, ...], Meta(max_length=10_000)]


class ColumnsSection(Section, frozen=True, rename={"as_": "as"}):
    """What is decided of the columns of a .csv file; `tuilab data FILE` says what there is to decide."""

    drop: Annotated[Names, Meta(title="left out", description="columns that are not used, e.g. id, name")] = ()
    as_: Annotated[
        Names,
        Meta(
            title="taken as",
            description="what a column is where that is not as its cells tell, e.g. zip = category; number, point, "
            "comma (a number, by its decimal sign), category, date, day-first or month-first",
        ),
    ] = ()
    missing: Annotated[
        Literal["refuse", "median", "drop rows"],
        Meta(
            title="missing cells",
            description="median: that of the training part (of a category none), and an input that says so; drop rows: "
            "those with any are left out",
        ),
    ] = "refuse"
    categories: Annotated[
        Literal["auto", "one-hot", "frequency"],
        Meta(
            title="categories",
            description="one-hot: an input a level; frequency: the share of training examples with that level; auto: "
            "one-hot up to 40 levels",
        ),
    ] = "auto"
    group: Annotated[
        str,
        Meta(
            max_length=400, title="group", description="a column whose rows of one value stay in one part, e.g. patient"
        ),
    ] = ""
    time: Annotated[
        str,
        Meta(
            max_length=400,
            title="time",
            description="a column by which the parts follow one another: train the earliest, test the latest",
        ),
    ] = ""
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "latin-1"],
        Meta(title="encoding", description="of the file; auto: UTF-16 where a mark says so, else UTF-8"),
    ] = "auto"


PLAIN = ColumnsSection()
"""Nothing decided of the columns."""


class AugmentationSection(Section, frozen=True):
    """More training examples made from those there are; dev and test stay as they are."""

    copies: Annotated[
        int, Meta(ge=0, le=100, title="copies", description="changed copies of each training example; 0 is off")
    ] = 0
    flip: Annotated[
        Literal["none", "horizontal", "vertical", "both"],
        unless("copies", "0"),
        Meta(title="flip", description="mirror a copy of an image or not, at even chances"),
    ] = "none"
    rotation: Annotated[
        float,
        unless("copies", "0"),
        Meta(ge=0, le=180, title="rotation", description="largest angle of an image's copy, in degrees"),
    ] = 0.0
    zoom: Annotated[
        float,
        unless("copies", "0"),
        Meta(ge=0, le=0.9, title="zoom", description="largest share by which an image's copy grows or shrinks"),
    ] = 0.0
    distortion: Annotated[
        float,
        unless("copies", "0"),
        Meta(ge=0, le=10, title="distortion", description="elastic displacement of an image's pixels, in pixels"),
    ] = 0.0
    noise: Annotated[
        float,
        unless("copies", "0"),
        Meta(ge=0, le=10, title="noise", description="σ of noise (jitter of points), as a share of each feature's σ"),
    ] = 0.0


class SplitSection(Section, frozen=True):
    """Shares of the examples, stratified by class and drawn from the seed; what sets dev and test apart from train."""

    train: Annotated[
        float, Meta(gt=0, le=1, title="train", description="share of examples that the network learns from")
    ] = 0.6
    dev: Annotated[
        float,
        Meta(ge=0, le=1, title="dev", description="share that compares experiments; also called validation"),
    ] = 0.2
    test: Annotated[
        float,
        Meta(ge=0, le=1, title="test", description="share for one unbiased figure at the end; 0 is legal"),
    ] = 0.2
    train_dev: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="train-dev",
            description="share held out of the training source, not learned from: where dev is of another source it "
            "tells variance from data mismatch",
        ),
    ] = 0.0
    dev_noise: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="noise on dev",
            description="and on test, not on train: σ as a share of each feature's σ; a data mismatch to practice on",
        ),
    ] = 0.0
    wrong_labels: Annotated[
        float,
        Meta(
            ge=0,
            le=0.5,
            title="wrong labels",
            description="share of the labels of train and dev, not of test, that are made wrong; to practice on",
        ),
    ] = 0.0


class InputsSection(Section, frozen=True):
    """What is done to the features."""

    normalize: Annotated[
        bool,
        Meta(title="normalize", description="subtract μ and divide by σ, both of the training part alone"),
    ] = True


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
    gain: Annotated[float, Meta(ge=0, le=1e6, title="gain", description="multiplies every initial weight")] = 1.0


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
        Meta(
            extra={STEPS: 0.05},
            title="keep_prob",
            description="share of units kept: one number for all hidden layers, or one a layer, input layer first",
        ),
    ] = 1.0


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
        Meta(
            title="target noise σ",
            description="of a regression: the noise of its target, in its units, that no network can foretell; base "
            "error = (σ/σ_y)²; auto: that of a generated source, else 0",
        ),
    ] = "auto"
    threshold: Annotated[
        float,
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
        Literal["auto", "numpy", "fused", "torch"],
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


class Experiment(Section, frozen=True):
    """Everything that decides a run. The same experiment gives the same run, bit for bit on one machine."""

    title: Annotated[str, Meta(max_length=200, title="title", description="what a list of runs shows")] = ""
    about: Annotated[str, Meta(max_length=2000, title="about", description="what to watch, in a few sentences")] = ""
    task: Annotated[
        Literal["auto", "classification", "regression"],
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
