"""What an event changes in the tables: one function a kind, the same when live and when rebuilt.

A change is computed from the event alone, never from a table, so that the tables follow from the
events whatever else happened to them.
"""

from __future__ import annotations

from typing import Any

from workbench.challenge.store.change import Change, Projections
from workbench.challenge.store.lines import Event
from workbench.challenge.store.submission_changes import SUBMISSION_CHANGES
from workbench.challenge.store.team_changes import TEAM_CHANGES
from workbench.challenge.store.text import canonical


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
    values = {"closed_at": event.at}
    if payload.get("reason") is not None:
        values |= {"closed_author": event.actor, "closed_reason": payload["reason"]}
    return [Change("phase", "update", (event.scope, payload["phase"]), values)]


def _phase_scored(event: Event, payload: dict[str, Any]) -> list[Change]:
    values = {"scored_at": event.at, "score_set": payload["score_set"]}
    return [Change("phase", "update", (event.scope, payload["phase"]), values)]


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


_KINDS: Projections = {
    "challenge-opened": _challenge_opened,
    "closed": _closed,
    "phase-opened": _phase_opened,
    "phase-closed": _phase_closed,
    "phase-scored": _phase_scored,
    "score-set-opened": _score_set_opened,
    "published": _published,
    "settings-changed": _settings_changed,
    **TEAM_CHANGES,
    **SUBMISSION_CHANGES,
}
