"""The tracker: events in order, row-level files refused, a failing store costs no result."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import tracking
from workbench.errors import RunError, UsageError
from workbench.tracking.none import Nowhere
from workbench.tracking.tracker import Tracker

MANIFEST = pd.DataFrame({"file": ["a/person7.svs"], "bytes": [12], "sha256": ["0" * 64]})


def events(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "tracking.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_jsonl_keeps_every_event_in_order_with_its_run(tmp_path: Path) -> None:
    with tracking.start({"backend": "jsonl"}, "demo", run_dir=tmp_path) as tracker:
        tracker.params({"trainer": {"max_epochs": 3}})
        tracker.dataset("slides", MANIFEST, "d" * 64)
        with tracker.child("fold 0") as child:
            child.metrics({"train/loss": 0.5, "bad@name": 1, "undefined": float("nan")}, step=2)
    found = events(tmp_path)
    assert [(e["run"], e["event"]) for e in found] == [
        ("demo", "start"),
        ("demo", "params"),
        ("demo", "dataset"),
        ("demo/fold 0", "start"),
        ("demo/fold 0", "metrics"),
        ("demo/fold 0", "close"),
        ("demo", "close"),
    ]
    assert found[1]["values"] == {"trainer.max_epochs": "3"}
    assert found[4]["values"] == {"train/loss": 0.5, "bad_at_name": 1}
    assert found[4]["step"] == 2
    assert "person7" not in json.dumps(found[2])


def test_a_run_that_starts_again_replaces_what_it_tracked(tmp_path: Path) -> None:
    for _ in range(2):
        with tracking.start({"backend": "jsonl"}, "demo", run_dir=tmp_path) as tracker:
            tracker.metrics({"loss": 1.0})
    assert [e["event"] for e in events(tmp_path)] == ["start", "metrics", "close"]


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError, "FAILED"), (KeyboardInterrupt, "KILLED")]
)
def test_how_a_run_ended_is_kept(tmp_path: Path, error: type[BaseException], status: str) -> None:
    with pytest.raises(error), tracking.start({"backend": "jsonl"}, "d", run_dir=tmp_path):
        raise error
    assert events(tmp_path)[-1]["status"] == status


@pytest.mark.parametrize(
    "name", ["predictions.parquet", "cases.csv", "truth.csv", "report.html", "o.parquet"]
)
def test_rows_of_persons_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("case,person\n")
    tracker = tracking.start({"backend": "jsonl"}, "demo", run_dir=tmp_path)
    with pytest.raises(UsageError, match="shows single persons"):
        tracker.artifact(tmp_path / name)


class Broken(Nowhere):
    """A store whose disk is full."""

    def metrics(self, values: Any, step: int) -> None:
        raise OSError(28, "No space left on device")


def test_a_failing_store_is_told_once_and_the_run_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tracker = Tracker(Broken(), "demo")
    with caplog.at_level(logging.WARNING, logger="workbench.tracking"):
        for step in range(3):
            tracker.metrics({"loss": 1.0}, step)
        tracker.close()
    assert [p.code for p in tracker.problems] == ["tracking-failed"]
    assert "No space left" in tracker.problems[0].message
    assert len(caplog.records) == 1


def test_an_unknown_backend_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'mlflow'"):
        tracking.start({"backend": "mlfow"}, "demo", run_dir=tmp_path)


def test_a_store_that_does_not_open_stops_the_run_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the run folder should be")
    with pytest.raises(RunError, match="does not open") as caught:
        tracking.start({"backend": "jsonl"}, "demo", run_dir=tmp_path / "taken")
    assert "tracking=none" in caught.value.remedy


def test_tracking_without_mlflow_imports_no_mlflow(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom workbench import tracking\n"
        "for kind in ('jsonl', 'none'):\n"
        f"    tracking.start({{'backend': kind}}, 'd', run_dir={str(tmp_path)!r}).close()\n"
        "print([m for m in ('mlflow', 'torch', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
