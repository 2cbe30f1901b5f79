"""Check what is kept beside the events: the digests of tokens, and the files events name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from workbench.challenge.store.files import get_file
from workbench.challenge.store.lines import Event
from workbench.challenge.store.tables import (
    challenge,
    file,
    model_run,
    score_set,
    setting,
    submission,
    token,
)
from workbench.digests import of_bytes
from workbench.errors import DataError, Problem

_BACKUP = "restore it from a backup"
_REVOKE = "somebody may have got in as this token's holder: revoke it and issue another"


class Beside:
    """What the events say of things that are kept in other columns and files."""

    def __init__(self) -> None:
        self._seals: dict[str, str] = {}
        self._named: set[str] = set()

    def follow(self, event: Event) -> None:
        """Take an event."""
        said = event.payload
        if event.kind == "token-issued" and said.get("seal"):
            self._seals[str(said["prefix"])] = said["seal"]
        elif event.kind in ("challenge-opened", "score-set-opened"):
            self._named.add(said.get("card_digest", ""))
        elif event.kind == "model-ran":
            self._named.add(said.get("predictions") or "")
        elif event.kind == "settings-changed":
            self._named.update(_digests_in(said.get("value")))

    def finish(self, connection: Connection, *, all_read: bool) -> Iterator[Problem]:
        """Yield what differs, once the last event has passed.

        Args:
            connection: Of the store.
            all_read: Whether every event could be read: only then a file can be one too many.
        """
        for row in connection.execute(select(token.c.prefix, token.c.digest)):
            seal = self._seals.get(row.prefix)
            if seal is not None and of_bytes(str(row.digest).encode()) != seal:
                where = f"token {row.prefix}, column digest"
                message = "is not the digest of the token that was issued"
                yield Problem("token-changed", message, where, _REVOKE)
        yield from _changed(connection)
        yield from _missing(connection)
        if all_read:
            yield from self._unnamed(connection)

    def _unnamed(self, connection: Connection) -> Iterator[Problem]:
        """Yield the files no event names."""
        sent = select(submission.c.digest).where(submission.c.digest == file.c.digest)
        for digest in connection.scalars(select(file.c.digest).where(~sent.exists())):
            if digest not in self._named:
                message = "no event names this file"
                yield Problem("file-without-event", message, f"file {digest}", "find out whose")


def _changed(connection: Connection) -> Iterator[Problem]:
    """Yield the files whose bytes are not those of their digest, or not as many as is said."""
    last: Any = ""
    page = select(file.c.digest, file.c.size).order_by(file.c.digest).limit(1000)
    while rows := connection.execute(page.where(file.c.digest > last)).all():
        for digest, size in rows:
            try:
                content = get_file(connection, digest)
            except DataError as error:
                yield Problem("file-changed", error.message, error.where, _BACKUP)
                continue
            if len(content) != size:
                message = f"holds {size}, the file has {len(content)} bytes"
                yield Problem("file-changed", message, f"file {digest}, column size", _BACKUP)
        last = rows[-1][0]


def _missing(connection: Connection) -> Iterator[Problem]:
    """Yield the files that are gone: those sent, a score set's card, the lists settings name."""

    def gone(digest: Any) -> Any:
        return ~select(file.c.digest).where(file.c.digest == digest).exists()

    sent = select(submission.c.id, submission.c.digest).where(gone(submission.c.digest))
    for row in connection.execute(sent.order_by(submission.c.received_seq)):
        yield _gone(row.digest, f"submission {row.id}")
    tables = select(model_run).where(model_run.c.predictions.is_not(None))
    for row in connection.execute(tables.where(gone(model_run.c.predictions))):
        yield _gone(row.predictions, f"model_run {row.submission}, {row.phase}")
    kept_in_row = select(challenge.c.id).where(challenge.c.card_digest == score_set.c.card_digest)
    cards = select(score_set.c.id, score_set.c.card_digest).where(
        gone(score_set.c.card_digest), ~kept_in_row.exists()
    )
    for row in connection.execute(cards.order_by(score_set.c.seq)):
        yield _gone(row.card_digest, f"score_set {row.id}")
    for row in connection.execute(select(setting).order_by(setting.c.seq)):
        for digest in _digests_in(_value(row.value)):
            if connection.scalar(select(gone(digest))):
                yield _gone(digest, f"setting {row.challenge}, {row.name}")


def _gone(digest: str, where: str) -> Problem:
    return Problem("file-missing", f"the file {digest} is gone", where, _BACKUP)


def _value(text: Any) -> Any:
    """Return a setting's value; None for a row that was damaged, which another check tells."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


def _digests_in(value: Any) -> list[str]:
    """Return the files a setting names: one, or those of a mapping by name."""
    found = list(value.values()) if isinstance(value, dict) else [value]
    return [digest for digest in found if _is_digest(digest)]


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")
