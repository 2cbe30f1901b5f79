"""An emulation in the tracking store: protocol, digests, estimates and diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench import tracking
from workbench.audit import AuditLog
from workbench.runs.emulated.judging import Judged
from workbench.runs.folder import RunFolder

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

LOGGED = ("protocol.yaml", "gate.json", "estimates.json", "flow.json", "diagnostics.json")


def log(tracker: tracking.Tracker, run: RunFolder, judged: Judged) -> None:
    """Log every estimate that is shown with its interval, balance, and the artefacts of counts."""
    for name, one in judged.shown.items():
        for estimate in one.estimates:
            row = {"name": estimate.estimand, "value": estimate.value}
            row |= {"low": estimate.low, "high": estimate.high}
            tracker.metrics(tracking.metrics_of_score(name, [row]))
        if "max_asmd" in one.facts:
            tracker.metrics({f"{name}/max_asmd": one.facts["max_asmd"]["after"]})
    tracker.metrics({"gate/open": float(judged.open)})
    for artefact in LOGGED:
        tracker.artifact(run.path / artefact)


def audit_override(run: RunFolder, judged: Judged, opened: OpenedData) -> None:
    """Write to the audit chain that somebody opened a gate that failed: who, why, what failed.

    It is on disk before any effect is. An override that no gate needed is not written.

    Raises:
        DataError: The audit log cannot be written: no effect is given.
    """
    facts = run.read_json("run.json")
    for name, gate in judged.gates.items():
        if gate.problems and gate.override is not None:
            AuditLog.default().append(
                {
                    "action": "gate.override",
                    "object": opened.card.name,
                    "who": gate.override.who,
                    "reason": gate.override.reason,
                    "estimator": name,
                    "failed": [f"{one.code}: {one.where}" for one in gate.problems],
                    "protocol_digest": facts["digests"]["protocol"],
                    "data_digest": opened.digest,
                    "run_digest": facts["digest"],
                }
            )
