"""The commands that teach: check a lesson's claims, check that J falls, and look before training."""

import math
import sys
from typing import Any

import typer

from tuilab.events import Layers
from tuilab.lab import Inspection, Lab
from tuilab.lab.export import as_json
from tuilab.lab.sentences.claims import claim_text
from tuilab.text import clean
from tuilab.training.descent import Descent
from tuilab.words import percent
from tuilab.words.table import aligned


def check_presets(lab: Lab, name: str, quick: bool, json: bool) -> int:
    """Runs the claims of one lesson or of all; 1 if any fails."""
    lessons = [name] if name else [preset.name for preset in lab.presets() if preset.lesson]
    if quick:
        slow = {preset.name for preset in lab.presets() if preset.lesson and preset.lesson.slow}
        lessons = [lesson for lesson in lessons if lesson not in slow]
    results: dict[str, Any] = {}
    failed = 0
    for lesson in lessons:
        verifications = results[lesson] = lab.verify(lesson)
        failed += sum(not verification.holds for verification in verifications)
        if not json:
            typer.echo("\n".join([lesson, *(f"  {claim_text(one.claim, one)}" for one in verifications)]))
    if json:
        typer.echo(as_json(results))
    elif failed:
        print(f"{failed} claims do not hold", file=sys.stderr)
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


def inspection_text(inspection: Inspection) -> str:
    """What a run would train, for a person."""
    plan = inspection.plan
    examples = plan.examples
    advised = ", ".join(percent(share) for share in plan.advised_split)
    lines = [
        f"network    {'-'.join(map(str, plan.layers))}, {plan.parameters:,} parameters",
        f"classes    {', '.join(clean(name, 40) for name in plan.classes)}",
        f"examples   train {examples.train}, dev {examples.dev}, test {examples.test} (advised shares: {advised})",
    ]
    if plan.decay is not None:
        lines.append(f"decay      1 − αλ/m = {plan.decay:.8g}")
    for name, bowl in (("raw", inspection.raw), ("normalized", inspection.normalized)):
        lines.append(
            f"{name:<10} eigenvalues {bowl.smallest:.3g} … {bowl.largest:.3g}, condition {bowl.condition:.3g}, "
            f"largest stable α {bowl.largest_rate:.3g}"
        )
    lines += [f"note       {clean(note)}" for note in plan.notes]
    return "\n".join([*lines, *_signal_lines(inspection.signal)])


def _signal_lines(layers: Layers) -> list[str]:
    names = ("mean", "std", "dead", "near_linear", "gradient_norm", "weight_norm", "predicted")
    heads = ("layer", "mean a", "std a", "dead", "near linear", "‖∂J/∂W‖", "‖W‖", "predicted")
    rows: list[tuple[str, ...]] = [heads]
    for layer, figures in enumerate(zip(*(getattr(layers, name) for name in names), strict=True), 1):
        rows.append((str(layer), *("–" if math.isnan(figure) else f"{figure:.3g}" for figure in figures)))
    return list(aligned(rows))
