"""Where the examples come from, and what is done to them before a network sees any."""

from typing import Annotated, Literal

from msgspec import Meta

from tuilab.experiment.sections.section import Section
from tuilab.experiment.variants import only_for, unless
from tuilab.nn.task import CLASSIFICATION, TASKS, NumberTask

REGRESSIONS = ("sine", "franke")
"""Sources made from the seed of which a number is to be predicted."""
GENERATED = ("circles", "moons", "spiral", "blobs", "xor", "ranges", *REGRESSIONS)
"""All that are made from the seed."""
SHIPPED = ("breast-cancer", "digits")
"""Real data that comes with the package."""


NUMBERS = tuple(name for name, task in TASKS.items() if isinstance(task, NumberTask))
OF_FILES = unless(("data.source", "data.dev_source", "data.test_source"), *SHIPPED, *GENERATED, "")
OF_IMAGES = unless("data.source", "breast-cancer", *GENERATED)
OF_CLASSES = (unless("data.source", *REGRESSIONS), unless("task", *NUMBERS))
OF_NUMBERS = (
    unless("data.source", "breast-cancer", *(one for one in GENERATED if one not in REGRESSIONS)),
    unless("task", CLASSIFICATION.name),
)
"""They annotate what matters of some data alone."""


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
        OF_FILES,
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
RowNumbers = Annotated[tuple[Annotated[int, Meta(ge=1, le=2**40)], ...], Meta(max_length=1000)]


FirstRow = Literal["auto", "first row", "none"]


class ColumnsSection(Section, frozen=True, rename={"as_": "as"}):
    """What is decided of the columns of a file (`tuilab data FILE` says what), or of the pixels of images."""

    drop: Annotated[
        Names, OF_FILES, Meta(title="left out", description="columns that are not used, e.g. id, name")
    ] = ()
    as_: Annotated[
        Names,
        OF_FILES,
        Meta(
            title="taken as",
            description="what a column is where that is not as its cells tell, e.g. zip = category; number, point, "
            "comma (a number, by its decimal sign), category, date, day-first or month-first",
        ),
    ] = ()
    missing: Annotated[
        Literal["refuse", "median", "drop rows"],
        OF_FILES,
        Meta(
            title="missing cells",
            description="median: that of the training part (of a category none), and an input that says so; drop rows: "
            "those with any are left out; either leaves out rows without a label",
        ),
    ] = "refuse"
    marks: Annotated[
        Names,
        OF_FILES,
        Meta(
            title="missing marks",
            description="what else stands where a value is missing, in any column or in one, e.g. k.A., age = 999; "
            "empty cells, ?, NA, N/A, NaN, null and the like always do",
        ),
    ] = ()
    repeats: Annotated[
        Literal["ask", "keep", "drop"],
        OF_FILES,
        Meta(
            title="repeated rows",
            description="drop: rows that are like an earlier one in all that is used of them are left out; keep: they "
            "stay; ask: they stay, and tuilab data asks where train and dev share some",
        ),
    ] = "ask"
    drop_rows: Annotated[
        RowNumbers,
        OF_FILES,
        Meta(
            title="rows left out",
            description="rows of data.source, as a spreadsheet counts, that are no examples, e.g. 2, 62: a line of "
            "units, of totals, a footnote; of an array the first is 1",
        ),
    ] = ()
    keep_rows: Annotated[
        RowNumbers,
        OF_FILES,
        Meta(title="rows kept", description="rows that are examples after all, and are asked about no more"),
    ] = ()
    categories: Annotated[
        Literal["auto", "one-hot", "frequency"],
        OF_FILES,
        Meta(
            title="categories",
            description="one-hot: an input a level; frequency: the share of training examples with that level; auto: "
            "one-hot up to 40 levels",
        ),
    ] = "auto"
    group: Annotated[
        str,
        OF_FILES,
        Meta(
            max_length=400, title="group", description="a column whose rows of one value stay in one part, e.g. patient"
        ),
    ] = ""
    time: Annotated[
        str,
        OF_FILES,
        Meta(
            max_length=400,
            title="time",
            description="a column by which the parts follow one another: train the earliest, test the latest",
        ),
    ] = ""
    header: Annotated[
        FirstRow,
        OF_FILES,
        Meta(
            title="header",
            description="whether the first row names the columns; auto: it does, and is refused where it looks like "
            "data; none: they are called column 1, column 2, …",
        ),
    ] = "auto"
    skip: Annotated[
        int,
        OF_FILES,
        Meta(
            ge=0,
            le=1000,
            title="lines above",
            description="lines above the names of the columns (or above the first row) that are no part of the table",
        ),
    ] = 0
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "latin-1"],
        OF_FILES,
        Meta(title="encoding", description="of the file; auto: UTF-16 where a mark says so, else UTF-8"),
    ] = "auto"
    side: Annotated[
        int,
        OF_FILES,
        Meta(ge=4, le=128, title="image side", description="pixels along a side of what every image becomes"),
    ] = 32
    color: Annotated[
        Literal["grey", "rgb"],
        OF_FILES,
        Meta(title="image color", description="grey: a number a pixel; rgb: three, and views show no images"),
    ] = "grey"


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
        OF_IMAGES,
        Meta(title="flip", description="mirror a copy of an image or not, at even chances"),
    ] = "none"
    rotation: Annotated[
        float,
        unless("copies", "0"),
        OF_IMAGES,
        Meta(ge=0, le=180, title="rotation", description="largest angle of an image's copy, in degrees"),
    ] = 0.0
    zoom: Annotated[
        float,
        unless("copies", "0"),
        OF_IMAGES,
        Meta(ge=0, le=0.9, title="zoom", description="largest share by which an image's copy grows or shrinks"),
    ] = 0.0
    distortion: Annotated[
        float,
        unless("copies", "0"),
        OF_IMAGES,
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
        *OF_CLASSES,
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
        Meta(
            title="normalize",
            description="subtract μ and divide by σ, both of the training part alone; yes or no is not divided",
        ),
    ] = True
