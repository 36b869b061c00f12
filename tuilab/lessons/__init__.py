"""Lessons prove what they say: their claims are run, on one seed or on several."""

from tuilab.lessons.claims import SeedOutcome, Verification, asked, complete, told
from tuilab.lessons.figures import Figures
from tuilab.lessons.seeds import verify, verifying

__all__ = ["Figures", "SeedOutcome", "Verification", "asked", "complete", "told", "verify", "verifying"]
