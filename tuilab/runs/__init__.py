"""Runs: a run is a folder, one process writes it, anyone may read it."""

from tuilab.runs.about import About, read_about, write_about
from tuilab.runs.archive import read_arrays
from tuilab.runs.claim import SILENT, Elsewhere, alive, claim, deaths, declare_ended, elsewhere, release
from tuilab.runs.curves import CostCurve, ErrorCurve
from tuilab.runs.files import Stamps, look_up, make_folder, make_place, read_at, replacing, room, tidy, whose, writing
from tuilab.runs.folder import RunFolder, read_experiment
from tuilab.runs.follow import LogFollower, Look, glance, status_of
from tuilab.runs.log import Appender, Tail, ends
from tuilab.runs.model import Model, read_model, write_model
from tuilab.runs.process import Waiting, last_words, spawn
from tuilab.runs.requests import Request, ask, done, pending
from tuilab.runs.status import ACTIVE, BUSY, Status, eta, rate, status
from tuilab.runs.store import Store, is_run
from tuilab.runs.tables import Tables
from tuilab.runs.tags import Tags, read_tags, write_tags
from tuilab.runs.view import Mark, RunView, fold
from tuilab.runs.weights import Weights, latest_weights, load_weights, save_weights

__all__ = [
    "ACTIVE",
    "BUSY",
    "SILENT",
    "About",
    "Appender",
    "CostCurve",
    "Elsewhere",
    "ErrorCurve",
    "LogFollower",
    "Look",
    "Mark",
    "Model",
    "Request",
    "RunFolder",
    "RunView",
    "Stamps",
    "Status",
    "Store",
    "Tables",
    "Tags",
    "Tail",
    "Waiting",
    "Weights",
    "alive",
    "ask",
    "claim",
    "deaths",
    "declare_ended",
    "done",
    "elsewhere",
    "ends",
    "eta",
    "fold",
    "glance",
    "is_run",
    "last_words",
    "latest_weights",
    "load_weights",
    "look_up",
    "make_folder",
    "make_place",
    "pending",
    "rate",
    "read_about",
    "read_arrays",
    "read_at",
    "read_experiment",
    "read_model",
    "read_tags",
    "release",
    "replacing",
    "room",
    "save_weights",
    "spawn",
    "status",
    "status_of",
    "tidy",
    "whose",
    "write_about",
    "write_model",
    "write_tags",
    "writing",
]
