"""From an experiment to events: no files, no processes, no screen."""

from tuilab.training.build import Problem, build
from tuilab.training.diagnosis import Action, Diagnosis, diagnose, diagnose_divergence
from tuilab.training.loop import Training, train

__all__ = ["Action", "Diagnosis", "Problem", "Training", "build", "diagnose", "diagnose_divergence", "train"]
