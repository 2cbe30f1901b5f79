"""A report of rates in the tracking store: plan, digests, counts of what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench import tracking
from workbench.runs.folder import RunFolder
from workbench.runs.progress import Steps

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

LOGGED = (
    "plan.yaml",
    "run.json",
    "summary.json",
    "tables/rates.csv",
    "tables/rates.audit.json",
    "tables/flow.csv",
    "tables/classes.json",
    "tables/signals.json",
)


def log(tracker: tracking.Tracker, run: RunFolder, steps: Steps) -> None:
    """Log the counts of what was published, the seconds of each step, and the tables."""
    summary = run.read_json("summary.json")
    counts = {name: float(v) for name, v in summary.items() if isinstance(v, int | float)}
    tracker.metrics({f"published/{name}": value for name, value in counts.items()})
    tracker.metrics({f"seconds/{name}": value for name, value in steps.seconds.items()})
    for artefact in LOGGED:
        tracker.artifact(run.path / artefact)


def write_times(run: RunFolder, opened: OpenedData, steps: Steps) -> None:
    """Write what is true of one execution only."""
    audit = {"record": opened.opening["seq"], "hash": opened.opening["hash"]}
    run.write_json("times.json", {"seconds": steps.seconds, "audit": audit})
    run.write_text("log.jsonl", steps.log())
