"""The command line in processes of its own, as scripts use it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import here as tuilab
from tests.forge import Process, run
from tests.trainers import PATIENCE
from tuilab.lab import Lab

QUICK = ("circles", "--set", "optimization.iterations=300")
LONG = ("circles", "--set", "optimization.iterations=1000000000")


@pytest.mark.usefixtures("home")
class TestRun:
    def test_json_is_one_object_on_stdout_and_progress_is_on_stderr(self) -> None:
        done = tuilab("run", *QUICK, "--json")
        assert done.returncode == 0
        result = json.loads(done.stdout)
        assert done.stdout.count("\n") == 1
        assert set(result) == {
            "run", "status", "reason", "iterations", "kept_iteration", "seconds", "iterations_per_second",
            "cost", "error", "classes", "target", "sparsity", "split", "threshold", "diagnosis", "engine",
        }  # fmt: skip
        assert result["status"] == "done"
        assert result["iterations"] == 300
        assert result["split"] == {"train": 180, "train_dev": None, "dev": 720, "test": 300}
        assert result["cost"]["total"] == result["cost"]["data"] + result["cost"]["penalty"]
        assert set(result["diagnosis"]) == {
            "state",
            "bias",
            "variance",
            "mismatch",
            "gaps",
            "runs_on_dev",
            "high_bias",
            "high_variance",
            "high_mismatch",
            "base_error",
            "dev_interval",
            "actions",
        }
        assert "iteration 300 of 300" in done.stderr

    def test_absent_parts_are_null(self) -> None:
        shares = ("--set", "split.train=0.8", "--set", "split.dev=0.2", "--set", "split.test=0")
        result = json.loads(tuilab("run", *QUICK, *shares, "--json").stdout)
        assert result["error"]["test"] is None
        assert result["error"]["dev"] is not None

    def test_a_report_for_a_person(self) -> None:
        done = tuilab("run", *QUICK, "--set", "optimization.beta1=0.5")
        assert done.returncode == 0
        for word in ("status", "data", "penalty", "total", "train", "dev", "test", "bias", "variance", "verdict"):
            assert word in done.stdout
        assert '"β₁" has no effect while "optimizer" is gradient_descent' in done.stdout

    def test_divergence_is_exit_code_3(self) -> None:
        done = tuilab("run", "circles", "--set", "optimization.learning_rate=1e5", "--json")
        assert done.returncode == 3
        result = json.loads(done.stdout)
        assert result["status"] == "diverged"
        assert result["cost"] == {"data": None, "penalty": None, "total": None}

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (("circles", "--set", "network.hidden=0"), "tuilab: --set: network.hidden[0]: must be"),
            (("circles", "--set", "nothing"), "tuilab: --set: must be path=value, not 'nothing'"),
            (("circles", "--set", "data.source=x.csv"), "tuilab: "),
            (("nowhere",), "tuilab: no preset 'nowhere'"),
            (("tests",), "tuilab: tests: is a folder: of images by class, say tests/"),
            (("nowhere.toml",), "tuilab: nowhere.toml: no such file"),
            (("circles", "--sed", "1"), "tuilab: No such option"),
            ((), "tuilab: Missing argument"),
        ],
    )
    def test_bad_input_is_exit_code_2_and_one_line(self, arguments: tuple[str, ...], line: str) -> None:
        done = tuilab("run", *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith(line)
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""
        assert Lab().runs() == []

    def test_where_there_is_no_run_none_can_be_stopped(self) -> None:
        done = tuilab("stop", "last")
        assert done.returncode == 2 and ("no run" in done.stderr or "none yet" in done.stderr)

    @pytest.mark.usefixtures("paced")
    def test_detach_prints_the_name_and_leaves_it_going(self) -> None:
        name = tuilab("run", *LONG, "--detach").stdout.strip()
        assert name == "circles-0001"
        runs = json.loads(tuilab("runs", "--json").stdout)["runs"]
        assert [run["status"] for run in runs] in (["running"], ["starting"])
        assert tuilab("stop", name).returncode == 0
        watched = tuilab("watch", name, "--plain", "--json")
        assert watched.returncode == 0
        assert json.loads(watched.stdout)["status"] == "stopped"

    @pytest.mark.usefixtures("paced")
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_interrupted_it_stops_its_run_and_keeps_what_was_learned(
        self, number: signal.Signals, code: int, home: Path
    ) -> None:
        process = Process(
            [sys.executable, "-m", "tuilab", "run", *LONG, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            log = home / "runs" / "circles-0001" / "log.jsonl"
            end = time.monotonic() + PATIENCE
            while not (log.exists() and b"progress" in log.read_bytes()):
                assert time.monotonic() < end
                time.sleep(0.02)
            process.send_signal(number)
            stdout, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        assert process.returncode == code
        result = json.loads(stdout)
        assert result["status"] == "stopped"
        assert result["cost"]["total"] is not None
        assert (home / "runs" / "circles-0001" / "weights.npz").exists()


@pytest.mark.usefixtures("home")
class TestOthers:
    def test_without_a_terminal_the_default_preset_is_trained(self) -> None:
        done = tuilab()
        assert done.returncode == 0
        assert "breast-cancer-0001" in done.stdout
        assert "verdict" in done.stdout

    def test_a_preset_is_opened_as_it_is_run_with_values_set(self) -> None:
        done = tuilab("open", *QUICK, "--set", "network.hidden=3,3")
        assert done.returncode == 0 and "2-3-3-1" in done.stdout and "300 of 300" in done.stderr
        done = tuilab("open", "--run", "last", "--set", "seed=2")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "tuilab: --run: has an experiment of its own: leave PRESET, --set and --label out\n"

    def test_gradcheck(self) -> None:
        done = tuilab("gradcheck", "circles", "--json")
        assert done.returncode == 0
        report = json.loads(done.stdout)
        assert report["verdict"] == "correct"
        assert [parameter["name"] for parameter in report["parameters"]] == ["W1", "b1", "W2", "b2", "W3", "b3"]
        assert tuilab("gradcheck", "circles", "--after", "50", "--epsilon", "1e-6").returncode == 0

    def test_export(self, home: Path) -> None:
        tuilab("run", *QUICK)
        rows = list(csv.DictReader(io.StringIO(tuilab("export", "last", "--format", "csv").stdout)))
        assert [int(row["iteration"]) for row in rows] == list(range(301))
        assert float(rows[-2]["total_cost"]) == float(rows[-2]["data_cost"]) + float(rows[-2]["penalty"])
        assert rows[-1]["total_cost"] == "" and rows[-1]["train_error"], "no training pass came after the last update"
        exported = json.loads(tuilab("export", "last", "--format", "json").stdout)
        assert len(exported["curves"]["cost"]["total"]) == 300 and exported["cost"]["total"] > 0
        assert exported["experiment"]["optimization"]["iterations"] == 300
        assert tuilab("export", "last", "--format", "xml").returncode == 2
        newest = max((home / "runs").iterdir())
        assert (
            tuilab("export", "last", "--format", "toml").stdout
            == tuilab("presets", "show", str(newest / "experiment.toml")).stdout
        )
        assert tuilab("export", "last", "--format", "svg").stdout.count("<svg") == 1

    def test_preflight(self) -> None:
        sound = tuilab("preflight", "gradient-check")
        assert sound.returncode == 0 and sound.stdout.splitlines()[-1].endswith("nothing speaks against training.")
        planted = tuilab("preflight", "gradient-check", "--plant", "dW1-factor-2", "--json")
        assert planted.returncode == 1
        assert [one["name"] for one in json.loads(planted.stdout) if not one["holds"]] == ["the gradient is right"]
        assert tuilab("preflight", "gradient-check", "--plant", "nothing").returncode == 2

    def test_learning_curve(self) -> None:
        small = ("learning-curve", "gradient-check", "--sizes", "4", "--seeds", "2")
        told = tuilab(*small).stdout
        assert told.split()[0] == "EXAMPLES" and told.count("%") > 24
        found = json.loads(tuilab(*small, "--json").stdout)
        assert [point["examples"] for point in found["points"]][-1] == 90 and "twice" in found["forecast"]

    def test_lr_range(self) -> None:
        found = json.loads(tuilab("lr-range", "gradient-check", "--seeds", "2", "--json").stdout)
        assert found["range"]["suggested"] < found["range"]["stable"] and len(found["points"][0]["costs"]) == 2

    def test_presets_show_reads_back(self, tmp_path: Path) -> None:
        assert "digits" in tuilab("presets").stdout
        shown = tuilab("presets", "show", "circles").stdout
        path = tmp_path / "copy.toml"
        path.write_text(shown)
        assert tuilab("presets", "show", str(path)).stdout == shown

    def test_help_version_and_completion(self) -> None:
        assert tuilab("--version").stdout.startswith("tuilab ")
        told = tuilab("--help").stdout
        for word in ("open", "run", "gradcheck", "runs", "watch", "stop", "export", "presets"):
            assert word in told
        completion = run([sys.executable, "-m", "tuilab"], env={**os.environ, "_TUILAB_COMPLETE": "source_bash"})
        assert "complete" in completion.stdout


@pytest.mark.parametrize("words", [("--ascii", "open"), ("open", "--ascii"), ("--ascii",), ("open",)])
def test_ascii_may_be_asked_for_before_the_command_and_behind_it(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[bool]()
    monkeypatch.delenv("TUILAB_ASCII", raising=False)
    monkeypatch.setattr("tuilab.cli.open_lab.open_it", lambda *what, ascii, **more: asked.append(ascii) or 0)
    assert tuilab(*words).returncode == 0 and asked == ["--ascii" in words]
