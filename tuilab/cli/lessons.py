"""The commands that teach: check a lesson's claims, and that J falls."""

import sys
from typing import Any

import typer

from tuilab.cli.folding import folded
from tuilab.lab import Lab
from tuilab.lab.export import as_json
from tuilab.lab.sentences.claims import claim_text
from tuilab.training.descent import Descent
from tuilab.words import plural


def check_presets(lab: Lab, name: str, seeds: int, quick: bool, json: bool) -> int:
    """Runs the claims of one lesson or of all, on so many seeds or, of 0, on as many as they ask for; 1 if any fails.

    As JSON: whether all hold, and by lesson whether each claim does, with what it says and what each seed gave.
    """
    lessons = [name] if name else [preset.name for preset in lab.presets() if preset.lesson]
    if quick:
        slow = {preset.name for preset in lab.presets() if preset.lesson and preset.lesson.slow}
        lessons = [lesson for lesson in lessons if lesson not in slow]
    results: dict[str, Any] = {}
    failed = 0
    for lesson in lessons:
        verifications = lab.verify(lesson, seeds)
        results[lesson] = [{"holds": one.holds, "claim": one.claim, "outcomes": one.outcomes} for one in verifications]
        failed += sum(not one.holds for one in verifications)
        if not json:
            typer.echo(folded("\n".join([lesson, *(f"  {claim_text(one.claim, one)}" for one in verifications)])))
    if json:
        typer.echo(as_json({"holds": not failed, "lessons": results}))
    elif failed:
        print(f"{plural(failed, 'claim')} {'does' if failed == 1 else 'do'} not hold", file=sys.stderr)
    return 1 if failed else 0


def descent_text(descent: Descent) -> str:
    """Whether J falls, for a person."""
    lines = [
        f"{'✓' if descent.falls else '✗'} J went from {descent.first_cost:.6g} to {descent.last_cost:.6g} "
        f"in {descent.iterations:,} iterations, every keep_prob at 1, full batch"
    ]
    if descent.first_rise and descent.largest_rise:
        lines.append(f"  it rose {descent.rises:,} times")
        for word, rise in (("first", descent.first_rise), ("most", descent.largest_rise)):
            change = f"{rise.before:.6g} → {rise.after:.6g} (+{rise.after - rise.before:.3g})"
            lines.append(f"  {word:<5} after iteration {rise.iteration:,}: {change}")
    elif not descent.falls:
        lines.append("  it never rose, but it did not fall either: the gradient is zero")
    return "\n".join(lines)
