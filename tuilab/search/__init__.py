"""The search for the best experiment: what is varied, in which order it is tried, what came of it; all of it pure."""

from tuilab.search.definition import MANY, SECTION, Search, divided, joined
from tuilab.search.results import Candidate, Edge, TrialResult, edges, ranked
from tuilab.search.samplers import SAMPLERS, halton, uniform
from tuilab.search.space import Dimension, Point, dimension
from tuilab.search.trial import Trial, identity, trials

__all__ = [
    "MANY",
    "SAMPLERS",
    "SECTION",
    "Candidate",
    "Dimension",
    "Edge",
    "Point",
    "Search",
    "Trial",
    "TrialResult",
    "dimension",
    "divided",
    "edges",
    "halton",
    "identity",
    "joined",
    "ranked",
    "trials",
    "uniform",
]
