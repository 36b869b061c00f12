"""What a network is for, one task a file. A new one is one more file here and one more entry in the list."""

from tuilab.nn.task.classification import Classification
from tuilab.nn.task.cross_entropy import SigmoidCrossEntropy, SoftmaxCrossEntropy
from tuilab.nn.task.regression import Regression
from tuilab.nn.task.squared_error import SquaredError
from tuilab.nn.task.task import Loss, Task, Words

CLASSIFICATION, REGRESSION = Classification(), Regression()
TASKS: dict[str, Task] = {"classification": CLASSIFICATION, "regression": REGRESSION}

__all__ = [
    "CLASSIFICATION",
    "REGRESSION",
    "TASKS",
    "Classification",
    "Loss",
    "Regression",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "Task",
    "Words",
]
