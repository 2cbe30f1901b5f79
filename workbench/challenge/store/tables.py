"""The tables of a store: the event log, what follows from it, and what is secret.

Every table but ``event``, ``file`` and ``job`` is a *projection*: its rows follow from the events
alone, and ``seq`` is the number of the event that last changed the row. An event changes at most
one row of a table, so ``seq`` is unique in each. Columns marked ``secret`` in ``info`` follow from
no event: they are kept beside, and never shown.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from workbench.challenge.store.columns import key, metadata, seq, text
from workbench.challenge.store.submission_tables import (
    file,
    job,
    model_run,
    score,
    score_set,
    submission,
)
from workbench.challenge.store.team_tables import member, team, token

__all__ = [
    "PROJECTED",
    "challenge",
    "event",
    "file",
    "job",
    "key_columns",
    "member",
    "metadata",
    "model_run",
    "phase",
    "projected_columns",
    "publication",
    "score",
    "score_set",
    "setting",
    "submission",
    "team",
    "token",
]

event = Table(
    "event",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    text("kind"),
    text("challenge", needed=False),
    text("at"),
    text("line"),  # the record as it was hashed, with its line break
    Index(None, "challenge", "seq"),
    Index(None, "kind", "seq"),
)

challenge = Table(
    "challenge",
    metadata,
    key("id"),
    text("version"),
    text("unit"),
    text("card"),  # content, canonical JSON
    text("card_digest"),
    text("labels"),  # sha256 of the labels by split, canonical JSON
    text("code_digest"),
    text("opened_at"),
    text("closed_at", needed=False),
    text("report_digest", needed=False),
    seq(),
)

phase = Table(
    "phase",
    metadata,
    Column("challenge", Text, ForeignKey("challenge.id"), primary_key=True),
    key("id"),
    text("opened_at"),
    text("closed_at", needed=False),
    text("closed_author", needed=False),  # of an organiser who ended it before its date
    text("closed_reason", needed=False),
    text("scored_at", needed=False),
    text("score_set", needed=False),
    seq(),
)

publication = Table(
    "publication",
    metadata,
    key("id"),
    text("challenge", ForeignKey("challenge.id"), index=True),
    text("phase", needed=False),
    text("digest"),
    text("published_at"),
    seq(),
)

setting = Table(
    "setting",
    metadata,
    key("challenge"),  # empty: the whole store
    key("name"),
    text("value"),  # canonical JSON
    text("reason"),
    text("author"),
    text("changed_at"),
    seq(),
)

PROJECTED: dict[str, Table] = {
    table.name: table for table in metadata.sorted_tables if "seq" in table.c and table is not event
}
"""The tables that follow from the events, in the order their rows may be written."""


def projected_columns(table: Table) -> list[str]:
    """Return the columns of a table that follow from the events."""
    return [column.name for column in table.columns if not column.info.get("secret")]


def key_columns(table: Table) -> list[str]:
    """Return the names of a table's key."""
    return [column.name for column in table.primary_key.columns]
