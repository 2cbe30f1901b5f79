"""Scored pairs of a substance and an event: the strongest of each substance, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.report.rates.published import by_code, is_alert, rows_of

MOST = 25
"""Pairs of a substance that are shown; the table has all."""


@dataclass(frozen=True)
class PairCounts:
    """How many pairs a substance has.

    Attributes:
        shown: With published counts.
        alerts: Of the shown ones, those that meet the alert rule.
        hidden: With hidden counts.
    """

    shown: int
    alerts: int
    hidden: int


@dataclass(frozen=True)
class Pairs:
    """The pairs of all substances.

    Attributes:
        rows: By code, the strongest with published counts; alerts first.
        counts: By code.
        strongest: The strongest alerts of all.
    """

    rows: dict[str, list[dict[str, Any]]]
    counts: dict[str, PairCounts]
    strongest: list[dict[str, Any]]

    @property
    def total(self) -> PairCounts:
        """Over all codes."""
        each = self.counts.values()
        return PairCounts(
            sum(one.shown for one in each),
            sum(one.alerts for one in each),
            sum(one.hidden for one in each),
        )


def pairs_of(frame: pd.DataFrame) -> Pairs:
    """Return the pairs of ``signals.csv``.

    Args:
        frame: The table; its ``alert`` becomes true or false.
    """
    hidden = frame["n"].isna()
    scored = frame.assign(alert=is_alert(frame))
    keys = [name for name in ("alert", "ic_low", "n") if name in scored.columns]
    shown = scored[~hidden].sort_values(keys, ascending=False, kind="stable", na_position="last")
    sums = pd.DataFrame(
        {"code": frame["code"], "shown": ~hidden, "alerts": scored["alert"], "hidden": hidden}
    )
    counts = sums.groupby("code").sum().astype(int)
    return Pairs(
        rows=by_code(shown.groupby("code", sort=False).head(MOST)),
        counts={str(code): PairCounts(*row) for code, *row in counts.itertuples()},
        strongest=rows_of(shown[shown["alert"]].head(MOST)),
    )
