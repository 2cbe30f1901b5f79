"""Against an earlier report: what it showed is known, and what changed since is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, UsageError
from workbench.methods.disclosure.earlier import Earlier
from workbench.runs.folder import RunFolder
from workbench.runs.reported.counting import KEY
from workbench.runs.reported.exports import read_table
from workbench.runs.reported.rate_rows import PATIENTS

_SHOWN = ("exposed", "cases", "exposed_low", "exposed_high", "cases_low", "cases_high")
COLUMNS = ("table", "key", "before", "after", "what")


@dataclass(frozen=True, eq=False)
class Before:
    """An earlier report.

    Attributes:
        run: Its folder.
        facts: Its ``run.json``.
        kind: ``same`` where its data are those of today, else ``grown``.
    """

    run: RunFolder
    facts: dict[str, Any]
    kind: str

    def of_grain(self, grain: str) -> list[Earlier]:
        """Return what it showed of a grain, by code, period, sex and age."""
        return self._release(self._rows([grain]))

    def of_grains(self, grains: Sequence[str]) -> list[Earlier]:
        """Return what it showed of several grains, codes named with their grain."""
        rows = self._rows(grains)
        return self._release(rows.assign(code=rows["grain"] + "|" + rows["code"]))

    def _rows(self, grains: Sequence[str]) -> pd.DataFrame:
        """Return the cells of some grains."""
        table = read_table(self.run, "rates")
        return table[table["grain"].isin(list(grains)) & (table["measure"] == PATIENTS)]

    def _release(self, rows: pd.DataFrame) -> list[Earlier]:
        """Return cells as an earlier release; bounds say what was shown, or how it was rounded."""
        known = rows[[*KEY, *_SHOWN]].reset_index(drop=True)
        known = known.assign(exposed=np.nan, cases=np.nan)
        return [Earlier(known, self.kind)] if len(known) else []  # type: ignore[arg-type]


def read_before(folder: Path | str | None, data_digest: str) -> Before | None:
    """Return an earlier report; None where none was named.

    Raises:
        DataError: It is no folder, or was changed since.
        UsageError: It is no finished report of rates.
    """
    if folder is None:
        return None
    run = RunFolder.existing(folder)
    facts = run.read_json("run.json")
    if facts.get("kind") != "rates":
        raise UsageError(
            "the folder holds no report of rates", where=str(folder), remedy="name one for --since"
        )
    same = facts["digests"]["data"] == data_digest
    return Before(run, facts, "same" if same else "grown")


def changes(before: Before, today: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the published values that are new, gone or changed since.

    Args:
        before: The earlier report.
        today: ``rates`` and ``substances``, as published.

    Returns:
        ``table, key, before, after, what``: a rate is named by its cell; ``revised-coding`` is a
        code whose name or class is another.

    Raises:
        DataError: The earlier report has other columns.
    """
    old = {name: read_table(before.run, name) for name in today}
    cell = ["grain", *KEY, "measure"]
    rows = []
    for value in ("exposed", "cases", "rate"):
        was, now = (_keyed(table, cell, value) for table in (old["rates"], today["rates"]))
        rows.append(_compared(was, now, f"rates/{value}", "changed"))
    for value in ("label", "class"):
        was, now = (_keyed(one["substances"], ["code"], value) for one in (old, today))
        rows.append(_compared(was, now, f"substances/{value}", "revised-coding"))
    found = pd.concat(rows, ignore_index=True)
    return found.sort_values(["table", "key"], ignore_index=True)[list(COLUMNS)]


def _keyed(table: pd.DataFrame, key: list[str], value: str) -> pd.Series:
    """Return a column by its cell in words; hidden values are missing."""
    absent = [name for name in (*key, value) if name not in table]
    if absent:
        raise DataError(f"the earlier report lacks the column(s) {', '.join(absent)}")
    names = table[key].astype(str).agg("|".join, axis=1)
    return pd.Series(table[value].to_numpy(), index=pd.Index(names))


def _compared(old: pd.Series, new: pd.Series, table: str, what: str) -> pd.DataFrame:
    """Return where two columns differ."""
    both = pd.DataFrame({"before": old, "after": new})
    texts = both.astype(object).map(_text)
    differs = texts["before"] != texts["after"]
    found = texts[differs].rename_axis("key").reset_index()
    kinds = np.where(
        ~found["key"].isin(old.index), "new", np.where(~found["key"].isin(new.index), "gone", what)
    )
    return found.assign(table=table, what=kinds)


def _text(value: object) -> str:
    """Return a value as it is printed; nothing where it is hidden or absent."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
