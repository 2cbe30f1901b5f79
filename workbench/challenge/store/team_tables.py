"""The tables of who takes part: teams, their members, and the tokens that let them in.

Import them from :mod:`workbench.challenge.store.tables`, which knows what they refer to.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Table, UniqueConstraint

from workbench.challenge.store.columns import SECRET, key, metadata, seq, text

team = Table(
    "team",
    metadata,
    key("id"),
    text("challenge", ForeignKey("challenge.id")),
    text("name"),
    text("name_key"),
    text("created_at"),
    seq(),
    UniqueConstraint("challenge", "name_key"),
)

member = Table(
    "member",
    metadata,
    key("id"),
    text("team", ForeignKey("team.id"), index=True),
    text("role"),
    text("added_at"),
    text("contact", needed=False, info=SECRET),  # a person's; may be erased
    seq(),
)

token = Table(
    "token",
    metadata,
    key("prefix"),
    text("scope"),
    text("challenge", ForeignKey("challenge.id"), needed=False),
    text("team", ForeignKey("team.id"), needed=False),
    text("issued_at"),
    text("expires_at", needed=False),
    text("revoked_at", needed=False),
    text("digest", info=SECRET),
    seq(),
)
