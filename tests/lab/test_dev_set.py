"""Which runs were compared on one dev set."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.runs.events import finished, progress, started
from tests.sweeps import BASE as SWEPT
from tests.sweeps import LAMBD, told
from tuilab.data import prepare
from tuilab.events import DataFile, Parts
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.dev_set import fingerprint
from tuilab.runs import Appender
from tuilab.search import Search

BASE = edit(Experiment(), {"data.source": "digits"})


def run(lab: Lab, experiment: Experiment, error: Parts[float]) -> str:
    folder = lab.store.create(experiment)
    with Appender(folder.log_file) as log:
        for event in (started(), progress(900, 0.5, 0.4, 0.3), replace(finished(), error=error)):
            log.append(event)
    return folder.name


@pytest.mark.parametrize(
    ("edits", "same"),
    [
        ({"network.hidden": "5", "optimization.learning_rate": "0.3", "augmentation.copies": "2"}, True),
        ({"seed": "2"}, False),
        ({"split.train": "0.5", "split.dev": "0.3"}, False),
        ({"data.examples": "500"}, False),
        ({"columns.drop": "x1", "columns.categories": "frequency"}, True),
        ({"columns.drop": "x1", "columns.missing": "drop rows"}, False),
        ({"columns.group": "x1"}, False),
    ],
)
def test_what_is_decided_later_draws_no_other_dev_examples(edits: dict[str, str], same: bool) -> None:
    assert (fingerprint(BASE, None) == fingerprint(edit(BASE, edits), None)) == same


def test_columns_that_are_left_out_leave_the_dev_examples_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = [f"{n},{'' if n % 9 == 0 else n % 7},{'abc'[n % 3]},{'yes' if n % 4 else 'no'}" for n in range(200)]
    path.write_text("a,b,c,kind\n" + "\n".join(lines) + "\n")
    whole = edit(Experiment(), {"data.source": str(path), "columns.missing": "median", "columns.as": "a = number"})
    less = edit(whole, {"columns.drop": "b, c"})
    assert fingerprint(whole, None) == fingerprint(less, None)
    (first, second) = (prepare(one) for one in (whole, less))
    rows = [one.raw(one.dev.X)[:, one.features.index("a")].round().tolist() for one in (first, second)]
    assert rows[0] == rows[1]


def test_a_dev_file_is_what_it_holds_whatever_the_seed() -> None:
    own = edit(BASE, {"data.dev_source": "dev.csv", "split.dev": "0", "split.train": "0.8"})
    one, other = (
        replace(
            started(), data=(DataFile(place="data.dev_source", file="dev.csv", size=1, modified=0, checksum=64 * c),)
        )
        for c in "ab"
    )
    assert fingerprint(own, one) == fingerprint(edit(own, {"seed": "2"}), one) != fingerprint(own, other)
    wrong = edit(own, {"split.wrong_labels": "0.1"})
    assert fingerprint(wrong, one) != fingerprint(edit(wrong, {"seed": "2"}), one), "each seed makes other labels wrong"


def test_the_verdict_counts_the_runs_that_were_compared_on_its_dev_set(lab: Lab) -> None:
    whole = Parts(train=0.01, dev=0.03, test=0.05)
    run(lab, BASE, whole)
    run(lab, edit(BASE, {"seed": "2"}), whole)
    last = run(lab, edit(BASE, {"network.hidden": "5"}), whole)
    assert lab.follow(last).poll().diagnosis.compared == 2
    untested = run(lab, BASE, Parts(train=0.01, dev=0.03))
    assert lab.follow(untested).poll().diagnosis.compared is None


def test_so_are_the_trials_of_sweeps(lab: Lab) -> None:
    first = told(lab, Search(over={LAMBD: "0.1,1"}, seeds=2), lambda trial: 0.1)
    told(lab, Search(over={LAMBD: "0.3"}), lambda trial: 0.1)
    last = run(lab, SWEPT, Parts(train=0.01, dev=0.03, test=0.05))
    one = next(one.name for one in lab.sweeps.look(first).results if one.seed == SWEPT.seed)
    assert [lab.follow(name).poll().diagnosis.compared for name in (one, last)] == [4, 4]
