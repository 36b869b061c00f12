"""What stands for a state at a glance: a sign of its own for each, beside the word."""

from tuilab.nn.gradient_check import Verdict
from tuilab.runs import Status

STATUS_SIGNS: dict[Status, str] = {
    "queued": "·",
    "starting": "…",
    "running": "▶",
    "paused": "‖",
    "no progress": "?",
    "stopping": "…",
    "done": "✓",
    "stopped": "■",
    "diverged": "✗",
    "failed": "✗",
    "dead": "✗",
    "not readable": "–",
}
VERDICT_SIGNS: dict[Verdict, str] = {"correct": "✓", "look again": "?", "wrong": "✗"}
"""Of a gradient check."""
