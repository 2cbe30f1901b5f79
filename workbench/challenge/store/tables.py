"""The tables of a store: the event log, what follows from it, and what is secret.

Every table but ``event``, ``file`` and ``job`` is a *projection*: its rows follow from the events
alone, and ``seq`` is the number of the event that last changed the row. An event changes at most
one row of a table, so ``seq`` is unique in each. Columns marked ``secret`` in ``info`` follow from
no event: they are kept beside, and never shown.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SECRET = {"secret": True}
STATES = ("queued", "scored", "failed")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[Any]:
    return Column(name, Text, primary_key=True)


def _text(name: str, *more: Any, needed: bool = True, **options: Any) -> Column[Any]:
    return Column(name, Text, *more, nullable=not needed, **options)


def _seq() -> Column[Any]:
    return Column("seq", BigInteger, nullable=False, unique=True)


event = Table(
    "event",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("challenge", needed=False),
    _text("at"),
    _text("line"),  # the record as it was hashed, with its line break
    Index(None, "challenge", "seq"),
    Index(None, "kind", "seq"),
)

challenge = Table(
    "challenge",
    metadata,
    _key("id"),
    _text("version"),
    _text("unit"),
    _text("card"),  # content, canonical JSON
    _text("card_digest"),
    _text("labels"),  # sha256 of the labels by split, canonical JSON
    _text("code_digest"),
    _text("opened_at"),
    _text("closed_at", needed=False),
    _text("report_digest", needed=False),
    _seq(),
)

phase = Table(
    "phase",
    metadata,
    Column("challenge", Text, ForeignKey("challenge.id"), primary_key=True),
    _key("id"),
    _text("opened_at"),
    _text("closed_at", needed=False),
    _text("scored_at", needed=False),
    _text("score_set", needed=False),
    _seq(),
)

team = Table(
    "team",
    metadata,
    _key("id"),
    _text("challenge", ForeignKey("challenge.id")),
    _text("name"),
    _text("name_key"),
    _text("created_at"),
    _seq(),
    UniqueConstraint("challenge", "name_key"),
)

member = Table(
    "member",
    metadata,
    _key("id"),
    _text("team", ForeignKey("team.id"), index=True),
    _text("role"),
    _text("added_at"),
    _text("contact", needed=False, info=SECRET),  # a person's; may be erased
    _seq(),
)

token = Table(
    "token",
    metadata,
    _key("prefix"),
    _text("scope"),
    _text("challenge", ForeignKey("challenge.id"), needed=False),
    _text("team", ForeignKey("team.id"), needed=False),
    _text("issued_at"),
    _text("expires_at", needed=False),
    _text("revoked_at", needed=False),
    _text("digest", info=SECRET),
    _seq(),
)

file = Table(
    "file",
    metadata,
    _key("digest"),
    Column("size", BigInteger, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    _key("id"),
    _text("challenge", ForeignKey("challenge.id")),
    _text("team", ForeignKey("team.id")),
    _text("phase"),
    _text("digest", ForeignKey("file.digest"), index=True),
    Column("size", BigInteger, nullable=False),
    _text("filename"),
    _text("check_digest"),
    _text("received_at"),
    Column("received_seq", BigInteger, nullable=False, unique=True),
    _text("state"),
    _text("changed_at"),
    _text("reason_code", needed=False),
    _text("reason", needed=False),
    _text("withdrawn_at", needed=False),
    _text("withdrawn_reason", needed=False),
    _text("withdrawn_author", needed=False),
    _text("host_detail", needed=False, info=SECRET),
    _seq(),
    ForeignKeyConstraint(["challenge", "phase"], ["phase.challenge", "phase.id"]),
    CheckConstraint(f"state IN {STATES}", name="state"),
    Index(None, "challenge", "phase", "team"),
    Index(None, "state", "received_seq"),
)

score_set = Table(
    "score_set",
    metadata,
    _key("id"),
    _text("challenge", ForeignKey("challenge.id"), index=True),
    _text("cause"),
    _text("reason"),
    _text("author"),
    _text("card_digest"),
    _text("code_digest"),
    _text("labels"),
    _text("opened_at"),
    _seq(),
)

score = Table(
    "score",
    metadata,
    Column("submission", Text, ForeignKey("submission.id"), primary_key=True),
    _key("phase"),
    Column("score_set", Text, ForeignKey("score_set.id"), primary_key=True),
    _text("sheet"),  # compact JSON of the score sheet
    _text("resampled"),  # values.encode() of the primary metric's resampled values
    Column("released", Double, nullable=True),  # what the Ladder lets be seen
    _text("scored_at"),
    Column("override_value", Double, nullable=True),
    _text("override_reason", needed=False),
    _text("override_author", needed=False),
    _text("override_at", needed=False),
    _seq(),
    Index(None, "score_set", "phase"),
)

publication = Table(
    "publication",
    metadata,
    _key("id"),
    _text("challenge", ForeignKey("challenge.id"), index=True),
    _text("phase", needed=False),
    _text("digest"),
    _text("published_at"),
    _seq(),
)

setting = Table(
    "setting",
    metadata,
    _key("challenge"),  # empty: the whole store
    _key("name"),
    _text("value"),  # canonical JSON
    _text("reason"),
    _text("author"),
    _text("changed_at"),
    _seq(),
)

job = Table(
    "job",
    metadata,
    Column("submission", Text, ForeignKey("submission.id"), primary_key=True),
    _key("phase"),
    Column("score_set", Text, ForeignKey("score_set.id"), primary_key=True),
    _text("worker", needed=False),
    _text("leased_until", needed=False),
    Column("attempts", BigInteger, nullable=False, server_default="0"),
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
