"""An emulation in the tracking store: protocol, digests, estimates and diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from workbench import tracking
from workbench.audit import AuditLog
from workbench.methods.causal.protocol import Protocol
from workbench.runs.emulated.judging import Judged
from workbench.runs.folder import RunFolder

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

LOGGED = ("protocol.yaml", "gate.json", "estimates.json", "flow.json", "diagnostics.json")


@contextmanager
def start(
    settings: Mapping[str, Any] | None, run: RunFolder, protocol: Protocol, opened: OpenedData
) -> Iterator[tracking.Tracker]:
    """Open the tracking run; it is closed as failed when the block raises."""
    facts = run.read_json("run.json")
    tracker = tracking.start(settings or {"backend": "none"}, facts["name"], run_dir=run.path)
    tracker.tags(
        {
            "workbench.kind": "emulation",
            "workbench.protocol_digest": facts["digests"]["protocol"],
            "workbench.data_digest": opened.digest,
            "workbench.code_digest": facts["digests"]["code"],
            "workbench.git_sha": facts["git"]["revision"],
            "workbench.git_dirty": str(facts["git"]["dirty"]).lower(),
            "workbench.run_digest": facts["digest"],
        }
    )
    tracker.params({"protocol": protocol.model_dump(mode="json")})
    tracker.dataset(opened.card.name, opened.manifest(), opened.digest)
    try:
        yield tracker
    except BaseException:
        tracker.close("FAILED")
        raise
    tracker.close("FINISHED")


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
