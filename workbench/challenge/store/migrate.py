"""Bring a database to the tables of this code; refuse one that is ahead of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from workbench.errors import DataError

REVISIONS = ("0001", "0002", "0003", "0004")
"""All revisions of the tables, oldest first."""


def revision_of(connection: Connection) -> str | None:
    """Return the revision a database stands at; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def check_revision(found: str | None, where: str) -> bool:
    """Return whether a database needs to be brought up to date.

    Raises:
        DataError: It was written by a newer workbench.
    """
    if found is not None and found not in REVISIONS:
        raise DataError(
            f"the store's tables are of revision {found}, this workbench knows up to "
            f"{REVISIONS[-1]}: a newer one wrote it",
            where=where,
            remedy="install the newer workbench: pip install -U clinical-ai-workbench",
        )
    return found != REVISIONS[-1]


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations on a connection that holds the lock of writers, in its transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
