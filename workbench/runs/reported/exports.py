"""The one place where tables of a report are written: nothing but what was published gets here.

Every table is a released one, or follows from released ones by a function that sees nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from workbench import storage
from workbench.methods.disclosure.publish import Published
from workbench.runs.emulated.plain import plain
from workbench.runs.folder import RunFolder

TABLES = "tables"
Follows = Callable[[pd.DataFrame], pd.DataFrame]


def write_table(
    run: RunFolder, name: str, published: Published, follows: Follows | None = None
) -> pd.DataFrame:
    """Write a table as CSV and Parquet with the audit of its release; return what was written.

    Args:
        run: The folder.
        name: Of the table.
        published: The release.
        follows: Makes the table of the released one: other columns, rates, sums; None writes it as
            it is.
    """
    table = published.table if follows is None else follows(published.table)
    audit = published.audit if follows is None else {"follows_from_release": published.audit}
    shown = Published(table.reset_index(drop=True), plain(audit))
    shown.write(run.path / TABLES, name)
    return shown.table


def write_facts(
    run: RunFolder, name: str, published: Published, follows: Callable[[pd.DataFrame], Any]
) -> None:
    """Write what is said of a released table as JSON."""
    storage.write_json(run.path / TABLES / f"{name}.json", plain(follows(published.table)))


def read_table(run: RunFolder, name: str) -> pd.DataFrame:
    """Return a table that was written; codes and periods are text."""
    return pd.read_parquet(run.path / TABLES / f"{name}.parquet")
