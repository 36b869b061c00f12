"""Builds the kernel of the fused engine with the package where a C compiler is; else the package is pure Python."""

import ctypes
import hashlib
import os
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path("tuilab/engines")
SOURCES = ("fused.c", "wide.c", "fused.h")
KERNEL, SUMS = "fused.kernel", "sums.kernel"
FLAGS = ("-O3", "-std=gnu11", "-fPIC", "-shared", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast")
QUIET = ("-w", "-Wno-psabi")
"""Not -ffast-math: a number that is not finite must be found, and where."""
TARGETS = ((), ("-DONE_TARGET",))
"""Where instruction sets cannot be chosen among at run time, the kernel is built for the least one."""


class Kernel(BuildHookInterface[Any]):
    """Compiles into the source tree, from where both an editable install and a wheel take it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if problem := build(Path(self.root) / HERE):
            self.app.display_warning(f"the fused engine is left out: {problem}")
            return
        build_data["artifacts"] += [f"{HERE}/{name}" for name in (KERNEL, SUMS)]
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def build(folder: Path) -> str:
    """Compiles the kernel in `folder`; what hindered it, empty if nothing did. An older kernel is taken away first."""
    try:
        for name in (KERNEL, SUMS):
            (folder / name).unlink(missing_ok=True)
        found = (name for name in ("cc", "gcc", "clang") if shutil.which(name))
        compiler = shlex.split(os.environ.get("CC", "")) or [*found][:1]
        if not compiler:
            return "there is no C compiler (cc)"
        with tempfile.TemporaryDirectory(dir=folder) as made:
            target = Path(made) / KERNEL
            for more in TARGETS:
                command = [*compiler, *FLAGS, *QUIET, *more, "-o", str(target), str(folder / SOURCES[0]), "-lm"]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode == 0 and _loads(target):
                    sources = b"".join((folder / name).read_bytes() for name in SOURCES)
                    (folder / SUMS).write_text(sums(sources, target.read_bytes()))
                    target.replace(folder / KERNEL)
                    return ""
        said = done.stderr.strip().splitlines() or ["nothing, and what it made cannot be loaded"]
        return f"{compiler[0]} says: {said[-1]}"
    except OSError as error:
        return str(error)


def sums(*contents: bytes) -> str:
    """The SHA-256 of each, by which the kernel is known before it is loaded."""
    return "".join(f"{hashlib.sha256(content).hexdigest()}\n" for content in contents)


def _loads(library: Path) -> bool:
    try:
        ctypes.CDLL(str(library))
    except OSError:
        return False
    return True
