"""Checks of survival times and events, whatever the layout they come from."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from workbench.data.findings import Finding, rows_of
from workbench.errors import Problem

ZeroTimes = Literal["reject", "half-day"]
HALF_DAY = 0.5


def check_times(
    table: pd.DataFrame, zero_times: ZeroTimes, horizon_days: float, name: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the table with zero times as the policy says, and everything wrong with its times.

    Args:
        table: Columns ``case``, ``time`` (days) and ``event``; a row whose time is missing was
            found before.
        zero_times: ``reject`` them, or count them as half a day.
        horizon_days: The last day anything is asked about.
        name: Name of the table, for messages.
    """
    found: list[Finding] = []
    time, event = table["time"], table["event"]
    for code, wrong, text, remedy in (
        ("missing-time", time.isna(), "time is missing", "complete the follow-up"),
        ("negative-time", time < 0, "time is {:g} d, expected above 0", "compare both dates"),
        (
            "zero-time",
            (time == 0) & (zero_times == "reject"),
            "time is {:g} d, expected above 0",
            "complete the follow-up, or count it as half a day "
            "(use_case.params.zero_times=half-day)",
        ),
        ("infinite-time", np.isinf(time), "time is {:g}", "write the last day of follow-up"),
        (
            "bad-event",
            ~event.isin([0, 1]),
            "event is not 0 or 1",
            "say which values mean an event (use_case.params.table.event_values)",
        ),
    ):
        rows = table[wrong.to_numpy(dtype=bool)]
        messages = [text.format(value) for value in rows["time"]]
        found += rows_of("error", code, name, rows, messages, remedy, person="case")
    if zero_times == "half-day":
        table = table.assign(time=time.where(time != 0, HALF_DAY))
    sound = table[np.isfinite(time) & (time >= 0) & event.isin([0, 1])]
    return table, [*found, *_whole(sound, horizon_days, name)]


def _whole(table: pd.DataFrame, horizon_days: float, name: str) -> list[Finding]:
    """Find what no single row shows: nobody has the event, or nobody is seen at the horizon."""
    if not len(table):
        text = "no person has a usable time"
        return [Finding("error", Problem("no-persons", text, name, "look at the other problems"))]
    found = []
    if not (table["event"] == 1).any():
        problem = Problem(
            "all-censored",
            f"the event column is 0 for all {len(table)} persons",
            f"{name}, column event",
            "check which value means an event, and that deaths were merged",
        )
        found.append(Finding("error", problem))
    longest = float(table["time"].max())
    last = table.loc[table["time"] == longest, "event"]
    if longest < horizon_days and (last == 0).any():
        problem = Problem(
            "tau-beyond-support",
            f"the last person is censored on day {longest:g}, before the horizon "
            f"{horizon_days:g}: nothing is known of the time after",
            f"{name}, column time",
            f"set use_case.params.horizon_days to {longest:g} or less, or follow up longer",
        )
        found.append(Finding("error", problem))
    return found
