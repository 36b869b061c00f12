"""The kinds of files that a run can be taken away as; the dialog and the command line offer the same."""

from collections.abc import Callable
from contextlib import suppress
from typing import Literal, NamedTuple

from tuilab.errors import BadInput
from tuilab.experiment import dumps
from tuilab.lab import Lab, Snapshot
from tuilab.lab import export as exports
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.insight.machine import MachineInsight
from tuilab.lab.onnx_file import NOT_INCLUDED, weights_onnx
from tuilab.ui.figures.report import html_report, markdown_report


class ExportKind(NamedTuple):
    """One kind: what a person reads, whether it is text, and what makes its content. Raises `BadInput`."""

    title: str
    text: bool
    content: Callable[[Lab, Snapshot], bytes]
    note: str = ""
    """What a person must know of the file."""


def _picture(format: Literal["svg", "png"]) -> Callable[[Lab, Snapshot], bytes]:
    def picture(lab: Lab, snapshot: Snapshot) -> bytes:
        """Cost and error with their marks, the parent's curves beneath, what the machine did, the verdict above."""
        from tuilab.ui.figures import machine
        from tuilab.ui.figures.curves import cost_figure, error_figure, overlaid
        from tuilab.ui.plots.vector import as_picture

        parents: tuple[CurvesInsight, ...] = ()
        if snapshot.about.parent:
            with suppress(BadInput):  # deleted since
                parents = (CurvesInsight.of(lab.follow(snapshot.about.parent).poll()),)
        seen = CurvesInsight.of(snapshot)
        figures = [
            overlaid(cost_figure(seen), parents),
            overlaid(error_figure(seen), parents),
            *machine.figures(MachineInsight.of(snapshot)),
        ]
        return as_picture(figures, f"{snapshot.name}: {snapshot.diagnosis.sentence}", format)

    return picture


KINDS = {
    "csv": ExportKind("curves as CSV", True, lambda lab, run: exports.curves_csv(run).encode()),
    "json": ExportKind(
        "curves, experiment and result as JSON",
        True,
        lambda lab, run: exports.as_json(exports.curves_object(run)).encode(),
    ),
    "svg": ExportKind("plots as a picture of vectors", True, _picture("svg")),
    "png": ExportKind("plots as a picture of pixels", False, _picture("png")),
    "npz": ExportKind(
        "weights as NumPy archive",
        False,
        lambda lab, run: exports.weights_npz(lab.weights(run.name).parameters, lab.model(run.name)),
    ),
    "safetensors": ExportKind(
        "weights as safetensors",
        False,
        lambda lab, run: exports.weights_safetensors(lab.weights(run.name).parameters, lab.model(run.name)),
    ),
    "onnx": ExportKind(
        "network as ONNX",
        False,
        lambda lab, run: weights_onnx(lab.weights(run.name).parameters, lab.model(run.name)),
        NOT_INCLUDED,
    ),
    "html": ExportKind("a report as one page", True, lambda lab, run: html_report(lab, [run]).encode()),
    "md": ExportKind("a report as Markdown", True, lambda lab, run: markdown_report(lab, [run]).encode()),
    "toml": ExportKind("the experiment as TOML", True, lambda lab, run: dumps(run.experiment).encode()),
}
"""By the end of the file's name."""
