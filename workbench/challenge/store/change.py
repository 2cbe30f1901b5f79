"""A change of one row, and the functions from an event to the rows it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from workbench.challenge.store.lines import Event


class Change(NamedTuple):
    """One row that is new, changed, or either.

    Attributes:
        table: Name of the table.
        how: ``insert``: the row is new; ``update``: it is there; ``put``: either.
        key: Values of the table's key, in the order of its columns.
        values: The other columns that change; of an inserted row, those that are not null.
    """

    table: str
    how: str
    key: tuple[str, ...]
    values: dict[str, Any]


Projections = dict[str, Callable[[Event, dict[str, Any]], list[Change]]]
"""By kind of event: its rows, from the event and its payload."""
