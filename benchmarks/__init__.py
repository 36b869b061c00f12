"""Figures of tuilab beside those of other programs, as ratios in one run."""
