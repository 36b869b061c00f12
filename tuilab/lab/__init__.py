"""The lab: everything a user can do, without a screen."""

from tuilab.lab.moments import Moment
from tuilab.lab.plan import Inspection, Plan
from tuilab.lab.service import Lab
from tuilab.lab.summary import RunSummary
from tuilab.lab.watching import Follower, Snapshot

__all__ = ["Follower", "Inspection", "Lab", "Moment", "Plan", "RunSummary", "Snapshot"]
