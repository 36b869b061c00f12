"""What the app keeps between two starts: one small file beside the runs, whose loss costs nothing else."""

import threading
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomli_w

from tuilab.errors import BadInput
from tuilab.runs import make_folder, read_at, replacing

_FILE, _LONGEST = "settings.toml", 10_000
_writing = threading.Lock()


def kept(home: Path) -> dict[str, Any]:
    """What is kept; nothing, if nothing can be made of it. Whoever asks checks what it is."""
    try:
        return tomllib.loads(read_at(home / _FILE, 0, _LONGEST).decode())
    except (BadInput, ValueError, RecursionError):
        return {}


def keep(home: Path, name: str, value: Any) -> None:
    """Keeps `value` under `name`, beside the others; where it cannot be kept, nothing is lost but that.

    A table is laid over the one that is kept: another app may have added to it.
    """
    with _writing, suppress(OSError):
        known = kept(home)
        if isinstance(value, dict) and isinstance(known.get(name), dict):
            value = {**known[name], **value}
        content = tomli_w.dumps({**known, name: value}).encode()
        if len(content) <= _LONGEST:
            make_folder(home)
            with replacing(home / _FILE) as file:
                file.write(content)
