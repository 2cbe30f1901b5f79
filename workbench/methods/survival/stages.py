"""Work in named parts, each of which gives tables: it may be watched, kept and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

Tables = dict[str, pd.DataFrame]
Works = Mapping[str, Callable[[], Tables]]
Stages = Callable[[Works], dict[str, Tables]]
"""Does the parts of a work in order and returns what each gave."""


def at_once(works: Works) -> dict[str, Tables]:
    """Do every part, and keep nothing.

    >>> list(at_once({"one": lambda: {"table": pd.DataFrame({"a": [1]})}}))
    ['one']
    """
    return {name: work() for name, work in works.items()}


def stacked(found: Mapping[str, Tables], name: str) -> pd.DataFrame:
    """Return the tables of one name below each other; empty ones bring columns only."""
    tables = [tables[name] for tables in found.values() if name in tables]
    full = [table for table in tables if len(table)]
    return pd.concat(full or tables[:1], ignore_index=True) if tables else pd.DataFrame()
