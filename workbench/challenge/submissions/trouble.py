"""Tells the organiser, on the record, that labels are not those that were sealed."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from workbench.challenge.store import Store
from workbench.challenge.store.events import SettingsChanged
from workbench.challenge.store.tables import setting
from workbench.challenge.submissions.backlog import Group
from workbench.challenge.submissions.cards import card_of_set
from workbench.challenge.submissions.labels import CHANGED
from workbench.errors import HostError


def report(store: Store, group: Group, error: HostError) -> None:
    """Record that a split cannot be scored; once, as long as it lasts.

    Labels that a worker merely does not have are that worker's matter, and no event.
    """
    if any(problem.code == CHANGED for problem in error.problems):
        reason = f"{error.message}: nothing is scored on it until they are"
        _set(store, group, {"code": CHANGED}, reason)


def clear(store: Store, group: Group) -> None:
    """Record that a split can be scored again."""
    _set(store, group, None, "the labels are the sealed ones again")


def _set(store: Store, group: Group, value: Any, reason: str) -> None:
    """Write the setting where it is not so already."""
    with store.reading() as connection:
        split = card_of_set(connection, group.score_set).phase(group.phase).split
        if _value(connection, group.challenge, split) == value:
            return
    with store.writing("worker") as transaction:
        if _value(transaction.connection, group.challenge, split) != value:
            event = SettingsChanged(name=_name(split), value=value, reason=reason)
            transaction.append(event, challenge=group.challenge)


def _value(connection: Connection, challenge: str, split: str) -> Any:
    query = select(setting.c.value).where(
        setting.c.challenge == challenge, setting.c.name == _name(split)
    )
    value = connection.scalar(query)
    return None if value is None else json.loads(value)


def _name(split: str) -> str:
    return f"scoring-stopped.{split}"
