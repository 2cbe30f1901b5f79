"""When a model would have raised its alerts: asked each month, on what was known by then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.learning.cases import Cases

WINDOW_DAYS = 1186  # three years, and 90 days for reports of their last events to arrive
MONTHS = tuple(range(30, WINDOW_DAYS, 30))
FALSE_SHARE = 0.012  # of the pairs that are no signal; below the challenge's budget of 0.02
Months = list[tuple[int, Cases]]


def monitored(case: Any, opened: Any) -> Months:
    """Return what was known of the pairs at the end of each month."""
    return list(case.monitor(opened, MONTHS))


def threshold(model: Any, months: Months) -> float:
    """Return the score above which few pairs that are no signal ever rise, by their labels."""
    highest = _scores(model, months).max(axis=1)
    labels = months[-1][1].table.set_index("case")["label"]
    harmless = np.sort(highest[labels.reindex(highest.index) == "none"].to_numpy())[::-1]
    return float(harmless[int(FALSE_SHARE * len(harmless))])


def first_alerts(model: Any, months: Months, above: float) -> pd.Series:
    """Return the day on which each pair first rose above a score; pairs that never did are out."""
    risen = _scores(model, months) > above
    return risen.loc[risen.any(axis=1)].idxmax(axis=1)


def _scores(model: Any, months: Months) -> pd.DataFrame:
    """Return the score of each pair (rows) by day (columns); 0 before its first report."""
    columns = {
        day: model.predict(cases).table.set_index("case")["p_planted"] for day, cases in months
    }
    return pd.DataFrame(columns).fillna(0.0)
