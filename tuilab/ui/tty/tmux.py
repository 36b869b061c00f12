"""A tmux session to which nobody is attached: the app is told that it lost the focus, and draws nothing.

tmux itself says nothing when the last client leaves, so it is asked.
"""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual import events
from textual.app import App

LOOK = 2.0
"""Seconds between two questions; each costs 3 ms."""
_PATIENCE = 5.0
"""Seconds that tmux has for an answer."""


@contextmanager
def noticing(app: App[Any]) -> Iterator[None]:
    """Tells `app` when the last client of its tmux session leaves, and when one comes; outside tmux it does nothing."""
    pane = os.environ.get("TMUX_PANE", "")
    over = threading.Event()

    def look() -> None:
        seen = True
        while not over.wait(LOOK):
            if (now := is_attached(pane)) != seen:
                seen = now
                app.post_message(events.AppFocus() if now else events.AppBlur())

    if os.environ.get("TMUX") and pane:
        threading.Thread(target=look, name="clients of tmux", daemon=True).start()
    yield
    over.set()


def is_attached(pane: str) -> bool:
    """Whether somebody is attached to the session of `pane`, or to one of its group; yes where tmux does not say."""
    question = ["tmux", "display-message", "-p", "-t", pane, "#{session_attached}#{session_group_attached}"]
    try:
        answer = subprocess.run(
            question, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return answer.stdout.strip().strip("0") != ""
