"""`python -m benchmarks.tui`: measures, prints the table, and writes it where README quotes it.

With `--loaded` only how keys are answered while four busy processes take the machine.
"""

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
MARKS = r"(<!-- {0} -->\n).*?(<!-- /{0} -->)"


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


def loaded_table(home: Path) -> str:
    """How keys are answered beside busy processes, in Markdown."""
    tuilab, leet = programs.tuilab(home / "tuilab"), programs.leet(home / "leet")
    watched = [
        (tuilab, partial(programs.tuilab_live, home / "tuilab-live")),
        (leet, partial(programs.leet_live, home / "leet-live")),
    ]
    with measure.busy():
        ours, theirs = told("loaded", measure.loaded(watched))
    ratio = ours[0] / theirs[0]
    row = ["key to screen, p50 / p99", *map(milliseconds, (ours, theirs)), f"{ratio:.2f}", "≤ 1.5 (p50)"]
    head = [f"| beside {measure.BUSY} busy processes | tuilab | W&B LEET | ratio | aim |", "|---|---|---|---|---|"]
    return "\n".join([*head, "| " + " | ".join(row) + " |"])


def keys(live: Live) -> str:
    """How fast keys are answered."""
    return milliseconds((live.key_p50, live.key_p99))


def milliseconds(seconds: tuple[float, float]) -> str:
    """Median and worst of a hundred."""
    return " / ".join(f"{1e3 * each:.0f}" for each in seconds) + " ms"


def told(what: str, found: T) -> T:
    """`found`, said to whoever waits for the table."""
    print(what, found, file=sys.stderr)
    return found


def main() -> None:
    """Measures and writes README."""
    name, measured = ("bench-tui-loaded", loaded_table) if "--loaded" in sys.argv[1:] else ("bench-tui", table)
    with tempfile.TemporaryDirectory() as home:
        found = measured(Path(home))
    print(found)
    marks = re.compile(MARKS.format(name), re.DOTALL)
    README.write_text(marks.sub(lambda mark: f"{mark[1]}{found}\n{mark[2]}", README.read_text()))


if __name__ == "__main__":
    main()
