"""The store of challenges: an event log that is hash-chained, and the tables that follow from it.

``open_store`` gives a :class:`Store` on a folder (SQLite) or a PostgreSQL URL; one code path.
Whatever happens is an event, written in the same transaction as the rows that follow from it; no
row of history is ever edited. ``store.writing()`` is the one way to write.
"""

from workbench.challenge.store.store import Store
from workbench.challenge.store.store_at import open_store

__all__ = ["Store", "open_store"]
