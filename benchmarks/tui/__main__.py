"""`python -m benchmarks.tui`: measures, prints the table, and writes it where README quotes it."""

import re
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.tui import measure, programs
from benchmarks.tui.measure import Live

T = TypeVar("T")
README = Path(__file__).parents[2] / "README.md"
MARKS = re.compile(r"(<!-- bench-tui -->\n).*?(<!-- /bench-tui -->)", re.DOTALL)


def table(home: Path) -> str:
    """All figures in Markdown."""
    tuilab, leet = programs.tuilab(home / "tuilab"), programs.leet(home / "leet")
    (ours_first, ours_whole), (theirs_first, theirs_whole) = told("first plots", measure.first_plots([tuilab, leet]))
    idle = told("idle", measure.idle_bytes(tuilab))
    ours: Live = told("tuilab", measure.live(tuilab, partial(programs.tuilab_live, home / "tuilab-live")))
    theirs: Live = told("LEET", measure.live(leet, partial(programs.leet_live, home / "leet-live")))
    started = told("first point", measure.run_to_first_point(home / "starts"))
    share = told("share", measure.watched_share(home / "pairs"))
    rows = [
        (
            f"command to the plots of a finished run of {programs.FINISHED:,} iterations",
            f"{ours_whole:.2f} s",
            f"{theirs_whole:.2f} s",
            f"{ours_whole / theirs_whole:.2f}",
            "≤ 0.8",
        ),
        (
            "command to the first part of them",
            f"{ours_first:.2f} s",
            f"{theirs_first:.2f} s",
            f"{ours_first / theirs_first:.2f}",
            "",
        ),
        ("key to screen while a run goes on, p50 / p99", *map(keys, (ours, theirs)), "", "≤ 18 / ≤ 80 ms"),
        (
            "bytes to the terminal while a run goes on",
            *(f"{live.bytes_per_second / 1e3:.1f} kB/s" for live in (ours, theirs)),
            f"{ours.bytes_per_second / theirs.bytes_per_second:.2f}",
            "≤ 0.6",
        ),
        ("bytes when nothing changes", f"{idle:.0f} B/s", "", "", "0"),
        (
            "CPU while a run goes on",
            *(f"{100 * live.cpu:.0f} % of a core" for live in (ours, theirs)),
            f"{ours.cpu / theirs.cpu:.2f}",
            "≤ 0.6",
        ),
        ("key r to the first drawn point, 2-20-3-1, p50", f"{1e3 * started:.0f} ms", "", "", "≤ 200 ms"),
        ("iterations/s with the app attached, of `tuilab run`", f"{100 * share:.1f} %", "", "", "≥ 97 %"),
    ]
    head = ["| pty of 120×40 | tuilab | W&B LEET | ratio | aim |", "|---|---|---|---|---|"]
    return "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])


def keys(live: Live) -> str:
    """How fast keys are answered."""
    return f"{1e3 * live.key_p50:.0f} / {1e3 * live.key_p99:.0f} ms"


def told(what: str, found: T) -> T:
    """`found`, said to whoever waits for the table."""
    print(what, found, file=sys.stderr)
    return found


def main() -> None:
    """Measures and writes README."""
    with tempfile.TemporaryDirectory() as home:
        found = table(Path(home))
    print(found)
    README.write_text(MARKS.sub(lambda marks: f"{marks[1]}{found}\n{marks[2]}", README.read_text()))


if __name__ == "__main__":
    main()
