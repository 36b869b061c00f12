"""What a network is for, one task a file. A new one is one more file here and one more entry in the list."""

from tuilab.nn.task.classification import Classification
from tuilab.nn.task.task import Loss, Task, Words

CLASSIFICATION = Classification()
TASKS: dict[str, Task] = {"classification": CLASSIFICATION}

__all__ = ["CLASSIFICATION", "TASKS", "Classification", "Loss", "Task", "Words"]
