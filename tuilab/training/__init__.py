"""From an experiment to events. It reads the files of the data and writes none; it knows no process and no screen."""

from tuilab.engines import Problem
from tuilab.training.action import Action
from tuilab.training.arrays import problem_from_arrays
from tuilab.training.build import build, problem_for
from tuilab.training.course import Course
from tuilab.training.diagnosis import Diagnosis, diagnose
from tuilab.training.divergence import diagnose_divergence
from tuilab.training.loop import Run, train
from tuilab.training.state import Training

__all__ = [
    "Action",
    "Course",
    "Diagnosis",
    "Problem",
    "Run",
    "Training",
    "build",
    "diagnose",
    "diagnose_divergence",
    "problem_for",
    "problem_from_arrays",
    "train",
]
