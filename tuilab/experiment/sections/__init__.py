"""The sections of an experiment, a table of the TOML file each."""

from tuilab.experiment.sections.data import (
    GENERATED,
    PLAIN,
    SHIPPED,
    AugmentationSection,
    ColumnsSection,
    DataSection,
    FirstRow,
    InputsSection,
    SplitSection,
)
from tuilab.experiment.sections.network import (
    DropoutSection,
    InitializationSection,
    NetworkSection,
    RegularizationSection,
)
from tuilab.experiment.sections.section import Section
from tuilab.experiment.sections.training import (
    MOST_THREADS,
    ComputeSection,
    DiagnosisSection,
    EarlyStoppingSection,
    OptimizationSection,
)

__all__ = [
    "GENERATED",
    "MOST_THREADS",
    "PLAIN",
    "SHIPPED",
    "AugmentationSection",
    "ColumnsSection",
    "ComputeSection",
    "DataSection",
    "DiagnosisSection",
    "DropoutSection",
    "EarlyStoppingSection",
    "FirstRow",
    "InitializationSection",
    "InputsSection",
    "NetworkSection",
    "OptimizationSection",
    "RegularizationSection",
    "Section",
    "SplitSection",
]
