"""What this machine, this terminal and this store are like, and what to do about what is amiss.

Nothing private is told: no path but `~` and `$TUILAB_HOME`, no name of a person, a machine or a run.
"""

import locale
import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
import psutil
from msgspec import Struct

from tuilab.engines import pytorch, why_missing
from tuilab.errors import BadInput
from tuilab.lab.listing import Listing
from tuilab.lab.sentences.queue import stall_advice, stall_value
from tuilab.queue import stall
from tuilab.runs import Store

Health = Literal["good", "look", "bad"]
LEAST_SPACE = 1 << 30
"""Bytes free in the store, below which runs may not fit."""
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_NETWORK = ("nfs", "cifs", "smb", "fuse", "lustre", "gpfs", "beegfs", "9p", "ceph", "afs")
_LIBRARIES = ("textual", "plotext", "numpy", "msgspec", "typer")


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: what it is, whether that is well, and what to do if it is not."""

    area: Literal["python", "numpy", "terminal", "store", "logout"]
    name: str
    value: str
    state: Health = "good"
    advice: str = ""


def examine(store: Store, environment: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Everything there is to know before one asks why something does not work."""
    return (
        *_python(),
        *_numpy(environment),
        *_terminal(environment),
        *_store(store),
        *_logout(environment),
    )


def _python() -> Iterator[Finding]:
    yield Finding(area="python", name="python", value=f"{platform.python_version()} on {platform.system()}")
    yield Finding(area="python", name="libraries", value=", ".join(f"{name} {version(name)}" for name in _LIBRARIES))
    inside = sys.prefix != sys.base_prefix
    yield Finding(area="python", name="environment", value="virtual" if inside else "the system's own")


def _numpy(environment: Mapping[str, str]) -> Iterator[Finding]:
    configuration = np.show_config(mode="dicts")
    blas = configuration["Build Dependencies"]["blas"] if configuration else {}
    name = str(blas.get("name", "unknown"))
    yield Finding(
        area="numpy",
        name="BLAS",
        value=f"{name} {blas.get('version', '')}".strip(),
        state="good" if "blas" in name or "mkl" in name or "accelerate" in name else "look",
        advice="" if "blas" in name or "mkl" in name or "accelerate" in name else "install NumPy from its wheels",
    )
    missing = why_missing()
    yield Finding(
        area="numpy",
        name="fused engine",
        value="not there: small networks train on NumPy, several times slower" if missing else "built",
        state="look" if missing else "good",
        advice=missing,
    )
    there, missing = pytorch()
    yield Finding(
        area="numpy",
        name="torch engine",
        value=there or "not there: nothing is trained on a GPU",
        advice=missing,
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    settings = {key: environment[key] for key in _THREADS if key in environment}
    many = any(value != "1" for value in settings.values())
    yield Finding(
        area="numpy",
        name="threads",
        value=", ".join(f"{key}={value}" for key, value in settings.items()) or "one a trainer",
        state="look" if many else "good",
        advice="more than one may change the last bits of a result from run to run" if many else "",
    )
    yield Finding(
        area="numpy",
        name="cores",
        value=str(cores),
        state="good" if cores > 1 else "look",
        advice="" if cores > 1 else "the app and the trainer share one core: expect fewer iterations a second",
    )


def _terminal(environment: Mapping[str, str]) -> Iterator[Finding]:
    here = sys.stdin.isatty() and sys.stdout.isatty()
    term = environment.get("TERM", "")
    plain = not here or term in ("", "dumb")
    yield Finding(
        area="terminal",
        name="terminal",
        value=(term or "TERM is not set") if here else "none (a pipe, a file or a batch job)",
        state="look" if plain else "good",
        advice="tuilab trains without its screen; log in with a terminal (ssh -t) to see it" if plain else "",
    )
    columns, lines = shutil.get_terminal_size()
    small = here and (columns < 80 or lines < 24)
    yield Finding(
        area="terminal",
        name="size",
        value=f"{columns} × {lines}",
        state="look" if small else "good",
        advice="80 × 24 or more shows everything" if small else "",
    )
    encoding = locale.getencoding()
    yield Finding(
        area="terminal",
        name="encoding",
        value=encoding,
        state="good" if encoding.lower().replace("-", "") == "utf8" else "look",
        advice="" if encoding.lower().replace("-", "") == "utf8" else "set LANG=C.UTF-8, or use tuilab --ascii",
    )
    yield _colors(environment)
    if "TMUX" in environment:
        yield _tmux()


def _colors(environment: Mapping[str, str]) -> Finding:
    if "NO_COLOR" in environment:
        return Finding(area="terminal", name="colors", value="none: NO_COLOR is set")
    full = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    colors = "16 million" if full else "256" if "256color" in environment.get("TERM", "") else "16"
    advice = "" if full else "if your terminal has more, set COLORTERM=truecolor (over SSH: SendEnv COLORTERM)"
    return Finding(area="terminal", name="colors", value=colors, state="good" if full else "look", advice=advice)


def _tmux() -> Finding:
    focus = _ask("tmux", "show-options", "-gv", "focus-events")
    good = focus == "on"
    return Finding(
        area="terminal",
        name="tmux",
        value=_ask("tmux", "-V") or "tmux",
        state="good" if good else "look",
        advice="" if good else "`set -g focus-events on` in ~/.tmux.conf stops the drawing while you are elsewhere",
    )


def _store(store: Store) -> Iterator[Finding]:
    yield Finding(area="store", name="place", value=_anonymous(store.home))
    there = next(folder for folder in (store.home, *store.home.parents) if os.access(folder, os.F_OK))
    yield _writable(store, there)
    kind = _file_system(there)
    remote = kind.startswith(_NETWORK)
    yield Finding(
        area="store",
        name="file system",
        value=kind or "unknown",
        state="look" if remote else "good",
        advice="it works over a network; a local TUILAB_HOME answers faster" if remote else "",
    )
    free = shutil.disk_usage(there).free
    yield Finding(
        area="store",
        name="free space",
        value=f"{free / 1e9:.1f} GB",
        state="good" if free >= LEAST_SPACE else "bad",
        advice="" if free >= LEAST_SPACE else "make room, or set TUILAB_HOME to a larger disk",
    )
    yield _runs(store)
    yield _queue(store)


def _writable(store: Store, there: Path) -> Finding:
    """Whether runs can be begun, and if not, whose the first folder is that is in the way."""
    for place in (there, store.runs, store.sweeps, store.presets):
        if os.access(place, os.F_OK) and not os.access(place, os.W_OK | os.X_OK):
            what = "the store" if place == store.home else "where it would lie" if place == there else place.name
            why, advice = _barred(place)
            advice += "set TUILAB_HOME to a folder that you may write"
            return Finding(area="store", name="writable", value=f"no: {what} {why}", state="bad", advice=advice)
    return Finding(area="store", name="writable", value="yes")


def _barred(place: Path) -> tuple[str, str]:
    """Why a folder may not be written, and what may help. No name is told: a report is sent to others."""
    if not place.is_dir():
        return "is not a folder", ""
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        return "lies on a disk that is only read", ""
    owner = place.stat().st_uid
    if owner == os.geteuid():
        return "is yours, but you have barred yourself from writing it", "chmod u+rwx on it, or "
    return f"belongs to {'root' if owner == 0 else f'another user, number {owner}'}", "ask whom it belongs to, or "


def _runs(store: Store) -> Finding:
    try:
        counts = Counter(run.status for run in Listing(store).summaries())
    except BadInput:
        return Finding(area="store", name="runs", value="not readable", state="bad", advice="`tuilab runs` says why")
    stale = counts.keys() & {"dead", "not readable"}
    return Finding(
        area="store",
        name="runs",
        value=", ".join(f"{number} {state}" for state, number in counts.items()) or "none yet",
        state="look" if stale else "good",
        advice="`tuilab runs` names them; `tuilab resume RUN` takes a dead one up again" if stale else "",
    )


def _queue(store: Store) -> Finding:
    try:
        found = stall(store)
    except BadInput:
        return Finding(area="store", name="queue", value="not readable", state="bad")
    if found is None:
        return Finding(area="store", name="queue", value="not held up")
    if found.place:  # where that is, and the path of the lock, are private
        advice = "`tuilab runs` says where it is, and what to do if it has ended"
        return Finding(area="store", name="queue", value="held by a worker elsewhere", state="look", advice=advice)
    return Finding(area="store", name="queue", value=stall_value(found), state="bad", advice=stall_advice(found))


def _logout(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Whether systemd ends what a person leaves running when the last session closes (KillUserProcesses, linger)."""
    answer = _ask("busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1",
                  "org.freedesktop.login1.Manager", "KillUserProcesses")  # fmt: skip
    kills = {"b true": True, "b false": False}.get(answer)
    if kills is None:
        yield Finding(area="logout", name="KillUserProcesses", value="no systemd-logind was found")
        return
    lingers = _ask("loginctl", "show-user", environment.get("USER", ""), "-p", "Linger", "--value") == "yes"
    ends = kills and not lingers
    yield Finding(
        area="logout",
        name="KillUserProcesses",
        value=f"{'yes' if kills else 'no'}; linger {'yes' if lingers else 'no'}",
        state="bad" if ends else "good",
        advice="a run would end with your last session: `loginctl enable-linger`, or start it inside tmux "
        "under `systemd-run --user --scope`"
        if ends
        else "",
    )


def _ask(*command: str) -> str:
    """What a program of the system answers on one line; empty if it is not there or does not answer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _file_system(path: Path) -> str:
    """The kind of the file system that `path` lies on."""
    mounts = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
    return next((mounts[folder] for folder in (path.resolve(), *path.resolve().parents) if folder in mounts), "")


def _anonymous(path: Path) -> str:
    """`path` without the name of a person."""
    if os.environ.get("TUILAB_HOME"):
        return "$TUILAB_HOME"
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else "outside the home folder"


def worst(findings: Iterable[Finding]) -> Health:
    """The worst state among `findings`."""
    order: Callable[[Health], int] = ("good", "look", "bad").index
    return max((finding.state for finding in findings), key=order, default="good")
