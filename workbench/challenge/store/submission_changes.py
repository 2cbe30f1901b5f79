"""What events change in the tables of submissions and their scores."""

from __future__ import annotations

from typing import Any

from workbench.challenge.store.change import Change, Projections
from workbench.challenge.store.lines import Event


def _received(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "challenge": event.challenge,
        "team": payload["team"],
        "phase": payload["phase"],
        "digest": payload["digest"],
        "size": payload["size"],
        "filename": payload["filename"],
        "check_digest": payload["check_digest"],
        "kind": payload.get("sent", "predictions"),
        "received_at": event.at,
        "received_seq": event.seq,
        "state": "queued",
        "changed_at": event.at,
    }
    return [Change("submission", "insert", (payload["submission"],), values)]


def _model_ran(event: Event, payload: dict[str, Any]) -> list[Change]:
    names = ("code", "time", "memory", "tier", "backend", "streaming", "predictions")
    values = {name: payload[name] for name in names} | {"ran_at": event.at}
    values["streaming"] = int(payload["streaming"])
    return [Change("model_run", "put", (payload["submission"], payload["phase"]), values)]


def _scored(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "sheet": payload["sheet"],
        "resampled": payload["resampled"],
        "released": payload["released"],
        "case_values": payload.get("case_values", ""),
        "case_units": payload.get("case_units", ""),
        "scored_at": event.at,
    }
    state = {"state": "scored", "changed_at": event.at}
    return [
        Change("score", "insert", _score_key(payload), values),
        Change("submission", "update", (payload["submission"],), state),
    ]


def _failed(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "state": "failed",
        "changed_at": event.at,
        "reason_code": payload["code"],
        "reason": payload["reason"],
    }
    return [Change("submission", "update", (payload["submission"],), values)]


def _withdrawn(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "withdrawn_at": event.at,
        "withdrawn_reason": payload["reason"],
        "withdrawn_author": event.actor,
    }
    return [Change("submission", "update", (payload["submission"],), values)]


def _overridden(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "override_value": payload["value"],
        "override_reason": payload["reason"],
        "override_author": event.actor,
        "override_at": event.at,
    }
    return [Change("score", "update", _score_key(payload), values)]


def _score_key(payload: dict[str, Any]) -> tuple[str, ...]:
    return payload["submission"], payload["phase"], payload["score_set"]


SUBMISSION_CHANGES: Projections = {
    "submission-received": _received,
    "model-ran": _model_ran,
    "submission-scored": _scored,
    "submission-failed": _failed,
    "submission-withdrawn": _withdrawn,
    "score-overridden": _overridden,
}
