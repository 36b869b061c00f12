"""The queue: runs that shall be started when there is room, and the process outside the app that starts them.

A run is queued by the request `start` in its folder: the queue is what the runs' folders say, no list beside them. One
worker a store and host finds such runs and starts them, as many at once as the job has cores. Whoever is killed,
nothing is lost and nothing started twice: a run is claimed for its trainer before that is told of it, and whoever looks
at the runs next starts another worker.
"""

from tuilab.queue.cores import cores
from tuilab.queue.sign import Stall, stall
from tuilab.queue.starting import work, working
from tuilab.queue.worker import RETRY, Worker

__all__ = ["RETRY", "Stall", "Worker", "cores", "stall", "work", "working"]
