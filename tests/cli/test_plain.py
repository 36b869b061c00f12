"""A run in sentences: what the panels show can be heard."""

import re

from msgspec import structs

from tests.ui.canned import snapshot
from tuilab.cli.plain import sentences
from tuilab.runs import About


def test_the_panels_are_told_in_sentences() -> None:
    run = snapshot("done")
    text = "\n".join(sentences(run, None))
    assert "canned-0001 is done: iteration 2,000 of 2,000, 100 %, after 0.5 s; it was told to." in text
    assert re.search(r"^Cost 0\.07\d*, (rising|flat|falling): data 0\.0\d+ plus penalty 0\.07\.$", text, re.M)
    assert re.search(r"^Dev cost 0\.2\d*, (rising|flat|falling)\.$", text, re.M)
    assert re.search(r"^Train error 5\.00 %, \w+; dev error 10\.00 %, \w+\.$", text, re.M)
    assert f"Verdict: {run.diagnosis.sentence}" in text
    assert "Avoidable bias 2.50 % (0.2 to 6.7, bar 4), variance 5.00 % (-1.8 to 15.4, bar 3)" in text
    assert [line for line in text.splitlines() if line.startswith("Action 1: ")]
    assert not re.search("[✓✗▶■·±]", text)


def test_the_verdict_is_told_once_while_it_stands_and_again_at_the_end() -> None:
    run, end = snapshot("running"), snapshot("done")
    assert any(line.startswith("Verdict") for line in sentences(run, None))
    assert not any(line.startswith(("Verdict", "Action")) for line in sentences(run, run))
    assert any(line.startswith("Verdict") for line in sentences(end, run))


def test_a_run_without_points_and_a_child_with_a_hostile_parent() -> None:
    fresh = structs.replace(snapshot("starting", 0), about=About(parent="\x1b[2Jx"))
    lines = sentences(fresh, None)
    assert lines[0] == "The run was made from \ufffd[2Jx." and not any(line.startswith("Cost") for line in lines)
