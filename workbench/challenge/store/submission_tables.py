"""The tables of what was sent and how it scored: files, submissions, score sets, scores, jobs.

Import them from :mod:`workbench.challenge.store.tables`, which knows what they refer to.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
)

from workbench.challenge.store.columns import SECRET, key, metadata, seq, text

STATES = ("queued", "scored", "failed")

file = Table(
    "file",
    metadata,
    key("digest"),
    Column("size", BigInteger, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    key("id"),
    text("challenge", ForeignKey("challenge.id")),
    text("team", ForeignKey("team.id")),
    text("phase"),
    text("digest", ForeignKey("file.digest"), index=True),
    Column("size", BigInteger, nullable=False),
    text("filename"),
    text("check_digest"),
    text("kind", server_default="predictions"),  # or "model": the file is an archive
    text("received_at"),
    Column("received_seq", BigInteger, nullable=False, unique=True),
    text("state"),
    text("changed_at"),
    text("reason_code", needed=False),
    text("reason", needed=False),
    text("withdrawn_at", needed=False),
    text("withdrawn_reason", needed=False),
    text("withdrawn_author", needed=False),
    text("host_detail", needed=False, info=SECRET),
    seq(),
    ForeignKeyConstraint(["challenge", "phase"], ["phase.challenge", "phase.id"]),
    CheckConstraint(f"state IN {STATES}", name="state"),
    Index(None, "challenge", "phase", "team"),
    Index(None, "state", "received_seq"),
)

score_set = Table(
    "score_set",
    metadata,
    key("id"),
    text("challenge", ForeignKey("challenge.id"), index=True),
    text("cause"),
    text("reason"),
    text("author"),
    text("card_digest"),
    text("code_digest"),
    text("labels"),
    text("opened_at"),
    seq(),
)

score = Table(
    "score",
    metadata,
    Column("submission", Text, ForeignKey("submission.id"), primary_key=True),
    key("phase"),
    Column("score_set", Text, ForeignKey("score_set.id"), primary_key=True),
    text("sheet"),  # compact JSON of the score sheet
    text("resampled"),  # values.encode() of the primary metric's resampled values
    Column("released", Double, nullable=True),  # what the Ladder lets be seen
    text("case_values", server_default=""),  # values.encode(), where the ranking scheme needs them
    text("case_units", server_default=""),
    text("scored_at"),
    Column("override_value", Double, nullable=True),
    text("override_reason", needed=False),
    text("override_author", needed=False),
    text("override_at", needed=False),
    seq(),
    Index(None, "score_set", "phase"),
)

model_run = Table(
    "model_run",
    metadata,
    Column("submission", Text, ForeignKey("submission.id"), primary_key=True),
    key("phase"),
    text("code"),
    text("time"),
    text("memory"),
    text("tier"),
    text("backend"),
    Column("streaming", BigInteger, nullable=False),  # 1: called day by day
    text("predictions", ForeignKey("file.digest"), needed=False),
    text("ran_at"),
    seq(),
)

job = Table(
    "job",
    metadata,
    Column("submission", Text, ForeignKey("submission.id"), primary_key=True),
    key("phase"),
    Column("score_set", Text, ForeignKey("score_set.id"), primary_key=True),
    text("worker", needed=False),
    text("leased_until", needed=False),
    Column("attempts", BigInteger, nullable=False, server_default="0"),
)
