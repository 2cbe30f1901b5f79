"""What events change in the tables of teams, members and tokens."""

from __future__ import annotations

from typing import Any

from workbench.challenge.store.change import Change, Projections
from workbench.challenge.store.lines import Event


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


TEAM_CHANGES: Projections = {
    "team-created": _team_created,
    "member-added": _member_added,
    "token-issued": _token_issued,
    "token-revoked": _token_revoked,
}
