"""Early stopping as a small machine fed with numbers."""

import math


class EarlyStopping:
    """Says when a figure has not got better for `patience` iterations.

    Better is lower by more than `minimum_improvement`; NaN and infinity are never better.
    """

    def __init__(self, patience: int, minimum_improvement: float) -> None:
        self.patience, self.minimum_improvement = patience, minimum_improvement
        self.best = math.inf
        self.best_iteration = 0
        self.since = 0
        """Where waiting began anew, in a run that went on after its patience had ended."""

    def better(self, iteration: int, value: float) -> bool:
        """Takes a figure; whether it is the best so far, so that its weights are to be kept."""
        if value < self.best - self.minimum_improvement:
            self.best, self.best_iteration = value, iteration
            return True
        return False

    @property
    def ends(self) -> int:
        """The iteration at which patience ends, if nothing gets better before."""
        return max(self.best_iteration, self.since) + self.patience

    def exhausted(self, iteration: int) -> bool:
        """Whether patience is at its end."""
        return iteration >= self.ends
