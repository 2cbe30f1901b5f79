"""What an event changes in the tables: one function a kind, the same when live and when rebuilt.

A change is computed from the event alone, never from a table, so that the tables follow from the
events whatever else happened to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from workbench.challenge.store.lines import Event
from workbench.challenge.store.text import canonical


class Change(NamedTuple):
    """One row that is new, changed, or either.

    Attributes:
        table: Name of the table.
        how: ``insert``: the row is new; ``update``: it is there; ``put``: either.
        key: Values of the table's key, in the order of its columns.
        values: The other columns that change; of an inserted row, those that are not null.
    """

    table: str
    how: str
    key: tuple[str, ...]
    values: dict[str, Any]


def changes(event: Event) -> list[Change]:
    """Return the rows an event changes, each stamped with the event's number.

    Raises:
        KeyError: The payload misses a field of its kind.
    """
    project = _KINDS.get(event.kind)
    if project is None:
        return []
    made = project(event, event.payload)
    for change in made:
        change.values["seq"] = event.seq
    return made


def _challenge_opened(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "version": payload["version"],
        "unit": payload["unit"],
        "card": canonical(payload["card"]),
        "card_digest": payload["card_digest"],
        "labels": canonical(payload["labels"]),
        "code_digest": payload["code_digest"],
        "opened_at": event.at,
    }
    return [Change("challenge", "insert", (event.scope,), values)]


def _closed(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {"closed_at": event.at, "report_digest": payload["report_digest"]}
    return [Change("challenge", "update", (event.scope,), values)]


def _phase_opened(event: Event, payload: dict[str, Any]) -> list[Change]:
    return [Change("phase", "insert", (event.scope, payload["phase"]), {"opened_at": event.at})]


def _phase_closed(event: Event, payload: dict[str, Any]) -> list[Change]:
    return [Change("phase", "update", (event.scope, payload["phase"]), {"closed_at": event.at})]


def _phase_scored(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {"scored_at": event.at, "score_set": payload["score_set"]}
    return [Change("phase", "update", (event.scope, payload["phase"]), values)]


def _team_created(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "challenge": event.scope,
        "name": payload["name"],
        "name_key": payload["name_key"],
        "created_at": event.at,
    }
    return [Change("team", "insert", (payload["team"],), values)]


def _member_added(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {"team": payload["team"], "role": payload["role"], "added_at": event.at}
    return [Change("member", "insert", (payload["member"],), values)]


def _token_issued(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "scope": payload["scope"],
        "challenge": event.challenge,
        "team": payload["team"],
        "issued_at": event.at,
        "expires_at": payload["expires_at"],
    }
    return [Change("token", "insert", (payload["prefix"],), values)]


def _token_revoked(event: Event, payload: dict[str, Any]) -> list[Change]:
    return [Change("token", "update", (payload["prefix"],), {"revoked_at": event.at})]


def _received(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "challenge": event.challenge,
        "team": payload["team"],
        "phase": payload["phase"],
        "digest": payload["digest"],
        "size": payload["size"],
        "filename": payload["filename"],
        "check_digest": payload["check_digest"],
        "received_at": event.at,
        "received_seq": event.seq,
        "state": "queued",
        "changed_at": event.at,
    }
    return [Change("submission", "insert", (payload["submission"],), values)]


def _scored(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "sheet": payload["sheet"],
        "resampled": payload["resampled"],
        "released": payload["released"],
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


def _score_set_opened(event: Event, payload: dict[str, Any]) -> list[Change]:
    copied = ("cause", "reason", "card_digest", "code_digest")
    values = {name: payload[name] for name in copied} | {
        "challenge": event.scope,
        "labels": canonical(payload["labels"]),
        "author": event.actor,
        "opened_at": event.at,
    }
    return [Change("score_set", "insert", (payload["score_set"],), values)]


def _published(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "challenge": event.scope,
        "phase": payload["phase"],
        "digest": payload["digest"],
        "published_at": event.at,
    }
    return [Change("publication", "insert", (payload["publication"],), values)]


def _settings_changed(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {
        "value": canonical(payload["value"]),
        "reason": payload["reason"],
        "author": event.actor,
        "changed_at": event.at,
    }
    return [Change("setting", "put", (event.scope, payload["name"]), values)]


def _score_key(payload: dict[str, Any]) -> tuple[str, ...]:
    return payload["submission"], payload["phase"], payload["score_set"]


_KINDS: dict[str, Callable[[Event, dict[str, Any]], list[Change]]] = {
    "challenge-opened": _challenge_opened,
    "closed": _closed,
    "phase-opened": _phase_opened,
    "phase-closed": _phase_closed,
    "phase-scored": _phase_scored,
    "team-created": _team_created,
    "member-added": _member_added,
    "token-issued": _token_issued,
    "token-revoked": _token_revoked,
    "submission-received": _received,
    "submission-scored": _scored,
    "submission-failed": _failed,
    "submission-withdrawn": _withdrawn,
    "score-overridden": _overridden,
    "score-set-opened": _score_set_opened,
    "published": _published,
    "settings-changed": _settings_changed,
}
