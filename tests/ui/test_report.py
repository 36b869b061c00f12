"""Reports: one page that is whole, loads nothing and runs nothing, whatever stands in the run."""

from html.parser import HTMLParser

import pytest
from msgspec import structs

from tests.trainers import end_of
from tuilab.cli import app as command_line
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab, Snapshot
from tuilab.ui.figures.report import LARGEST, MOST_RUNS, html_report, markdown_report

BAD = '"><script>alert(1)</script><img src=x onerror=y> ``` \x1b[2J ~~~ @all'
TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "pre", "svg", "rect", "text", "tspan", "path"}


class Read(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "rect", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "path"):
            assert self.open.pop() == tag


@pytest.fixture
def run(lab: Lab, finished: str) -> Snapshot:
    lab.describe(finished, label="a label <b>", note="a note ``` & more")
    return lab.follow(finished).poll()


def test_a_page_is_whole_and_nothing_in_it_is_loaded_or_run(lab: Lab, run: Snapshot) -> None:
    hostile = structs.replace(run, experiment=structs.replace(run.experiment, title=BAD, about=BAD), trouble=BAD)
    page = html_report(lab, [hostile])
    read = Read(page)
    assert set(read.tags) == TAGS and not read.open and page.count("<svg xmlns") == 3
    assert not {name for name, _ in read.attributes if name.startswith("on") or name in ("src", "href")}
    assert "default-src 'none'" in page and "\x1b" not in page and "&lt;script&gt;" in page
    for heading in ("Result", "Curves", "Trust", "Mistakes", "Experiment", "Again"):
        assert f"<h2>{heading}</h2>" in page
    assert "a label &lt;b&gt;" in page and "tuilab run " in page and run.diagnosis.sentence[:20] in page
    assert page == html_report(lab, [hostile])


def test_of_several_runs_what_differs_comes_first_and_the_page_stays_small(lab: Lab, run: Snapshot) -> None:
    other = structs.replace(run, experiment=edit(run.experiment, {"optimization.learning_rate": "0.5"}))
    page = html_report(lab, [run, other, *[run] * (MOST_RUNS - 2)])
    assert len(page.encode()) <= LARGEST
    first, _, rest = page.partition("</pre>")
    assert "<h2>What differs</h2>" in first and "0.5" in first and f"{run.name}: Trust" in rest
    with pytest.raises(BadInput, match=f"at most {MOST_RUNS} runs, not of {MOST_RUNS + 1}"):
        html_report(lab, [run] * (MOST_RUNS + 1))


def test_of_several_runs_each_has_a_line_that_no_fold_cuts(lab: Lab, run: Snapshot) -> None:
    """However many knobs differ: those that there is no room for follow in lines of their own."""
    long = {"data.source": "moons", "network.hidden": ", ".join(["16"] * 12), "initialization.scheme": "xavier"}
    edits = [{"optimization.learning_rate": f"0.{k}", "seed": str(k)} for k in range(1, 4)]
    edits += [long | {"optimization.optimizer": "momentum", "regularization.kind": "l2", "network.activation": "tanh"}]
    others = [structs.replace(run, name=f"other-{k}", experiment=edit(run.experiment, e)) for k, e in enumerate(edits)]
    block = markdown_report(lab, [run, *others]).split("```")[1].removeprefix("text\n").rstrip()
    tables = [table.split("\n") for table in block.split("\n\n")]
    assert len(tables) == 2 and all(len(line) <= 110 for table in tables for line in table)
    for head, *lines in tables:
        assert head.startswith("run ") and len(lines) == 5
        assert [line.split()[0] for line in lines] == [run.name, *(other.name for other in others)]
    assert tables[0][0].split()[:3] == ["run", "train", "dev"] and "0.2" in tables[0][3] + tables[1][3]


def test_a_page_that_would_be_too_large_has_fewer_lines(
    lab: Lab, run: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = html_report(lab, [run])
    monkeypatch.setattr("tuilab.ui.figures.report.LARGEST", 10_000)
    assert "lines more</pre>" in html_report(lab, [run]) and "lines more" not in whole


def test_no_page_is_larger_whatever_is_in_it(lab: Lab, run: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    quotes = "\n".join(['"' * 1_000] * 30)  # which are six times as long in HTML
    monkeypatch.setattr("tuilab.ui.figures.report.run_text", lambda _: quotes)
    page = html_report(lab, [run] * MOST_RUNS)
    assert LARGEST / 2 < len(page.encode()) <= LARGEST and not Read(page).open
    assert "figures left out: the page would be larger than 300 kB." in page and page.count('"<svg') < 3 * MOST_RUNS
    assert 0 < page.count("Left out: the page would be larger than 300 kB.") < MOST_RUNS
    assert 100 * "&quot;" in page and f"{run.name}: Again" in page


def test_markdown_is_headings_and_fences_that_nothing_leaves(lab: Lab, run: Snapshot) -> None:
    folded = "x" * 97 + " `````"  # its end stands alone on a line
    hostile = structs.replace(run, experiment=structs.replace(run.experiment, title=folded, about=BAD))
    text, fence = markdown_report(lab, [hostile]), ""
    assert "  `````" in text.split("\n")
    for line in text.split("\n"):
        if fence:  # three spaces may stand before its end, which may be longer
            fence = "" if set(line.strip()) == {"`"} and len(line.strip()) >= len(fence) else fence
        elif line.startswith("`"):
            fence = line.removesuffix("text")
            assert set(fence) == {"`"} and len(fence) >= 3
        else:
            assert not line or line.startswith(("# tuilab: ", "## "))
            assert not set(line) & set("<>`@\x1b")
    assert not fence


def test_what_a_room_cannot_show_is_said_in_its_place(lab: Lab, experiment: Experiment) -> None:
    edits = {"data.source": "sine", "optimization.iterations": "20"}
    run = end_of(lab, lab.start(edit(experiment, edits)))
    page = html_report(lab, [run])
    assert page.count("Nothing to be seen: a regression has no classes") == 2 and page.count("<svg xmlns") == 2


def test_the_command_writes_it(lab: Lab, run: Snapshot, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    command_line(["report", "last"], standalone_mode=False)
    assert capfdbinary.readouterr().out.decode() == html_report(lab, [run])
    command_line(["report", "last", "--format", "md"], standalone_mode=False)
    assert capfdbinary.readouterr().out.decode() == markdown_report(lab, [run])
    with pytest.raises(BadInput, match="--format: must be one of html, md, not 'pdf'"):
        command_line(["report", "last", "--format", "pdf"], standalone_mode=False)
