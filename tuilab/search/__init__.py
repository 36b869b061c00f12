"""The search for the best experiment: what is varied, in which order it is tried, what came of it; all of it pure."""

from tuilab.search.definition import MANY, SECTION, Search, divided, joined
from tuilab.search.edges import Edge, edges
from tuilab.search.results import Candidate, TrialResult, ranked
from tuilab.search.samplers import ADAPTIVE, SAMPLERS, halton, uniform
from tuilab.search.space import Dimension, Point, dimension, holds
from tuilab.search.tpe import Tried, require
from tuilab.search.trial import Trial, identity, trials, trials_in_turn

__all__ = [
    "ADAPTIVE",
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
    "Tried",
    "dimension",
    "divided",
    "edges",
    "halton",
    "holds",
    "identity",
    "joined",
    "ranked",
    "require",
    "trials",
    "trials_in_turn",
    "uniform",
]
