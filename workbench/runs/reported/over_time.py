"""Reporting over the years of each drug, from published cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.errors import DataError
from workbench.methods.rates.change_point import change_point
from workbench.methods.rates.stimulated import stimulated_reporting
from workbench.methods.rates.trend import trend
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.runs.reported.rate_rows import PATIENTS

Flags = Mapping[str, list[dict[str, Any]]]
COLUMNS = (
    "code", "period", "since_launch_years", "cases", "exposed", "rate", "low", "high", "masked",
)  # fmt: skip


def trend_table(rates: pd.DataFrame, launches: Mapping[str, str], plan: RatesPlan) -> pd.DataFrame:
    """Return the yearly rates of each code of the first grain.

    Args:
        rates: The long table, as published.
        launches: Month of the first dispensing by code. A code dispensed in the first month of the
            data was on the market before: nobody knows since when.
        plan: The first grain, the first year.
    """
    whole = (rates["sex"] == ALL) & (rates["age"] == ALL) & (rates["period"] != ALL)
    own = (rates["measure"] == PATIENTS) & (rates["grain"] == plan.grains[0])
    rows = rates[whole & own].copy()
    rows["since_launch_years"] = [
        _since(launches.get(code, ""), int(year), plan)
        for code, year in zip(rows["code"], rows["period"], strict=True)
    ]
    return rows.reset_index(drop=True)[list(COLUMNS)]


def trend_facts(table: pd.DataFrame, flags: Flags, plan: RatesPlan) -> dict[str, Any]:
    """Return the change a year, the change point and flags of each code; hidden years are left out.

    Args:
        table: Of :func:`trend_table`.
        flags: Released flags by code, which look at severity and notifier. For a code without, a
            year that stands out among those shown is called a spike and no more.
        plan: Level of intervals.
    """
    return {
        str(code): _of_code(rows, flags.get(str(code)), plan)
        for code, rows in table.groupby("code", sort=True)
    }


def _of_code(
    rows: pd.DataFrame, flags: list[dict[str, Any]] | None, plan: RatesPlan
) -> dict[str, Any]:
    """Return what is said of one drug."""
    shown = rows[~rows["masked"] & (rows["exposed"] > 0)].sort_values("period")
    said: dict[str, Any] = {
        "years": shown["period"].tolist(),
        "hidden_years": len(rows) - len(shown),
    }
    years, known = shown["period"].astype(float), shown["since_launch_years"].notna().all()
    times = shown["since_launch_years"] if known and len(shown) else years
    said["time"] = "years since launch" if known and len(shown) else "calendar year"
    cases, exposed = shown["cases"].astype(float), shown["exposed"].astype(float)
    if len(shown) < 3:
        return said | {"verdict": "fewer than three years are shown: no trend"}
    try:
        found = trend(cases, exposed, times, level=plan.rates.level)
        cut = change_point(cases, exposed, resamples=999)
    except DataError as error:
        return said | {"verdict": f"no trend: {error.message}"}
    first = found.table.iloc[0]
    said |= {
        "ratio": float(first["ratio"]),
        "low": float(first["low"]),
        "high": float(first["high"]),
        "p": float(first["p"]),
        "verdict": found.verdict
        if known
        else found.verdict.replace("a year since launch", "a calendar year"),
        "convention": found.convention,
        "change_point": {
            "first_after": str(shown["period"].iloc[cut.first_after]),
            "ratio": cut.ratio.value,
            "low": cut.ratio.low,
            "high": cut.ratio.high,
            "p": cut.p_value,
        },
    }
    said["flags_look_at"] = "rate" if flags is None else "rate, severity, notifier"
    said["stimulated"] = _spikes(shown) if flags is None else flags
    return said


def _spikes(shown: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the years whose rate stands out."""
    found = stimulated_reporting(shown["cases"].astype(float), shown["exposed"].astype(float))
    found["year"] = shown["period"].to_numpy()
    marked = found[found["flag"] != "none"]
    return [
        {"period": str(year), "flag": flag, "reason": reason}
        for year, flag, reason in marked[["year", "flag", "reason"]].itertuples(index=False)
    ]


def _since(month: str, year: int, plan: RatesPlan) -> float | None:
    """Return the years from launch to the middle of a year; None where the launch is not known."""
    if not month or month <= f"{plan.periods.first_year}-01":
        return None
    launched = int(month[:4]) + (int(month[5:7]) - 0.5) / 12
    middle = (max(launched, float(year)) + year + 1) / 2
    return round(middle - launched, 3) if year + 1 > launched else None
