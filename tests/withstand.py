"""All that is told and drawn of a run, whatever its log says; off the screen."""

from contextlib import suppress

from tuilab.cli.plain import sentences
from tuilab.cli.report import runs_text
from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.export import as_json, curves_csv, curves_object, run_object
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.insight.machine import MachineInsight
from tuilab.lab.insight.signal import SignalInsight
from tuilab.lab.sentences.report import run_text
from tuilab.lab.sentences.run import course
from tuilab.runs import RunFolder, RunView
from tuilab.ui.figures import machine
from tuilab.ui.figures.curves import cost_figure, error_figure, overlaid
from tuilab.ui.figures.exports import KINDS
from tuilab.ui.plots.picture import picture


def look_at(lab: Lab, run: RunFolder, *, drawn: bool = False, exported: bool = False) -> RunView | None:
    """What the log was folded into; None where it was refused in one line. All else that goes wrong is raised.

    `drawn`: as pictures too, which takes some tenths of a second; `exported`: as a file as well.
    """
    (listed,) = (one for one in lab.runs() if one.name == run.name)
    _is_text(runs_text([listed]), as_json([listed]))
    try:
        lab.control.look(run.name)
        snapshot = lab.follow(run.name).poll()
    except BadInput as error:
        assert listed.status == "not readable" and error.message in listed.fault
        return None
    seen = CurvesInsight.of(snapshot)
    _is_text(run_text(snapshot), *sentences(snapshot, None), *course(snapshot), seen.text, curves_csv(snapshot))
    _is_text(as_json(run_object(snapshot)), as_json(curves_object(snapshot)))
    beside = MachineInsight.of(snapshot)
    _is_text(beside.said, *beside.lines)
    with suppress(BadInput):
        _is_text(SignalInsight.look(lab, snapshot.experiment, snapshot).text)
    if not drawn:
        return snapshot.view
    for log, size in zip((None, True, False), ((60, 16), (20, 6), (15, 5)), strict=True):
        picture(overlaid(cost_figure(seen, log=log), [seen]), *size)
    picture(error_figure(seen), 60, 16)
    for figure in machine.figures(beside):
        picture(figure, 20, 6)
    if exported:
        KINDS["svg"].content(lab, snapshot)
    return snapshot.view


def _is_text(*texts: str) -> None:
    for text in texts:
        assert all(line.isprintable() for line in text.split("\n")), text
