"""The columns that tables of a store share, and how constraints are named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Text

SECRET = {"secret": True}

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[Any]:
    """Return a column of text that identifies a row."""
    return Column(name, Text, primary_key=True)


def text(name: str, *more: Any, needed: bool = True, **options: Any) -> Column[Any]:
    """Return a column of text, which may be null where it is not needed."""
    return Column(name, Text, *more, nullable=not needed, **options)


def seq() -> Column[Any]:
    """Return the column of the event that last changed a row."""
    return Column("seq", BigInteger, nullable=False, unique=True)
